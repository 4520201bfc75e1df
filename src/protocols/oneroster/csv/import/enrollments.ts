import { sql } from 'drizzle-orm'
import { deleteRow } from '../../../../foundation/resource/rows.ts'
import { today } from '../../../../foundation/time/clock.ts'
import { type Outcome, syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { memberships } from '../../../../records/groups/table.ts'
import type { Files, Row } from '../read/read.ts'
import { BadValue, dayOf } from '../read/values.ts'
import type { ImportedCalendar } from './calendar.ts'
import type { ImportedClasses } from './classes.ts'
import { changedOn } from './roll.ts'
import { isGone, type Step } from './step.ts'

/** A row that becomes a membership. */
interface Membership extends Wanted {
  row: Row
}

/** Who and what an enrollment joins, of the file or of earlier ones. */
interface Joined {
  groups: ReadonlyMap<string, { kind: string; yearId: string | null }>
  pupils: ReadonlySet<string>
  staff: ReadonlySet<string>
  /** Roles of the memberships that are there already. */
  roles: ReadonlyMap<string, string>
}

/** Enrollments become memberships of groups. */
export async function importEnrollments(
  step: Step,
  calendar: ImportedCalendar,
  classes: ImportedClasses,
): Promise<void> {
  const [gone, kept] = byEnding(step.files)
  const read = await membershipsOf(step, kept, calendar, classes)
  const wanted = await withoutOverlaps(step, read)
  const about = new Map(wanted.map(({ id, values }) => [id, values as Record<string, string | null>]))
  const outcomes: ReadonlyMap<string, Outcome> = await syncTable(step.tx, memberships, wanted)
  for (const outcome of outcomes.values()) step.count('enrollments', outcome)
  step.log('memberships', outcomes, (id) => concerned(about.get(id)))
  await endGone(step, gone)
}

/** A row ends with its user and its class, whatever it says itself. */
function byEnding({ enrollments, users, classes }: Files): [Row[], Row[]] {
  const ending = new Set([...users, ...classes].filter(isGone).map(({ id }) => id))
  const isEnding = (row: Row) =>
    isGone(row) || ending.has(row.cell('userSourcedId')) || ending.has(row.cell('classSourcedId'))
  return [enrollments.filter(isEnding), enrollments.filter((row) => !isEnding(row))]
}

const concerned = (values: Readonly<Record<string, string | null>> | undefined) => ({
  pupilId: values?.pupilId ?? undefined,
  ...(values?.groupId && { groupId: values.groupId }),
  ...(values?.staffId && { staffId: values.staffId }),
})

async function readJoined({ tx, book }: Step, rows: readonly Row[]): Promise<Joined> {
  const groups = await tx.sql<{ id: string; kind: string; yearId: string | null }>(
    sql`select id, kind, academic_year_id as "yearId" from groups where school_id = ${tx.schoolId}`,
  )
  const idsIn = async (table: 'pupils' | 'staff') => {
    const rows = await tx.sql<{ id: string }>(
      sql`select id from ${sql.identifier(table)} where school_id = ${tx.schoolId}`,
    )
    return new Set(rows.map(({ id }) => id))
  }
  const ids = await book('enrollments')
  const asked = `{${rows.flatMap(({ id }) => ids.known(id) ?? []).join(',')}}`
  const there = await tx.sql<{ id: string; role: string }>(
    sql`select id, role from memberships where school_id = ${tx.schoolId} and id = any(${asked}::uuid[])`,
  )
  return {
    groups: new Map(groups.map((each) => [each.id, each])),
    pupils: await idsIn('pupils'),
    staff: await idsIn('staff'),
    roles: new Map(there.map(({ id, role }) => [id, role])),
  }
}

async function membershipsOf(
  step: Step,
  rows: readonly Row[],
  calendar: ImportedCalendar,
  classes: ImportedClasses,
): Promise<Membership[]> {
  const { notes, book } = step
  const joined = await readJoined(step, rows)
  const [ids, users, groups] = [await book('enrollments'), await book('users'), await book('classes')]
  return rows.flatMap((row): Membership[] => {
    const source = row.cell('classSourcedId')
    const [personId = '', groupId = ''] = [users.known(row.cell('userSourcedId')), groups.known(source)]
    const group = joined.groups.get(groupId)
    const id = ids.idOf(row.id)
    const role = group && roleOf({ id, row, personId, group }, joined)
    if (!group || !role) {
      notes.refuse('enrollments', row, 'userSourcedId', 'Its user or class is none that is here.')
      return []
    }
    const year = calendar.years.find(({ id }) => id === group.yearId)
    const time = timeOf(step, row, classes.get(source)?.startsOn ?? (year ?? calendar.years[0])?.startsOn)
    if (!time) return []
    const who = role === 'pupil' ? { pupilId: personId, staffId: null } : { pupilId: null, staffId: personId }
    return [{ id, row, values: { groupId, ...who, role, ...time } }]
  })
}

const teaching = ['teacher', 'tutor']

/** Whoever teaches a registration group is its tutor, unless the school says otherwise. A contact is in no class. */
function roleOf(
  { id, row, personId, group }: { id: string; row: Row; personId: string; group: { kind: string } },
  { pupils, staff, roles }: Joined,
): string | undefined {
  if (pupils.has(personId)) return 'pupil'
  if (!staff.has(personId)) return undefined
  if (row.cell('role').toLowerCase() !== 'teacher') return 'assistant'
  const said = roles.get(id)
  if (said !== undefined && teaching.includes(said)) return said
  return group.kind === 'registration' ? 'tutor' : 'teacher'
}

/** From when until when (half-open); the first day of its class where the row does not say. */
function timeOf(
  { notes }: Step,
  row: Row,
  otherwise: string | undefined,
): { validFrom: string; validUntil: string | null } | undefined {
  try {
    const validFrom = dayOf(row.cell('beginDate')) ?? otherwise
    const validUntil = dayOf(row.cell('endDate'))
    if (!validFrom) throw new BadValue('Neither the row nor its class says when it begins.')
    if (validUntil !== null && validUntil <= validFrom) throw new BadValue('It ends before it begins.')
    return { validFrom, validUntil }
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('enrollments', row, 'beginDate', error.message)
    return undefined
  }
}

interface Time {
  from: string
  until: string
}

const placeOf = (values: Readonly<Record<string, unknown>>) =>
  [values.groupId, values.pupilId ?? values.staffId, values.role].join(' ')

/** Somebody is in a group once at a time: a second row for the same time is refused, the first one stays. */
async function withoutOverlaps(step: Step, wanted: readonly Membership[]): Promise<Membership[]> {
  const taken = await othersIn(step, wanted)
  return wanted.filter(({ row, values }) => {
    const key = placeOf(values)
    const time = { from: String(values.validFrom), until: String(values.validUntil ?? '9999') }
    const others = taken.get(key) ?? []
    const overlaps = others.some((other) => time.from < other.until && other.from < time.until)
    if (overlaps)
      step.notes.refuse(
        'enrollments',
        row,
        'userSourcedId',
        'The user is in this class at this time already.',
      )
    else taken.set(key, [...others, time])
    return !overlaps
  })
}

/** Memberships of the same groups that the file does not speak of. */
async function othersIn(
  { tx, book, files }: Step,
  wanted: readonly Membership[],
): Promise<Map<string, Time[]>> {
  const groupIds = `{${[...new Set(wanted.map(({ values }) => String(values.groupId)))].join(',')}}`
  const stored = await tx.sql<Time & { id: string } & Record<string, string | null>>(sql`
    select id, group_id as "groupId", pupil_id as "pupilId", staff_id as "staffId", role, valid_from as from, coalesce(valid_until::text, '9999') as until
    from memberships where school_id = ${tx.schoolId} and group_id = any(${groupIds}::uuid[])`)
  const ids = await book('enrollments')
  const spoken = new Set(files.enrollments.map(({ id }) => ids.known(id)))
  const others = stored.filter(({ id }) => !spoken.has(id))
  return Map.groupBy(others, placeOf)
}

/**
 * A row to be deleted ends its membership: on its end date, else on the day on which it was changed. One that would end
 * before it began was a mistake, and goes.
 */
async function endGone(step: Step, rows: readonly Row[]): Promise<void> {
  const { tx, book, count, log } = step
  const ids = await book('enrollments')
  for (const row of rows) {
    const id = ids.known(row.id) ?? null
    const [stored] = await tx.sql<Stored>(sql`
      select id, group_id as "groupId", pupil_id as "pupilId", staff_id as "staffId", valid_from as from, coalesce(valid_until::text, '9999') as until
      from memberships where school_id = ${tx.schoolId} and id = ${id}::uuid`)
    const outcome = stored ? await endOn(step, row, stored) : 'ignored'
    count('enrollments', outcome)
    if (stored && outcome !== 'ignored')
      log('memberships', new Map([[stored.id, outcome]]), () => concerned(stored))
  }
}

interface Stored extends Time, Record<string, string | null> {
  id: string
}

async function endOn(
  { tx, notes }: Step,
  row: Row,
  { id, from, until }: Stored,
): Promise<Outcome | 'ignored'> {
  try {
    const end = dayOf(row.cell('endDate')) ?? changedOn(row) ?? today(tx.clock)
    if (end >= until) return 'unchanged'
    if (end > from)
      return (await syncTable(tx, memberships, [{ id, values: { validUntil: end } }])).get(id) ?? 'ignored'
    await deleteRow(tx, memberships, id)
    return 'removed'
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('enrollments', row, 'endDate', error.message)
    return 'ignored'
  }
}
