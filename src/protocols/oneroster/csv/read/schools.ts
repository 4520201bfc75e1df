import type { FileName } from './files.ts'
import type { Files, Row } from './read.ts'
import { listOf } from './values.ts'

/** The part of a file that is about one school. */
export interface SchoolFiles {
  /** The school's id in the file. */
  sourceId: string
  /** Its row; a delta in which the school itself has not changed has none. */
  school: Row | undefined
  files: Files
}

/** Each school of a file with the rows that are about it; rows about no school are in none. */
export function schoolsOf(files: Files): SchoolFiles[] {
  const rows = files.orgs.filter((row) => row.cell('type').toLowerCase() === 'school')
  const ids = rows.length > 0 ? rows.map(({ id }) => id) : namedSchools(files)
  const found = ids.map((sourceId) => ({ sourceId, school: rows.find(({ id }) => id === sourceId) }))
  // Whatever a file of one school holds is about that school.
  if (found.length < 2) return found.map((each) => ({ ...each, files }))
  const schoolOf = homes(files, new Set(ids))
  return found.map((each) => ({ ...each, files: partOf(files, each.sourceId, schoolOf) }))
}

/** Of a delta without organisations: those to which its rows belong. */
function namedSchools({ classes, enrollments, users, roles }: Files): string[] {
  const named = [
    ...[...classes, ...enrollments].map((row) => row.cell('schoolSourcedId')),
    ...users.flatMap((row) => [...listOf(row.cell('orgSourcedIds')), row.cell('primaryOrgSourcedId')]),
    ...roles.map((row) => row.cell('orgSourcedId')),
  ]
  return [...new Set(named.filter((id) => id !== ''))]
}

type SchoolOf = (orgId: string) => string | undefined

/** The school of an organisation: itself, or the school above a department. */
function homes({ orgs }: Files, schools: ReadonlySet<string>): SchoolOf {
  const parents = new Map(orgs.map((row) => [row.id, row.cell('parentSourcedId')]))
  return (orgId) => {
    for (let at: string | undefined = orgId, hops = 0; at && hops < 10; at = parents.get(at), hops++)
      if (schools.has(at)) return at
    return undefined
  }
}

function partOf(files: Files, school: string, schoolOf: SchoolOf): Files {
  const isOf = (column: string) => (row: Row) => schoolOf(row.cell(column)) === school
  const classes = files.classes.filter(isOf('schoolSourcedId'))
  const inClass = idsOf(classes)
  const enrollments = files.enrollments.filter(
    (row) => inClass.has(row.cell('classSourcedId')) || isOf('schoolSourcedId')(row),
  )
  const members = usersOf(files, school, schoolOf, enrollments)
  const courses = new Set(classes.map((row) => row.cell('courseSourcedId')))
  const lineitems = files.lineitems.filter((row) => inClass.has(row.cell('classSourcedId')))
  const inItem = idsOf(lineitems)
  const results = files.results.filter((row) => inItem.has(row.cell('lineItemSourcedId')))
  const withinResults = idsOf(results)
  const below = (name: FileName, column: string, of: ReadonlySet<string>) =>
    files[name].filter((row) => of.has(row.cell(column)))
  return {
    ...files,
    orgs: files.orgs.filter((row) => row.id === school || schoolOf(row.id) === school),
    classes,
    enrollments,
    courses: files.courses.filter((row) => courses.has(row.id) || isOf('orgSourcedId')(row)),
    users: files.users.filter(({ id }) => members.has(id)),
    roles: files.roles.filter(
      (row) => members.has(row.cell('userSourcedId')) && isFor(row, school, schoolOf),
    ),
    demographics: files.demographics.filter(({ id }) => members.has(id)),
    lineitems,
    results,
    scorescales: below('scorescales', 'classSourcedId', inClass),
    lineitemscorescales: below('lineitemscorescales', 'lineItemSourcedId', inItem),
    lineitemlearningobjectiveids: below('lineitemlearningobjectiveids', 'lineItemSourcedId', inItem),
    resultscorescales: below('resultscorescales', 'resultSourcedId', withinResults),
    resultlearningobjectiveids: below('resultlearningobjectiveids', 'resultSourcedId', withinResults),
  }
}

const idsOf = (rows: readonly Row[]): ReadonlySet<string> => new Set(rows.map(({ id }) => id))

/** A role at another school is not this one's; a role above the schools is every school's. */
const isFor = (row: Row, school: string, schoolOf: SchoolOf): boolean =>
  (schoolOf(row.cell('orgSourcedId')) ?? school) === school

/** Who belongs to the school, who is in its classes, and the guardians of its students. */
function usersOf(
  files: Files,
  school: string,
  schoolOf: SchoolOf,
  enrollments: readonly Row[],
): ReadonlySet<string> {
  const isHere = (orgId: string) => schoolOf(orgId) === school
  const members = new Set([
    ...files.users
      .filter((row) => [...listOf(row.cell('orgSourcedIds')), row.cell('primaryOrgSourcedId')].some(isHere))
      .map(({ id }) => id),
    ...files.roles.filter((row) => isHere(row.cell('orgSourcedId'))).map((row) => row.cell('userSourcedId')),
    ...enrollments.map((row) => row.cell('userSourcedId')),
  ])
  const isStudent = studentsOf(files)
  for (const row of files.users)
    if (members.has(row.id) && isStudent.has(row.id))
      for (const agent of listOf(row.cell('agentSourcedIds'))) members.add(agent)
  return members
}

/** The agents of a guardian are children, who may go to another school. */
function studentsOf({ users, roles }: Files): ReadonlySet<string> {
  const isStudent = (row: Row) => row.cell('role').toLowerCase() === 'student'
  return new Set([
    ...users.filter(isStudent).map(({ id }) => id),
    ...roles.filter(isStudent).map((row) => row.cell('userSourcedId')),
  ])
}
