import { type Outcome, syncTable, type Wanted } from '../../../operations/imports/sync.ts'
import { groups, memberships } from '../../../records/groups/table.ts'
import { rooms } from '../../../records/rooms/table.ts'
import { subjects } from '../../../records/subjects/table.ts'
import type { Step } from './import.ts'
import type { ImportedCalendar, Session } from './import-calendar.ts'
import type { ImportedPeople } from './import-people.ts'
import type { Row } from './read.ts'
import { BadValue, dayOf, listOf, yearOfGrade } from './values.ts'

/** Courses become subjects, classes groups, locations rooms, enrollments memberships. */
export async function importClasses(
  step: Step,
  calendar: ImportedCalendar,
  people: ImportedPeople,
): Promise<void> {
  const subjectIds = await importCourses(step)
  await importRooms(step)
  const classes = await importGroups(step, calendar, subjectIds)
  await importEnrollments(step, calendar, people, classes)
}

async function importCourses(step: Step): Promise<ReadonlyMap<string, string>> {
  const ids = await step.book('courses')
  const codes = new Map<string, number>()
  const wanted = step.files.courses.map((row): Wanted & { row: Row } => {
    const code = distinct(codes, row.cell('courseCode') || row.cell('title').slice(0, 20))
    return {
      ...ids.idOf(row.id),
      row,
      values: { code, name: row.cell('title') },
      defaults: { isActive: true },
    }
  })
  const outcomes = await syncTable(step.tx, subjects, wanted)
  for (const outcome of outcomes.values()) step.count('courses', outcome)
  step.log('subjects', outcomes)
  return new Map(wanted.map(({ id, row }) => [row.id, id]))
}

/** Codes must differ: the second of a kind gets a number. */
function distinct(seen: Map<string, number>, code: string): string {
  const times = (seen.get(code) ?? 0) + 1
  seen.set(code, times)
  return times === 1 ? code : `${code}-${times}`
}

async function importRooms(step: Step): Promise<void> {
  const ids = await step.book('locations')
  const names = [...new Set(step.files.classes.map((row) => row.cell('location')).filter(Boolean))]
  const wanted = names.map((name) => ({
    ...ids.idOf(name),
    values: { code: name, name },
    defaults: { isActive: true },
  }))
  step.log('rooms', await syncTable(step.tx, rooms, wanted))
}

interface ImportedClass {
  id: string
  term: Session | undefined
}

async function importGroups(
  step: Step,
  calendar: ImportedCalendar,
  subjectIds: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, ImportedClass>> {
  const ids = await step.book('classes')
  const codes = new Map<string, number>()
  const found = new Map<string, ImportedClass>()
  const wanted: Wanted[] = []
  for (const row of step.files.classes) {
    const sessions = listOf(row.cell('termSourcedIds'))
    const year = sessions.map(calendar.yearOf).find(Boolean)
    const term = sessions.map((id) => calendar.terms.get(id) ?? calendar.years.get(id)).find(Boolean)
    const isForm = row.cell('classType').toLowerCase() === 'homeroom'
    const identity = ids.idOf(row.id)
    found.set(row.id, { id: identity.id, term: term ?? year })
    const years = new Set(listOf(row.cell('grades')).map(yearOfGrade))
    wanted.push({
      ...identity,
      values: {
        kind: isForm ? 'registration' : 'teaching',
        code: distinct(codes, row.cell('classCode') || row.cell('title').slice(0, 40)),
        name: row.cell('title'),
        academicYearId: year?.id ?? null,
        subjectId: subjectIds.get(row.cell('courseSourcedId')) ?? null,
        yearGroup: years.size === 1 ? ([...years][0] ?? null) : null,
      },
    })
    if (row.cell('periods') !== '')
      step.notes.notice('classes.csv: periods name no day or time, so no timetable comes of them.')
  }
  const outcomes = await syncTable(step.tx, groups, wanted)
  for (const outcome of outcomes.values()) step.count('classes', outcome)
  step.log('groups', outcomes)
  return found
}

async function importEnrollments(
  step: Step,
  calendar: ImportedCalendar,
  people: ImportedPeople,
  classes: ReadonlyMap<string, ImportedClass>,
): Promise<void> {
  const ids = await step.book('enrollments')
  const pupilOf = new Map<string, string | undefined>()
  const wanted: (Wanted & { row: Row })[] = []
  for (const row of step.files.enrollments) {
    const user = people.get(row.cell('userSourcedId'))
    const group = classes.get(row.cell('classSourcedId'))
    if (!user || !group || user.kind === 'contact') {
      const reason =
        user?.kind === 'contact' ? 'A contact is in no class.' : 'Its user or class was not imported.'
      step.notes.refuse('enrollments', row, 'userSourcedId', reason)
      continue
    }
    const time = timeOf(step, row, group.term ?? [...calendar.years.values()][0])
    if (!time) continue
    const identity = ids.idOf(row.id)
    const isPupil = user.kind === 'pupil'
    pupilOf.set(identity.id, isPupil ? user.id : undefined)
    const role = isPupil ? 'pupil' : row.cell('role').toLowerCase() === 'teacher' ? 'teacher' : 'assistant'
    wanted.push({
      ...identity,
      row,
      values: {
        groupId: group.id,
        pupilId: isPupil ? user.id : null,
        staffId: isPupil ? null : user.id,
        role,
        ...time,
      },
    })
  }
  const outcomes: ReadonlyMap<string, Outcome> = await syncTable(
    step.tx,
    memberships,
    withoutOverlaps(step, wanted),
  )
  for (const outcome of outcomes.values()) step.count('enrollments', outcome)
  step.log('memberships', outcomes, (id) => pupilOf.get(id))
}

/** From when until when (half-open); the term's days where the row does not say. A row to be deleted ends on its date. */
function timeOf(
  { notes }: Step,
  row: Row,
  term: Session | undefined,
): { validFrom: string; validUntil: string | null } | undefined {
  try {
    const validFrom = dayOf(row.cell('beginDate')) ?? term?.startsOn
    const isGone = row.cell('status').toLowerCase() === 'tobedeleted'
    const validUntil = dayOf(row.cell('endDate')) ?? (isGone ? dayOf(row.cell('dateLastModified')) : null)
    if (!validFrom) throw new BadValue('Neither the row nor its class says when it begins.')
    if (validUntil !== null && validUntil <= validFrom) throw new BadValue('It ends before it begins.')
    return { validFrom, validUntil }
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('enrollments', row, 'beginDate', error.message)
    return undefined
  }
}

/** Somebody is in a group once at a time: a second row for the same time is refused, the first one stays. */
function withoutOverlaps({ notes }: Step, wanted: readonly (Wanted & { row: Row })[]): Wanted[] {
  const taken = new Map<string, { from: string; until: string }[]>()
  return wanted.filter(({ row, values }) => {
    const key = [values.groupId, values.pupilId ?? values.staffId, values.role].join(' ')
    const time = { from: String(values.validFrom), until: String(values.validUntil ?? '9999') }
    const others = taken.get(key) ?? []
    const overlaps = others.some((other) => time.from < other.until && other.from < time.until)
    if (overlaps)
      notes.refuse('enrollments', row, 'userSourcedId', 'The user is in this class at this time already.')
    else taken.set(key, [...others, time])
    return !overlaps
  })
}
