import type { Files, Notebook } from '../../oneroster/csv/read/read.ts'
import type { Archive } from '../../oneroster/csv/read/zip.ts'
import { dayReader, type ReadDay } from './dates.ts'
import { newRoster, type Roster } from './roster.ts'
import { placeSessions, requireSpan, type Session } from './sessions.ts'
import { dfeNumberOf, v1Needed, v1Shapes } from './shapes.ts'
import { headerOf, type Line, readTables, type Tables } from './table.ts'

type V1Tables = Tables<keyof typeof v1Shapes>

/** V1: one file each for schools, sections, students and teachers, and two for who is in which section. */
export async function readV1(archive: Archive, notes: Notebook, today: string): Promise<Files> {
  const tables = await readTables(archive, v1Shapes, v1Needed, notes)
  const day = dayReader(
    [
      [tables.section, 'termStart', 'termEnd'],
      [tables.student, 'birthDate'],
    ],
    notes,
  )
  const roster = newRoster(notes)
  addSchools(roster, tables)
  addSections(roster, tables, { day, today, notes })
  addPeople(roster, tables.student, 'student')
  addPeople(roster, tables.teacher, 'teacher')
  addBirthDates(roster, tables, day)
  addMembers(roster, tables)
  return roster.files
}

function addSchools(roster: Roster, { school }: V1Tables): void {
  for (const line of school) {
    const id = line.cell('id')
    if (!roster.accepts('orgs', line, id, 'id')) continue
    const identifier = dfeNumberOf(line.cell('dfe'), id) ?? line.cell('number')
    roster.add('orgs', line, id, { name: line.cell('name'), type: 'school', identifier })
  }
}

interface Context {
  day: ReadDay
  today: string
  notes: Notebook
}

/** A section names its term and its course in its own line; those of all sections together are sessions and courses. */
function addSections(roster: Roster, tables: V1Tables, { day, today, notes }: Context): void {
  const sessions = new Map<string, Session>()
  const kept = new Map<string, { line: Line; session: string }>()
  const note = (session: Session) => {
    const known = sessions.get(session.id)
    if (!known) sessions.set(session.id, session)
    else if (known.startsOn !== session.startsOn || known.endsOn !== session.endsOn)
      notes.notice(
        `Section.csv: the term ${session.id} has several dates; those of line ${known.line.row} hold.`,
      )
  }
  for (const line of tables.section) {
    const id = line.cell('id')
    if (kept.has(id)) roster.refuse('classes', line, id, 'id', 'Another row has this id.')
    else if (roster.accepts('classes', line, id, 'id')) {
      const found = roster.attempt('classes', line, id, 'termEnd', () => sessionOf(line, day))
      if (found === undefined) continue
      if (found !== null) note(found)
      kept.set(id, { line, session: found?.id ?? line.cell('term') })
    }
  }
  const origin = headerOf(v1Shapes.section)
  const placed = placeSessions(roster, [...sessions.values()], { today, origin })
  const termOf = (session: string) => (sessions.has(session) ? session : placed.currentYear())
  addClasses(roster, kept, termOf)
}

function addClasses(
  roster: Roster,
  sections: ReadonlyMap<string, { line: Line; session: string }>,
  termOf: (session: string) => string,
): void {
  const lines = [...sections.values()].map(({ line }) => line)
  const courseOf = addCourses(roster, lines)
  for (const [id, { line, session }] of sections)
    roster.add('classes', line, id, {
      title: line.cell('name'),
      classCode: line.cell('number'),
      courseSourcedId: courseOf(line),
      schoolSourcedId: line.cell('school'),
      termSourcedIds: termOf(session),
      status: statusOf(line),
    })
}

/** The term of a section; null where it has no dates. */
function sessionOf(line: Line, day: ReadDay): Session | null {
  const [startsOn, endsOn] = [day(line, 'termStart'), day(line, 'termEnd')]
  if (startsOn === '' || endsOn === '') return null
  requireSpan(startsOn, endsOn)
  const id = line.cell('term') || `term ${line.cell('termName')} ${startsOn} ${endsOn}`.replaceAll(',', ' ')
  const title = line.cell('termName') || line.cell('term') || `${startsOn} to ${endsOn}`
  return { id, title, startsOn, endsOn, line, type: '' }
}

/** A course is its id, or else its subject, or else its name; a section without any of them has none. */
function addCourses(roster: Roster, sections: readonly Line[]): (section: Line) => string {
  const idOf = (line: Line) => {
    const name = line.cell('subject') || line.cell('courseName')
    return line.cell('course') || (name && `subject ${name}`)
  }
  const schoolsOf = new Map<string, Set<string>>()
  for (const line of sections)
    schoolsOf.set(idOf(line), (schoolsOf.get(idOf(line)) ?? new Set()).add(line.cell('school')))
  const seen = new Set([''])
  for (const line of sections) {
    const id = idOf(line)
    if (seen.has(id)) continue
    seen.add(id)
    const [own, other] = line.cell('course') ? ['courseName', 'subject'] : ['subject', 'courseName']
    const [school = '', ...more] = schoolsOf.get(id) ?? []
    roster.add('courses', line, id, {
      title: line.cell(own) || line.cell(other) || id,
      courseCode: line.cell('courseNumber'),
      subjects: line.cell('subject'),
      // A course that several schools teach belongs to none of them.
      orgSourcedId: more.length === 0 ? school : '',
    })
  }
  return idOf
}

/** Who is at several schools stands in a line for each: the first one tells of the person, all of them of the schools. */
function addPeople(roster: Roster, lines: readonly Line[], role: 'student' | 'teacher'): void {
  const schoolsOf = new Map<string, { first: Line; schools: string[] }>()
  for (const line of lines) {
    const id = line.cell('id')
    const known = schoolsOf.get(id)
    if (known && !line.fault && !known.schools.includes(line.cell('school')))
      known.schools.push(line.cell('school'))
    else if (known) roster.refuse('users', line, id, line.fault?.word ?? 'id', line.fault?.reason ?? twice)
    else if (roster.accepts('users', line, id, 'id'))
      schoolsOf.set(id, { first: line, schools: [line.cell('school')] })
  }
  for (const [id, { first, schools }] of schoolsOf)
    roster.add('users', first, id, {
      ...Object.fromEntries(personColumns.map((column) => [column, first.cell(column)])),
      role,
      orgSourcedIds: schools.join(','),
      identifier: first.cell('number'),
      grades: first.cell('grade'),
      status: statusOf(first),
    })
}

const twice = 'Another row of this school has this id.'
const personColumns = ['givenName', 'middleName', 'familyName', 'username', 'email']

/** Only the word Active keeps a row; a file that says nothing is about those who are there. */
function statusOf(line: Line): string {
  const status = line.cell('status').toLowerCase()
  return status === '' || status === 'active' ? 'active' : 'tobedeleted'
}

function addBirthDates(roster: Roster, { student }: V1Tables, day: ReadDay): void {
  const lineOf = new Map(student.map((line) => [`${line.file} ${line.row}`, line]))
  for (const { id, file, row } of roster.files.users) {
    const line = lineOf.get(`${file} ${row}`)
    if (!line || line.cell('birthDate') === '') continue
    const birthDate = roster.attempt('demographics', line, id, 'birthDate', () => day(line, 'birthDate'))
    if (birthDate !== undefined) roster.add('demographics', line, id, { birthDate })
  }
}

function addMembers(roster: Roster, tables: V1Tables): void {
  const schoolOf = new Map(tables.section.map((line) => [line.cell('id'), line.cell('school')]))
  const members: [readonly Line[], string][] = [
    [tables.studentenrollment, 'student'],
    [tables.teacherroster, 'teacher'],
  ]
  for (const [lines, role] of members)
    for (const line of lines) {
      const [section, person] = [line.cell('section'), line.cell('person')]
      const id = `${section} ${person}`
      if (!roster.accepts('enrollments', line, id, 'person')) continue
      roster.add('enrollments', line, id, {
        classSourcedId: section,
        userSourcedId: person,
        schoolSourcedId: schoolOf.get(section) ?? '',
        role,
      })
    }
}
