import { type SQL, sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Actor, type Database, readTogether, type TextRow } from '../../foundation/db/transaction.ts'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { addDays, isDate } from '../../foundation/time/days.ts'
import { calendarFrom, period, readCalendar } from '../calendar/queries.ts'
import { periods } from '../calendar/table.ts'
import { group } from '../groups/queries.ts'
import { groups, memberships } from '../groups/table.ts'
import { room } from '../rooms/queries.ts'
import { rooms } from '../rooms/table.ts'
import { staffMember } from '../staff/queries.ts'
import { staff } from '../staff/table.ts'
import { subject } from '../subjects/queries.ts'
import { subjects } from '../subjects/table.ts'
import { changed, type LessonChange, type RealLesson, realLessons } from './changed-lessons.ts'
import { type Entry, lessonsBetween, type Period, partsOfLessonId } from './rules.ts'
import { TimetableEntry, TimetableEntryFilter } from './schema.ts'
import { timetableEntries } from './table.ts'

const inForce = (day: SQL) =>
  sql`${timetableEntries.validFrom} <= ${day}::date
      and (${timetableEntries.validUntil} is null or ${timetableEntries.validUntil} > ${day}::date)`

export const timetableEntry = resource({
  path: '/timetable-entries',
  one: 'TimetableEntry',
  many: 'TimetableEntries',
  phrase: 'a timetable entry',
  scope: 'timetable',
  row: TimetableEntry,
  filter: TimetableEntryFilter,
  view: {
    table: timetableEntries,
    fields: {
      id: timetableEntries.id,
      updatedAt: timetableEntries.updatedAt,
      groupId: timetableEntries.groupId,
      periodId: timetableEntries.periodId,
      staffId: timetableEntries.staffId,
      roomId: timetableEntries.roomId,
      subjectId: timetableEntries.subjectId,
      week: timetableEntries.week,
      block: timetableEntries.block,
      validFrom: timetableEntries.validFrom,
      validUntil: timetableEntries.validUntil,
      clashOverride: timetableEntries.clashOverride,
    },
    filters: { asOf: inForce },
    sorts: { validFrom: timetableEntries.validFrom },
  },
  constraints: {
    timetable_entries__order: {
      code: 'rule-broken',
      path: '/validUntil',
      message: 'validUntil lies after validFrom: it is the first day no longer in force.',
    },
    timetable_entries__week: {
      code: 'rule-broken',
      path: '/week',
      message: 'A cycle has the weeks 1 and 2.',
    },
  },
})

const beside = [
  ['group', group, sql`${groups.id} = ${timetableEntries.groupId}`, 'The group that meets.'],
  ['period', period, sql`${periods.id} = ${timetableEntries.periodId}`, 'The period.'],
  ['room', room, sql`${rooms.id} = ${timetableEntries.roomId}`, 'Where.'],
  ['subject', subject, sql`${subjects.id} = ${timetableEntries.subjectId}`, 'What is taught.'],
  ['staffMember', staffMember, sql`${staff.id} = ${timetableEntries.staffId}`, 'Who teaches.'],
] as const
for (const [name, target, on, description] of beside)
  relate(timetableEntry, name, { target, isMany: false, on, description })

/** What narrows the entries that lessons are read from. */
export interface LessonFilter {
  groupId?: string
  staffId?: string
  roomId?: string
  entryId?: string
  block?: string
}

const given = (name: keyof LessonFilter, column: SQL) =>
  sql`(${sql.placeholder(name)}::uuid is null or ${column} = ${sql.placeholder(name)}::uuid)`

/** Who or where a lesson is may be different on the day: then the entry is wanted, too. */
const changedTo = (name: 'staffId' | 'roomId', column: SQL) =>
  sql`exists (select from lesson_changes c where c.school_id = e.school_id and c.entry_id = e.id and ${column} = ${sql.placeholder(name)}::uuid)`

/** Entries that meet somewhere in a range, with their periods, as one JSON array. */
export const readEntries = compile(
  sql`select coalesce(json_agg(json_build_object('id', e.id, 'groupId', e.group_id, 'staffId', e.staff_id, 'roomId', e.room_id,
        'subjectId', e.subject_id, 'periodId', e.period_id, 'week', e.week, 'block', e.block, 'validFrom', e.valid_from, 'validUntil', e.valid_until,
        'clashOverride', e.clash_override, 'weekday', p.weekday, 'startsAt', to_char(p.starts_at, 'HH24:MI'), 'endsAt', to_char(p.ends_at, 'HH24:MI'), 'session', p.session)), '[]')
      from timetable_entries e join periods p on p.school_id = e.school_id and p.id = e.period_id
      where e.school_id = ${sql.placeholder('school')}
        and e.valid_from < ${sql.placeholder('until')}::date
        and (e.valid_until is null or e.valid_until > ${sql.placeholder('from')}::date)
        and ${given('groupId', sql`e.group_id`)} and ${given('entryId', sql`e.id`)}
        and (${sql.placeholder('block')}::text is null or e.block = ${sql.placeholder('block')})
        and (${given('staffId', sql`e.staff_id`)} or ${changedTo('staffId', sql`c.staff_id`)})
        and (${given('roomId', sql`e.room_id`)} or ${changedTo('roomId', sql`c.room_id`)})`,
)

/** Changes of lessons that were or are in a range, as one JSON array. */
export const readChanges = compile(
  sql`select coalesce(json_agg(json_build_object('id', c.id, 'entryId', c.entry_id, 'date', c.date, 'kind', c.kind, 'toDate', c.to_date,
        'periodId', c.period_id, 'startsAt', to_char(p.starts_at, 'HH24:MI'), 'endsAt', to_char(p.ends_at, 'HH24:MI'),
        'session', p.session, 'roomId', c.room_id, 'staffId', c.staff_id, 'reason', c.reason)), '[]')
      from lesson_changes c left join periods p on p.school_id = c.school_id and p.id = c.period_id
      where c.school_id = ${sql.placeholder('school')}
        and ((c.date >= ${sql.placeholder('from')}::date and c.date < ${sql.placeholder('until')}::date)
          or (c.to_date >= ${sql.placeholder('from')}::date and c.to_date < ${sql.placeholder('until')}::date))
        and ${given('entryId', sql`c.entry_id`)}`,
)

/** When a pupil is in which group. */
export const readPupilGroups = compile(
  sql`select coalesce(json_agg(json_build_object('groupId', ${memberships.groupId}, 'validFrom', ${memberships.validFrom},
        'validUntil', ${memberships.validUntil})), '[]')
      from ${memberships} where ${memberships.schoolId} = ${sql.placeholder('school')} and ${memberships.pupilId} = ${sql.placeholder('pupil')}`,
)

/** Entries and periods as the rules want them, from the row that `readEntries` gives. */
export function entriesFrom(rows: readonly TextRow[]): { entries: Entry[]; periods: Period[] } {
  const read = JSON.parse(rows[0]?.[0] ?? '[]') as (Omit<Entry, 'staffIds'> &
    Period & { staffId: string | null })[]
  const periods = new Map(read.map((each) => [each.periodId, { ...each, id: each.periodId }]))
  const entries = read.map((each) => ({ ...each, staffIds: each.staffId === null ? [] : [each.staffId] }))
  return { entries, periods: [...periods.values()] }
}

type Sight = Pick<Actor, 'schoolId' | 'reach'>

/** The lessons of a range of days in order of time. */
export async function readLessons(
  db: Database,
  who: Sight,
  { from, until }: { from: string; until: string },
  filter: LessonFilter,
  pupilId?: string,
): Promise<RealLesson[]> {
  const [days, entries, changes, groups] = await readTogether(db, who, [
    { query: readCalendar, values: {} },
    { query: readEntries, values: { ...noFilter, ...filter, ...around({ from, until }) } },
    { query: readChanges, values: { from, until, entryId: filter.entryId ?? null } },
    ...(pupilId === undefined ? [] : [{ query: readPupilGroups, values: { pupil: pupilId } }]),
  ])
  const timetable = { ...entriesFrom(entries ?? []), calendar: calendarFrom(days ?? []).calendar }
  const lessons = realLessons(timetable, changesFrom(changes ?? []), from, until).filter(
    ({ staffIds, roomId }) =>
      (filter.staffId === undefined || staffIds.includes(filter.staffId)) &&
      (filter.roomId === undefined || roomId === filter.roomId),
  )
  if (!groups) return lessons
  const isIn = membershipTest(JSON.parse(groups[0]?.[0] ?? '[]'))
  return lessons.filter(({ groupId, date }) => isIn(groupId, date))
}

/** Entries that ended a while ago, or begin later, may have a lesson that was moved into the range. */
const mostMovedDays = 120
const around = ({ from, until }: { from: string; until: string }) => ({
  from: shifted(from, -mostMovedDays),
  until: shifted(until, mostMovedDays),
})

/** Days near the ends of the calendar have no such neighbours. */
function shifted(date: string, days: number): string {
  try {
    return addDays(date, days)
  } catch {
    return date
  }
}

export const changesFrom = (rows: readonly TextRow[]): LessonChange[] => JSON.parse(rows[0]?.[0] ?? '[]')

/** Every entry. */
export const noFilter = { groupId: null, staffId: null, roomId: null, entryId: null, block: null }

interface PupilGroup {
  groupId: string
  validFrom: string
  validUntil: string | null
}

function membershipTest(groups: readonly PupilGroup[]): (groupId: string, date: string) => boolean {
  return (groupId, date) =>
    groups.some(
      (each) =>
        each.groupId === groupId &&
        each.validFrom <= date &&
        (each.validUntil === null || each.validUntil > date),
    )
}

/** The lesson of an id, wherever it was moved to; undefined when its entry does not meet on its day. */
export async function findLesson(db: Database, who: Sight, id: string): Promise<RealLesson | undefined> {
  const parts = partsOfLessonId(id)
  if (!parts || !isDate(parts.date)) return undefined
  const { entryId, date: from } = parts
  const until = shifted(from, 1)
  const [days, entries, changes] = await readTogether(db, who, [
    { query: readCalendar, values: {} },
    { query: readEntries, values: { ...noFilter, entryId, from, until } },
    { query: readChanges, values: { entryId, from, until } },
  ])
  const timetable = { ...entriesFrom(entries ?? []), calendar: calendarFrom(days ?? []).calendar }
  const [lesson] = lessonsBetween(timetable, from, until)
  return (
    lesson &&
    changed(
      lesson,
      changesFrom(changes ?? []).find(({ date }) => date === from),
    )
  )
}
