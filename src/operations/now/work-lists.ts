import { sql } from 'drizzle-orm'
import { requireScope } from '../../foundation/access/principal.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { readTogether } from '../../foundation/db/transaction.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { addDays } from '../../foundation/time/days.ts'
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
  senco: ['sen-plan-reviews'],
  'senior-leader': ['registers-not-taken', 'attendance-thresholds'],
}

const counting: Record<string, (context: Context, date: string) => Promise<readonly unknown[]>> = {
  'registers-not-taken': ({ db, actor }, date) => sessionsNotTaken(db, actor, date),
  'unexplained-absences': ({ db, actor }, date) => unexplainedOn(db, actor, date),
  'unresolved-marks': ({ db, actor }) => unresolved(db, actor),
  'attendance-thresholds': ({ db, actor }, date) => crossedBy(db, actor, date).catch(() => []),
}

/** Plans whose review is due within a fortnight. */
const daysToReview = 14

const readReviews = compile(
  sql`select id from sen_plans where school_id = ${sql.placeholder('school')} and reviewed_on is null and review_on < ${sql.placeholder('before')}::date`,
)

/** Needs the field group `sen`, and the recent second factor that goes with it. */
async function reviewsDue({ db, actor, who }: Context, date: string) {
  if (!who.scopes.has('pupils.sen:read') || !who.isStrong) return undefined
  requireScope(who, 'pupils.sen:read')
  const before = addDays(date, daysToReview)
  const [rows = []] = await readTogether(db, actor, [{ query: readReviews, values: { before } }])
  return { name: 'sen-plan-reviews', count: rows.length, href: `/v1/sen-plans?reviewBefore=${before}` }
}

/** The work lists of the roles that somebody holds, each once, with what is on them for this caller. */
export async function workListsFor(context: Context, roles: readonly string[], date: string) {
  const names = [...new Set(roles.flatMap((role) => listsOf[role] ?? []))]
  const lists = await Promise.all(
    names.map((name) =>
      name === 'sen-plan-reviews' ? reviewsDue(context, date) : attendanceList(context, name, date),
    ),
  )
  return lists.filter((list) => list !== undefined)
}

async function attendanceList(context: Context, name: string, date: string) {
  if (!context.who.scopes.has('attendance:read')) return undefined
  const found = await counting[name]?.(context, date)
  return { name, count: found?.length ?? 0, href: `/v1/work-lists/${name}` }
}
