import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { bothVersions, type Operation, type Within } from '../rest/operation.ts'
import { classes } from './classes.ts'
import { school, today } from './common.ts'
import { courses } from './courses.ts'
import { demographics } from './demographics.ts'
import { enrollments } from './enrollments.ts'
import { orgs } from './orgs.ts'
import { academicSessions } from './sessions.ts'
import { users } from './users.ts'

const core = ['roster.readonly', 'roster-core.readonly'] as const
const whole = ['roster.readonly'] as const
const common = { service: 'rostering', method: 'GET', versions: bothVersions } as const

/** A collection of the whole school and its single objects: `/students`, `/students/{sourcedId}`. */
function collection(
  path: string,
  resource: OneRosterResource,
  [many, one]: [string, string],
  narrow?: SQL,
): Operation[] {
  const scopes = resource === demographics ? (['roster-demographics.readonly'] as const) : core
  const own = { ...common, scopes, resource, within: {}, ...(narrow && { narrow: () => narrow }) }
  return [
    { ...own, path, operationId: many, isOne: false },
    { ...own, path: `${path}/{sourcedId}`, operationId: one, isOne: true },
  ]
}

/** Part of a collection, below other objects that must be there. */
function below(
  path: string,
  operationId: string,
  resource: OneRosterResource,
  within: Within,
  ...narrow: SQL[]
): Operation {
  const condition = narrow.length > 0 && sql.join(narrow, sql` and `)
  return {
    ...common,
    scopes: whole,
    path,
    operationId,
    resource,
    isOne: false,
    within,
    ...(condition && { narrow: () => condition }),
  }
}

const given = (name: string): SQL => sql`${sql.placeholder(name)}::text`
const isStudent = sql`r.is_student`
const isTeacher = sql`r.is_teacher`
const isActive = sql`r.status = 'active'`

/** Memberships that are not over: those of today and those to come. Whoever has left the school has left its classes. */
const lasting = sql`m.school_id = ${school} and (m.valid_until is null or m.valid_until > ${today})
  and not exists (select from pupils p where p.school_id = m.school_id and p.id = m.pupil_id and p.left_on <= ${today})
  and not exists (select from staff w where w.school_id = m.school_id and w.id = m.staff_id and w.employed_until <= ${today})`
const studentsIn = (name: string) =>
  sql`r.record_id in (select m.pupil_id from memberships m where ${lasting} and m.group_id::text = ${given(name)})`
const teachersIn = (name: string) =>
  sql`r.record_id in (select m.staff_id from memberships m where ${lasting} and m.role in ('teacher', 'tutor') and m.group_id::text = ${given(name)})`
const classesOf = (name: string) =>
  sql`r.record_id in (select m.group_id from memberships m where ${lasting} and coalesce(m.pupil_id, m.staff_id)::text = ${given(name)})`

/** A year holds what its terms hold, and a grading period what its term holds. */
const inTerm = sql`r.terms && array(select t.sourced_id from (${academicSessions.rows({ version: 'v1p2', key: 'all', may: () => true })}) t
  where ${given('termSourcedId')} in (t.sourced_id, t.parent))`

const inSchool: Within = { schoolSourcedId: orgs }
const inClass: Within = { classSourcedId: classes }
const inSchoolClass: Within = { ...inSchool, ...inClass }

/** Every reading operation of the rostering service, in the order of the standard. */
export const rosterOperations: readonly Operation[] = [
  ...collection('/academicSessions', academicSessions, ['getAllAcademicSessions', 'getAcademicSession']),
  ...collection('/classes', classes, ['getAllClasses', 'getClass']),
  below(
    '/classes/{classSourcedId}/students',
    'getStudentsForClass',
    users,
    inClass,
    isStudent,
    studentsIn('classSourcedId'),
  ),
  below(
    '/classes/{classSourcedId}/teachers',
    'getTeachersForClass',
    users,
    inClass,
    teachersIn('classSourcedId'),
  ),
  ...collection('/courses', courses, ['getAllCourses', 'getCourse']),
  below(
    '/courses/{courseSourcedId}/classes',
    'getClassesForCourse',
    classes,
    { courseSourcedId: courses },
    sql`r.course = ${given('courseSourcedId')}`,
  ),
  ...collection('/demographics', demographics, ['getAllDemographics', 'getDemographics']),
  ...collection('/enrollments', enrollments, ['getAllEnrollments', 'getEnrollment']),
  ...collection(
    '/gradingPeriods',
    academicSessions,
    ['getAllGradingPeriods', 'getGradingPeriod'],
    sql`r.type = 'gradingPeriod'`,
  ),
  ...collection('/orgs', orgs, ['getAllOrgs', 'getOrg']),
  ...collection('/schools', orgs, ['getAllSchools', 'getSchool'], sql`r.type = 'school'`),
  below('/schools/{schoolSourcedId}/classes', 'getClassesForSchool', classes, inSchool),
  below(
    '/schools/{schoolSourcedId}/classes/{classSourcedId}/enrollments',
    'getEnrollmentsForClassInSchool',
    enrollments,
    inSchoolClass,
    sql`r.class = ${given('classSourcedId')}`,
  ),
  below(
    '/schools/{schoolSourcedId}/classes/{classSourcedId}/students',
    'getStudentsForClassInSchool',
    users,
    inSchoolClass,
    isStudent,
    studentsIn('classSourcedId'),
  ),
  below(
    '/schools/{schoolSourcedId}/classes/{classSourcedId}/teachers',
    'getTeachersForClassInSchool',
    users,
    inSchoolClass,
    teachersIn('classSourcedId'),
  ),
  below('/schools/{schoolSourcedId}/courses', 'getCoursesForSchool', courses, inSchool),
  below('/schools/{schoolSourcedId}/enrollments', 'getEnrollmentsForSchool', enrollments, inSchool),
  below('/schools/{schoolSourcedId}/students', 'getStudentsForSchool', users, inSchool, isStudent),
  below('/schools/{schoolSourcedId}/teachers', 'getTeachersForSchool', users, inSchool, isTeacher),
  below(
    '/schools/{schoolSourcedId}/terms',
    'getTermsForSchool',
    academicSessions,
    inSchool,
    sql`r.type = 'term'`,
  ),
  ...collection('/students', users, ['getAllStudents', 'getStudent'], isStudent),
  below(
    '/students/{studentSourcedId}/classes',
    'getClassesForStudent',
    classes,
    { studentSourcedId: users },
    isActive,
    classesOf('studentSourcedId'),
  ),
  ...collection('/teachers', users, ['getAllTeachers', 'getTeacher'], isTeacher),
  below(
    '/teachers/{teacherSourcedId}/classes',
    'getClassesForTeacher',
    classes,
    { teacherSourcedId: users },
    isActive,
    classesOf('teacherSourcedId'),
  ),
  ...collection('/terms', academicSessions, ['getAllTerms', 'getTerm'], sql`r.type = 'term'`),
  below(
    '/terms/{termSourcedId}/classes',
    'getClassesForTerm',
    classes,
    { termSourcedId: academicSessions },
    inTerm,
  ),
  below(
    '/terms/{termSourcedId}/gradingPeriods',
    'getGradingPeriodsForTerm',
    academicSessions,
    { termSourcedId: academicSessions },
    sql`r.type = 'gradingPeriod'`,
    sql`r.parent = ${given('termSourcedId')}`,
  ),
  ...collection('/users', users, ['getAllUsers', 'getUser']),
  below(
    '/users/{userSourcedId}/classes',
    'getClassesForUser',
    classes,
    { userSourcedId: users },
    isActive,
    classesOf('userSourcedId'),
  ),
]
