import { sql } from 'drizzle-orm'
import { removeUnused, syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { groups } from '../../../../records/groups/table.ts'
import { rooms } from '../../../../records/rooms/table.ts'
import { subjects } from '../../../../records/subjects/table.ts'
import { placeholderOf } from '../read/made-ids.ts'
import type { Row } from '../read/read.ts'
import { listOf, yearOfGrade } from '../read/values.ts'
import type { ImportedCalendar, Span } from './calendar.ts'
import { Codes } from './codes.ts'
import { isGone, type Step } from './step.ts'

/** The classes of the file, with the year or term in which each one is. */
export type ImportedClasses = ReadonlyMap<string, Span | undefined>

/** Courses become subjects, classes groups, locations rooms. */
export async function importClasses(step: Step, calendar: ImportedCalendar): Promise<ImportedClasses> {
  await importCourses(step)
  await importRooms(step)
  return importGroups(step, calendar)
}

async function importCourses(step: Step): Promise<void> {
  const { tx, files, sourceId, book, count, log } = step
  const ids = await book('courses')
  const isOurs = ({ id }: Row) => id === placeholderOf(sourceId)
  const rows = files.courses.filter((row) => !isGone(row) && !isOurs(row))
  const stored = await tx.sql<{ id: string; key: string }>(
    sql`select id, code as key from subjects where school_id = ${tx.schoolId}`,
  )
  const own = rows.map(({ id }) => ids.idOf(id))
  const codes = new Codes(stored, own)
  const wanted = rows.map((row): Wanted => {
    const code = codes.take('', row.cell('courseCode') || row.cell('title').slice(0, 20))
    return { id: ids.idOf(row.id), values: { code, name: row.cell('title') }, defaults: { isActive: true } }
  })
  const outcomes = await syncTable(tx, subjects, wanted)
  for (const outcome of outcomes.values()) count('courses', outcome)
  count('courses', 'ignored', files.courses.filter(isOurs).length)
  log('subjects', outcomes)
  await retire(step, files.courses.filter(isGone))
}

/** A subject that others have no longer goes; one that is taught or assessed stays, out of use. */
async function retire({ tx, book, known, count, log }: Step, rows: readonly Row[]): Promise<void> {
  const ids = await book('courses')
  const there = await known(
    'courses',
    rows.map(({ id }) => id),
  )
  for (const row of rows) {
    const id = ids.known(row.id)
    if (id === undefined || !there.has(row.id)) {
      count('courses', 'ignored')
      continue
    }
    const outcomes = (await removeUnused(tx, subjects, id))
      ? new Map([[id, 'removed' as const]])
      : await syncTable(tx, subjects, [{ id, values: { isActive: false } }])
    for (const outcome of outcomes.values()) count('courses', outcome)
    log('subjects', outcomes)
  }
}

/** Rooms of a location, as this system writes several; others write one. */
const roomsOf = (row: Row) => row.cell('location').split('; ').filter(Boolean)

async function importRooms(step: Step): Promise<void> {
  const ids = await step.book('locations')
  const names = [...new Set(step.files.classes.flatMap(roomsOf))]
  const there = await step.tx.sql<{ id: string; name: string }>(
    sql`select id, name from rooms where school_id = ${step.tx.schoolId}`,
  )
  const known = new Map(there.map(({ id, name }) => [name, id]))
  const wanted = names
    .filter((name) => !known.has(name))
    .map((name) => ({ id: ids.idOf(name), values: { code: name, name }, defaults: { isActive: true } }))
  step.log('rooms', await syncTable(step.tx, rooms, wanted))
}

/** A group that is there. `key` is where its code is used, and the code. */
interface Known extends Record<string, unknown> {
  id: string
  kind: string
  code: string
  key: string
}

async function importGroups(step: Step, calendar: ImportedCalendar): Promise<ImportedClasses> {
  const { tx, files, book, count, log, notes } = step
  const ids = await book('classes')
  const rows = files.classes.filter((row) => !isGone(row))
  const stored = await tx.sql<Known>(
    sql`select id, kind, code, concat_ws(' ', kind, academic_year_id, code) as key from groups where school_id = ${tx.schoolId}`,
  )
  const own = rows.map(({ id }) => ids.idOf(id))
  const codes = new Codes(stored, own)
  const there = new Map(stored.map((each) => [each.id, each]))
  const subjectOf = await subjectsIn(step)
  const found = new Map<string, Span | undefined>()
  const wanted = rows.map((row): Wanted => {
    const sessions = listOf(row.cell('termSourcedIds'))
    const year = sessions.map(calendar.yearOf).find(Boolean)
    found.set(row.id, sessions.map(calendar.spanOf).find(Boolean) ?? year)
    const id = ids.idOf(row.id)
    return { id, values: { ...groupValues(row, there.get(id), year, codes), subjectId: subjectOf(row) } }
  })
  if (rows.some((row) => row.cell('periods') !== ''))
    notes.notice('classes.csv: periods name no day or time, so no timetable comes of them.')
  const outcomes = await syncTable(tx, groups, wanted)
  for (const outcome of outcomes.values()) count('classes', outcome)
  log('groups', outcomes)
  return found
}

/** What the file does not say of a class stays as it is. */
function groupValues(row: Row, known: Known | undefined, year: Span | undefined, codes: Codes) {
  const said = row.cell('classType').toLowerCase() === 'homeroom' ? 'registration' : 'teaching'
  const kind = known && !row.has('classType') ? known.kind : said
  const [yearGroup = null, ...others] = new Set(listOf(row.cell('grades')).map(yearOfGrade))
  const within = [kind, year?.id].filter(Boolean).join(' ')
  return {
    kind,
    code: codes.take(within, row.cell('classCode') || known?.code || row.cell('title').slice(0, 40)),
    name: row.cell('title'),
    academicYearId: year?.id ?? null,
    yearGroup: row.has('grades') ? (others.length === 0 ? yearGroup : null) : undefined,
  }
}

/** The subject of a class; the placeholder of this system is none. */
async function subjectsIn({ book, sourceId }: Step) {
  const ids = await book('courses')
  return (row: Row): string | null | undefined => {
    if (!row.has('courseSourcedId')) return undefined
    const course = row.cell('courseSourcedId')
    return course === '' || course === placeholderOf(sourceId) ? null : ids.idOf(course)
  }
}

/** Classes that others have no longer: one that nobody was ever in goes, the others stay as the history they are. */
export async function removeClasses({ tx, files, book, known, count, log, notes }: Step): Promise<void> {
  const rows = files.classes.filter(isGone)
  const ids = await book('classes')
  const there = await known(
    'classes',
    rows.map(({ id }) => id),
  )
  for (const row of rows) {
    const id = ids.known(row.id)
    const isRemoved = id !== undefined && there.has(row.id) && (await removeUnused(tx, groups, id))
    count('classes', isRemoved ? 'removed' : 'ignored')
    if (isRemoved) log('groups', new Map([[id, 'removed']]))
    else if (there.has(row.id))
      notes.notice(`classes.csv: ${row.id} is to be deleted, but has a history and stays.`)
  }
}
