import { type SQL, sql } from 'drizzle-orm'
import type { Scope } from '../../../foundation/access/scopes.ts'
import { type Encode, idList } from '../../../operations/exports/cells.ts'
import { roles } from '../../oneroster/csv/export/links.ts'
import type { OneRosterResource } from '../../oneroster/resource.ts'
import { classes } from '../../oneroster/roster/classes.ts'
import { school, today } from '../../oneroster/roster/common.ts'
import { courses } from '../../oneroster/roster/courses.ts'
import { demographics } from '../../oneroster/roster/demographics.ts'
import { enrollments } from '../../oneroster/roster/enrollments.ts'
import { orgs } from '../../oneroster/roster/orgs.ts'
import { academicSessions } from '../../oneroster/roster/sessions.ts'
import { users } from '../../oneroster/roster/users.ts'
import { gradeAs, lastDay, phoneAs, plain, roleAtSchool, roleInClass } from './words.ts'

/** A column: what stands in it, over the rows of the view. `needs` leaves it empty where its scope is not granted. */
export interface SdsColumn {
  title: string
  from?: SQL
  encode?: Encode
  needs?: Scope
}

/** A file of the format. Only what is so today is in it. */
export interface SdsFile {
  name: string
  of: OneRosterResource
  /** All of these must be granted besides what `of` needs. */
  besides: readonly Scope[]
  columns: readonly SdsColumn[]
  /** Which of the active rows. */
  where?: SQL
  /** What no two rows share; the id of the view's when left out. */
  key?: SQL
}

const r = (column: string): SQL => sql`r.${sql.identifier(column)}`
const column = (title: string, from?: SQL, encode?: Encode): SdsColumn => ({
  title,
  ...(from && { from }),
  ...(encode && { encode }),
})
const text = (title: string, from: string): SdsColumn => column(title, r(from), plain)
const id = column('sourcedId', r('sourced_id'))
const empty = (...titles: string[]): SdsColumn[] => titles.map((title) => column(title))
const first = (list: string): SQL => sql`(${r(list)})[1]`

/** Contacts are wanted with an e-mail address alone. */
const isWanted = sql`(r.role <> 'guardian' or r.email is not null)`

/** Who is whose guardian: the agents of pupils, where they are in the file of users. */
const relationships: OneRosterResource = {
  ...users,
  many: 'relationships',
  rows: (sight) => sql`
    select o.sourced_id || ' ' || a.id as sourced_id, o.status, o.subject, o.sourced_id as student, a.id as guardian
    from (${users.rows(sight)}) o cross join lateral unnest(o.agents) as a (id)
    join people p on p.school_id = ${school} and p.id = a.id::uuid and p.email is not null
    where o.is_student`,
}

/** Microsoft, School Data Sync V2.1 CSV file format: the headers in the order of its pages. There are no flags here. */
export const sdsFiles: readonly SdsFile[] = [
  {
    name: 'orgs',
    of: orgs,
    besides: [],
    columns: [id, text('name', 'name'), column('type', r('type')), ...empty('parentSourcedId')],
  },
  {
    name: 'users',
    of: users,
    besides: [],
    columns: [
      id,
      text('username', 'username'),
      text('givenName', 'given_name'),
      text('familyName', 'family_name'),
      ...empty('password', 'activeDirectoryMatchId'),
      column('email', r('email')),
      column('phone', r('phone'), phoneAs),
      ...empty('sms'),
    ],
    where: isWanted,
  },
  {
    name: 'roles',
    of: roles,
    besides: ['schools:read'],
    columns: [
      column('userSourcedId', r('object')),
      column('orgSourcedId', r('org')),
      column('role', r('role'), roleAtSchool),
      ...empty('sessionSourcedId'),
      column('grade', sql`case r.role when 'student' then ${first('grades')} end`, gradeAs),
      column('isPrimary', sql`case r.role_type when 'primary' then 'true' else 'false' end`),
      ...empty('roleStartDate', 'roleEndDate'),
    ],
    // What a guardian is, is said in the relationships.
    where: sql`r.role <> 'guardian'`,
  },
  {
    name: 'classes',
    of: classes,
    besides: ['schools:read'],
    columns: [
      id,
      column('orgSourcedId', r('school')),
      text('title', 'title'),
      { ...column('sessionSourcedIds', r('terms'), idList), needs: 'calendar:read' },
      { ...column('courseSourcedId', r('course')), needs: 'subjects:read' },
      text('code', 'class_code'),
    ],
  },
  {
    name: 'enrollments',
    of: enrollments,
    besides: ['groups:read', 'schools:read'],
    columns: [
      column('classSourcedId', r('class')),
      column('userSourcedId', r('user')),
      column('role', r('role'), roleInClass),
    ],
    // Without dates, a place in a class is one of today.
    where: sql`(r.begin_date is null or r.begin_date <= ${today})`,
    key: sql`${r('class')}, ${r('user')}, ${r('role')}`,
  },
  {
    name: 'academicSessions',
    of: academicSessions,
    besides: [],
    columns: [
      id,
      text('title', 'title'),
      column('type', r('type')),
      column('schoolYear', r('school_year')),
      column('startDate', r('start_date')),
      column('endDate', lastDay(r('end_date'))),
    ],
    // A grading period is a term once more, for those who demand one.
    where: sql`r.type <> 'gradingPeriod'`,
  },
  {
    name: 'courses',
    of: courses,
    besides: ['subjects:read', 'schools:read'],
    columns: [
      id,
      column('orgSourcedId', r('org')),
      text('title', 'title'),
      text('code', 'course_code'),
      ...empty('schoolYearSourcedId', 'subject', 'grade'),
    ],
  },
  {
    name: 'demographics',
    of: demographics,
    besides: [],
    columns: [
      column('userSourcedId', r('sourced_id')),
      column('sex', r('sex')),
      column('birthDate', r('birth_date')),
      ...empty('birthCity', 'birthState', 'birthCountry', 'ethnicityCodes', 'raceCodes'),
    ],
  },
  {
    name: 'relationships',
    of: relationships,
    besides: ['pupils:read', 'contacts:read'],
    columns: [
      column('userSourcedId', r('student')),
      column('relationshipUserSourcedId', r('guardian')),
      column('relationshipRole', sql`'guardian'`),
    ],
  },
]
