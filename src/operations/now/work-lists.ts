import type { Context } from '../../foundation/http/mount.ts'
import { unexplainedOn, unresolved } from '../../records/attendance/work-lists/absences.ts'
import { sessionsNotTaken } from '../../records/attendance/work-lists/not-taken.ts'
import { crossedBy } from '../../records/attendance/work-lists/thresholds.ts'

/** Who works through what. */
const listsOf: Record<string, readonly string[]> = {
  'attendance-officer': [
    'registers-not-taken',
    'unexplained-absences',
    'unresolved-marks',
    'attendance-thresholds',
  ],
  office: ['registers-not-taken', 'unexplained-absences'],
  'head-of-year': ['unexplained-absences', 'attendance-thresholds'],
  tutor: ['unexplained-absences', 'unresolved-marks'],
  'senior-leader': ['registers-not-taken', 'attendance-thresholds'],
}

const counting: Record<string, (context: Context, date: string) => Promise<readonly unknown[]>> = {
  'registers-not-taken': ({ db, actor }, date) => sessionsNotTaken(db, actor, date),
  'unexplained-absences': ({ db, actor }, date) => unexplainedOn(db, actor, date),
  'unresolved-marks': ({ db, actor }) => unresolved(db, actor),
  'attendance-thresholds': ({ db, actor }, date) => crossedBy(db, actor, date).catch(() => []),
}

/** The work lists of the roles that somebody holds, each once, with what is on them for this caller. */
export async function workListsFor(context: Context, roles: readonly string[], date: string) {
  if (!context.who.scopes.has('attendance:read')) return []
  const names = [...new Set(roles.flatMap((role) => listsOf[role] ?? []))]
  return Promise.all(
    names.map(async (name) => ({
      name,
      count: (await counting[name]?.(context, date))?.length ?? 0,
      href: `/v1/work-lists/${name}`,
    })),
  )
}
