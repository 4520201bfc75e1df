import type { Files, Notebook } from '../../oneroster/csv/read/read.ts'
import { listOf } from '../../oneroster/csv/read/values.ts'
import type { Archive } from '../../oneroster/csv/read/zip.ts'
import { dayReader, type ReadDay } from './dates.ts'
import { newRoster, type Roster } from './roster.ts'
import { placeSessions, requireSpan, type Session } from './sessions.ts'
import { dfeNumberOf, v21Needed, v21Shapes } from './shapes.ts'
import { headerOf, type Line, readTables } from './table.ts'
import { addPeople, type V21Tables } from './v21-people.ts'
import { roleOf } from './words.ts'

/** V2.1: files that are named like those of OneRoster and hold fewer columns. */
export async function readV21(archive: Archive, notes: Notebook, today: string): Promise<Files> {
  const tables = await readTables(archive, v21Shapes, v21Needed, notes)
  const day = dayReader(
    [
      [tables.academicsessions, 'startDate', 'endDate'],
      [tables.demographics, 'birthDate'],
      [tables.roles, 'roleStartDate', 'roleEndDate'],
    ],
    notes,
  )
  const roster = newRoster(notes)
  addOrgs(roster, tables)
  addClasses(roster, tables, { archive, day, today, notes })
  addPeople(roster, tables, day)
  addMembers(roster, tables)
  return roster.files
}

function addOrgs(roster: Roster, { orgs }: V21Tables): void {
  for (const line of orgs) {
    const id = line.cell('sourcedId')
    if (!roster.accepts('orgs', line, id, 'sourcedId')) continue
    roster.add('orgs', line, id, {
      name: line.cell('name'),
      type: line.cell('type'),
      identifier: dfeNumberOf(id) ?? '',
      parentSourcedId: line.cell('parentSourcedId'),
    })
  }
}

interface Context {
  archive: Archive
  day: ReadDay
  today: string
  notes: Notebook
}

function addClasses(roster: Roster, tables: V21Tables, { archive, day, today, notes }: Context): void {
  const sessions = sessionsOf(roster, tables, day)
  const placed = placeSessions(roster, sessions, { today, origin: headerOf(v21Shapes.classes) })
  addCourses(roster, tables)
  const [hasSessions, hasCourses] = [archive.files.has('academicsessions'), archive.files.has('courses')]
  const left = (word: string, file: string) => {
    if (tables.classes.some((line) => line.cell(word) !== ''))
      notes.notice(`classes.csv: ${word} leads nowhere, since the archive has no ${file}.csv.`)
  }
  if (!hasSessions) left('sessionSourcedIds', 'academicSessions')
  if (!hasCourses) left('courseSourcedId', 'courses')
  for (const line of tables.classes) {
    const id = line.cell('sourcedId')
    if (!roster.accepts('classes', line, id, 'sourcedId')) continue
    const named = hasSessions ? listOf(line.cell('sessionSourcedIds')).join(',') : ''
    roster.add('classes', line, id, {
      title: line.cell('title'),
      classCode: line.cell('code'),
      courseSourcedId: hasCourses ? line.cell('courseSourcedId') : '',
      schoolSourcedId: line.cell('orgSourcedId'),
      termSourcedIds: named || placed.currentYear(),
    })
  }
}

function sessionsOf(roster: Roster, { academicsessions }: V21Tables, day: ReadDay): Session[] {
  const sessions = new Map<string, Session>()
  for (const line of academicsessions) {
    const id = line.cell('sourcedId')
    if (sessions.has(id)) roster.refuse('academicsessions', line, id, 'sourcedId', 'Another row has this id.')
    else if (roster.accepts('academicsessions', line, id, 'sourcedId')) {
      const session = roster.attempt('academicsessions', line, id, 'endDate', () => sessionOf(line, day))
      if (session) sessions.set(id, session)
    }
  }
  return [...sessions.values()]
}

function sessionOf(line: Line, day: ReadDay): Session {
  const [startsOn, endsOn] = [day(line, 'startDate'), day(line, 'endDate')]
  requireSpan(startsOn, endsOn)
  const type = line.cell('type').toLowerCase().replace(/\s/g, '')
  return { id: line.cell('sourcedId'), title: line.cell('title'), startsOn, endsOn, line, type }
}

/** The school year of a course is left out: exports name years there that academicSessions.csv does not hold. */
function addCourses(roster: Roster, { courses }: V21Tables): void {
  for (const line of courses) {
    const id = line.cell('sourcedId')
    if (!roster.accepts('courses', line, id, 'sourcedId')) continue
    roster.add('courses', line, id, {
      title: line.cell('title'),
      courseCode: line.cell('code'),
      orgSourcedId: line.cell('orgSourcedId'),
    })
  }
}

function addMembers(roster: Roster, { enrollments, classes }: V21Tables): void {
  const schoolOf = new Map(classes.map((line) => [line.cell('sourcedId'), line.cell('orgSourcedId')]))
  for (const line of enrollments) {
    const [group, user] = [line.cell('classSourcedId'), line.cell('userSourcedId')]
    const id = `${group} ${user}`
    if (!roster.accepts('enrollments', line, id, 'userSourcedId')) continue
    roster.add('enrollments', line, id, {
      classSourcedId: group,
      userSourcedId: user,
      schoolSourcedId: schoolOf.get(group) ?? '',
      role: roleOf(line.cell('role')),
    })
  }
}
