import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { type Fault, problem } from '../../foundation/http/problems.ts'
import { lastDay } from '../../foundation/time/days.ts'
import { clashesOf, type LessonClash, type RealLesson } from './changed-lessons.ts'
import { entriesFrom, readEntries } from './queries.ts'
import { clashesBetween, type Entry } from './rules.ts'

/** Groups that have a pupil in common with a group at some time of a range. */
const readSharing = compile(
  sql`select distinct o.group_id
      from memberships m
      join memberships o on o.school_id = m.school_id and o.pupil_id = m.pupil_id and o.group_id <> m.group_id
        and o.valid_from < ${sql.placeholder('until')}::date and (o.valid_until is null or o.valid_until > ${sql.placeholder('from')}::date)
      where m.school_id = ${sql.placeholder('school')} and m.group_id = ${sql.placeholder('group')}::uuid and m.pupil_id is not null
        and m.valid_from < ${sql.placeholder('until')}::date and (m.valid_until is null or m.valid_until > ${sql.placeholder('from')}::date)`,
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

async function sharingWith(tx: Tx, group: string, from: string, until: string): Promise<Set<string>> {
  const rows = await tx.rows(readSharing, { group, from, until })
  return new Set(rows.map(([id]) => id as string))
}

/** Throws 409 naming the lessons of the day with which a lesson clashes. */
export async function refuseClashes(
  tx: Tx,
  lesson: RealLesson,
  others: readonly RealLesson[],
): Promise<void> {
  await tx.rows(lockTimetable)
  const sharing = await sharingWith(tx, lesson.groupId, lesson.date, `${lesson.date.slice(0, 4)}-12-31`)
  const faults = clashesOf(lesson, others, sharing).map(({ kind, lesson: other }) =>
    clashFault(kind, `lesson ${other.id}`),
  )
  if (faults.length > 0) throw problem('timetable-clash', { errors: faults })
}

/** Throws 409 naming the entries with which one that was just written clashes, unless it says why it may. */
export async function refuseEntryClashes(tx: Tx, id: string): Promise<void> {
  await tx.rows(lockTimetable)
  const nothing = { groupId: null, staffId: null, roomId: null, entryId: null }
  const rows = await tx.rows(readEntries, { ...nothing, from: '0001-01-01', until: lastDay })
  const { entries, periods } = entriesFrom(rows)
  const own = entries.find((entry) => entry.id === id) as Entry & { clashOverride?: string | null }
  if (own.clashOverride != null) return
  const sharing = await sharingWith(tx, own.groupId, own.validFrom, own.validUntil ?? lastDay)
  const named = clashesBetween(entries, periods, id).map(({ kind, entryIds }) =>
    clashFault(kind, `entry ${entryIds.find((each) => each !== id)}`),
  )
  // A group whose pupils are elsewhere is as busy as the group itself.
  const asOneGroup = entries.map((entry) =>
    sharing.has(entry.groupId) ? { ...entry, groupId: own.groupId, roomId: null, staffIds: [] } : entry,
  )
  const shared = clashesBetween(
    asOneGroup.filter(
      (entry) => entry.id === id || sharing.has(entries.find((each) => each.id === entry.id)?.groupId ?? ''),
    ),
    periods,
    id,
  )
    .filter(({ kind }) => kind === 'group')
    .map(({ entryIds }) => clashFault('pupils', `entry ${entryIds.find((each) => each !== id)}`))
  const faults = [...named, ...shared]
  if (faults.length > 0) throw problem('timetable-clash', { errors: faults })
}
