import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { common, newest, placeholderCourse, refersTo, removed, school, today } from './common.ts'
import { nearestYear, termsOf } from './sessions.ts'

/** Groups that are classes: those that are taught and those that are registered. */
export const isClass = (alias: string): SQL => sql.raw(`${alias}.kind in ('teaching', 'registration')`)

/** The year group as England writes it: 1 to 14; reception R, nursery N2 (three-year-olds N1). */
export const gradeOf = (year: SQL): SQL =>
  sql`case ${year} when 0 then 'R' when -1 then 'N2' when -2 then 'N1' else ${year}::text end`

/** Where and when each class meets from today on. The name of a room may hold a comma. */
const meetings = ({ may }: Sight): SQL => sql`
  select e.group_id, max(e.updated_at) as updated_at,
    ${may('rooms:read') ? sql`string_agg(distinct r.name, '; ' order by r.name)` : sql`null::text`} as location,
    array_agg(distinct (array['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[p.weekday] || ' ' || p.name) as periods
  from timetable_entries e
  join periods p on p.school_id = e.school_id and p.id = e.period_id
  left join rooms r on r.school_id = e.school_id and r.id = e.room_id
  where e.school_id = ${school} and (e.valid_until is null or e.valid_until > ${today})
  group by e.group_id`

const noMeetings = sql`
  select null::uuid as group_id, null::timestamptz as updated_at, null::text as location, null::text[] as periods where false`

const gone = sql`
  select x.record_id, x.record_id::text, 'tobedeleted', ${newest(sql`x.changed_at`)}, null::uuid, 'Removed', 'REMOVED', 'scheduled', null::text,
    '{}'::text[], '{}'::text[], '{}'::text[], ${placeholderCourse}::text, ${school}::text, ${termsOf(sql`null::uuid`)}, '{}'::text[], null::text
  from ${removed(['groups'], sql`groups`)} x where ${nearestYear} is not null`

/**
 * Teaching groups are scheduled classes, registration groups homerooms. A class of a past year stays active: its sessions
 * say when it was. A school without any academic year has none to show, since a class must have a term.
 */
export const classes: OneRosterResource = {
  many: 'classes',
  one: 'class',
  about: 'Teaching groups, and registration groups as homerooms.',
  needs: ['groups:read'],
  isPersonal: false,
  fields: [
    ...common,
    { name: 'title', kind: 'text', column: 'title', isRequired: true, about: 'Name of the class.' },
    { name: 'classCode', kind: 'text', column: 'class_code', about: 'The code by which staff know it.' },
    {
      name: 'classType',
      kind: 'exact',
      column: 'class_type',
      isRequired: true,
      words: ['scheduled', 'homeroom'],
      about: 'A teaching group is scheduled, a registration group a homeroom.',
    },
    {
      name: 'location',
      kind: 'text',
      column: 'location',
      about: 'Rooms of its lessons from today on, separated by semicolons.',
    },
    { name: 'grades', kind: 'texts', column: 'grades', about: 'Its year group: 1 to 14, R, N2 or N1.' },
    { name: 'subjects', kind: 'texts', column: 'subjects', about: 'Name of its subject.' },
    {
      name: 'course',
      kind: 'reference',
      column: 'course',
      to: refersTo.course,
      isRequired: true,
      about: 'Its subject; a placeholder where it has none.',
    },
    {
      name: 'school',
      kind: 'reference',
      column: 'school',
      to: refersTo.org,
      isRequired: true,
      about: 'The school.',
    },
    {
      name: 'terms',
      kind: 'references',
      column: 'terms',
      to: refersTo.session,
      isRequired: true,
      about: 'The terms of its year; the year itself where it has none.',
    },
    { name: 'subjectCodes', kind: 'texts', column: 'subject_codes', about: 'Code of its subject.' },
    {
      name: 'periods',
      kind: 'texts',
      column: 'periods',
      about: 'When it meets from today on: weekday and period.',
    },
  ],
  rows: (sight) => {
    const seesSubjects = sight.may('subjects:read')
    const ofSubject = (column: string) =>
      seesSubjects
        ? sql.raw(`case when s.id is null then '{}'::text[] else array[s.${column}] end`)
        : sql`'{}'::text[]`
    return sql`
      select g.id as record_id, g.id::text as sourced_id, 'active' as status,
        ${newest(sql`g.updated_at`, sql`s.updated_at`, sql`t.updated_at`, sql`y.updated_at`)} as date_last_modified, null::uuid as subject,
        g.name as title, g.code as class_code, case g.kind when 'teaching' then 'scheduled' else 'homeroom' end as class_type,
        t.location, case when g.year_group is null then '{}'::text[] else array[${gradeOf(sql`g.year_group`)}] end as grades,
        ${ofSubject('name')} as subjects, ${ofSubject('code')} as subject_codes,
        ${seesSubjects ? sql`coalesce(g.subject_id, ${placeholderCourse})` : placeholderCourse}::text as course,
        g.school_id::text as school, ${termsOf(sql`g.academic_year_id`)} as terms, coalesce(t.periods, '{}') as periods, g.kind as group_kind
      from groups g
      left join subjects s on s.school_id = g.school_id and s.id = g.subject_id
      left join (select t.academic_year_id, max(t.updated_at) as updated_at from terms t where t.school_id = ${school} group by 1) y
        on y.academic_year_id = g.academic_year_id
      left join (${sight.may('timetable:read') ? meetings(sight) : noMeetings}) t on t.group_id = g.id
      where g.school_id = ${school} and ${isClass('g')} and coalesce(g.academic_year_id, ${nearestYear}) is not null
      union all ${gone}`
  },
}
