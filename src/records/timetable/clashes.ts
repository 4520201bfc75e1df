import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { type Fault, problem } from '../../foundation/http/problems.ts'
import { lastDay } from '../../foundation/time/days.ts'
import { clashesOf, type LessonClash, type RealLesson } from './changed-lessons.ts'
import { entriesFrom, noFilter, readEntries } from './queries.ts'
import { clashesBetween, pupilClashes, type Shared } from './rules.ts'

/** Pairs of groups that have a pupil in common, and from when until when (half-open), of which one is named. */
const readSharing = compile(
  sql`select distinct m.group_id, o.group_id, greatest(m.valid_from, o.valid_from), least(m.valid_until, o.valid_until)
      from memberships m
      join memberships o on o.school_id = m.school_id and o.pupil_id = m.pupil_id and o.group_id <> m.group_id
        and o.valid_from < coalesce(m.valid_until, 'infinity') and m.valid_from < coalesce(o.valid_until, 'infinity')
      where m.school_id = ${sql.placeholder('school')} and m.group_id = any(${sql.placeholder('groups')}::uuid[]) and m.pupil_id is not null`,
)

/** Writers of the timetable queue here, so that two entries cannot pass by each other. */
const lockTimetable = compile(
  sql`select pg_advisory_xact_lock(hashtextextended('timetable ' || ${sql.placeholder('school')}::text, 0))`,
)

const paths = { staff: '/staffId', room: '/roomId', group: '/groupId', pupils: '/groupId' } as const
const words = {
  staff: 'The teacher is in another lesson then',
  room: 'The room is taken then',
  group: 'The group has another lesson then',
  pupils: 'Pupils of the group have another lesson then',
} as const

function clashFault(kind: LessonClash['kind'], what: string): Fault {
  return { path: paths[kind], message: `${words[kind]}: ${what}. Give clashOverride a reason to allow it.` }
}

async function readShared(tx: Tx, groups: readonly string[]): Promise<Shared[]> {
  const rows = await tx.rows(readSharing, { groups: [...new Set(groups)] })
  return rows.map(([one, other, from, until]) => ({
    groupIds: [one as string, other as string],
    validFrom: from as string,
    validUntil: until ?? null,
  }))
}

/** Throws 409 naming the lessons of the day with which a lesson clashes. */
export async function refuseClashes(
  tx: Tx,
  lesson: RealLesson,
  others: readonly RealLesson[],
): Promise<void> {
  await tx.rows(lockTimetable)
  const { date, groupId } = lesson
  const shared = (await readShared(tx, [groupId])).filter(
    ({ validFrom, validUntil }) => validFrom <= date && (validUntil === null || date < validUntil),
  )
  const sharing = new Set(shared.map(({ groupIds: [, other] }) => other))
  const faults = clashesOf(lesson, others, sharing).map(({ kind, lesson: other }) =>
    clashFault(kind, `lesson ${other.id}`),
  )
  if (faults.length > 0) throw problem('timetable-clash', { errors: faults })
}

/** Throws 409 naming the entries with which some that were just written clash, unless they say why they may. */
export async function refuseEntryClashes(
  tx: Tx,
  ids: readonly string[],
  pathOf: (at: number) => string = () => '',
): Promise<void> {
  await tx.rows(lockTimetable)
  const rows = await tx.rows(readEntries, { ...noFilter, from: '0001-01-01', until: lastDay })
  const { entries, periods } = entriesFrom(rows)
  const written = new Map(ids.map((id, at) => [id, at]))
  const asked = entries.filter(({ id, clashOverride }) => written.has(id) && clashOverride == null)
  const only = new Set(asked.map(({ id }) => id))
  const shared = await readShared(
    tx,
    asked.map(({ groupId }) => groupId),
  )
  const clashes = [...clashesBetween(entries, periods, only), ...pupilClashes(entries, periods, only, shared)]
  const faults = clashes.map(({ kind, entryIds: [a, b] }) => {
    const [own, other] = only.has(a) ? [a, b] : [b, a]
    // An entry of the same request has no id yet that its sender could know.
    const named = written.has(other)
      ? `the entry sent as ${pathOf(written.get(other) as number)}`
      : `entry ${other}`
    const { path, message } = clashFault(kind, named)
    return { path: `${pathOf(written.get(own) as number)}${path}`, message }
  })
  if (faults.length > 0) throw problem('timetable-clash', { errors: faults.slice(0, 1000) })
}
