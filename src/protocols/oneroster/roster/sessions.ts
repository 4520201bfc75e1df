import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { common, madeId, newest, refersTo, removed, school } from './common.ts'

/** The one grading period of a term: consumers demand that there is one. */
const periodOf = (term: SQL) => madeId('gradingPeriod', term)

/** Columns behind the first five, the same in every branch. Last days are inclusive in the school, exclusive here. */
const branch = (
  id: SQL,
  at: SQL,
  of: { title: SQL; from: SQL; until: SQL; type: string; parent: SQL; children: SQL; year: SQL },
) => sql`${id} as record_id, ${id}::text as sourced_id, 'active' as status, ${newest(at)} as date_last_modified,
    null::uuid as subject, ${of.title} as title, ${of.from} as start_date, ${of.until} + 1 as end_date,
    ${sql.raw(`'${of.type}'`)} as type, ${of.parent} as parent, ${of.children} as children, to_char(${of.year}, 'YYYY') as school_year`

const noParent = sql`null::text`
const noChildren = sql`'{}'::text[]`

const years = sql`select ${branch(
  sql`y.id`,
  sql`y.updated_at, (select max(t.updated_at) from terms t where t.school_id = y.school_id and t.academic_year_id = y.id)`,
  {
    title: sql`y.name`,
    from: sql`y.starts_on`,
    until: sql`y.ends_on`,
    type: 'schoolYear',
    parent: noParent,
    children: sql`array(select t.id::text from terms t where t.school_id = y.school_id and t.academic_year_id = y.id order by t.starts_on, t.id)`,
    year: sql`y.ends_on`,
  },
)} from academic_years y where y.school_id = ${school}`

const yearOfTerm = sql`join academic_years y on y.school_id = t.school_id and y.id = t.academic_year_id where t.school_id = ${school}`
const times = { from: sql`t.starts_on`, until: sql`t.ends_on`, year: sql`y.ends_on` }

const terms = sql`select ${branch(sql`t.id`, sql`t.updated_at`, {
  ...times,
  title: sql`t.name`,
  type: 'term',
  parent: sql`t.academic_year_id::text`,
  children: sql`array[${periodOf(sql`t.id`)}::text]`,
})} from terms t ${yearOfTerm}`

const gradingPeriods = sql`select ${branch(periodOf(sql`t.id`), sql`t.updated_at`, {
  ...times,
  title: sql`t.name`,
  type: 'gradingPeriod',
  parent: sql`t.id::text`,
  children: noChildren,
})} from terms t ${yearOfTerm}`

/** What was removed keeps its id; of the rest, only what must be there. */
const gone = (id: SQL, type: string, from: SQL) => sql`
  select ${id}, ${id}::text, 'tobedeleted', ${newest(sql`x.changed_at`)}, null::uuid, 'Removed', x.changed_at::date, x.changed_at::date + 1,
    ${sql.raw(`'${type}'`)}, ${noParent}, ${noChildren}, to_char(x.changed_at, 'YYYY')
  from ${from} x`

/** Academic years, terms, and a grading period for each term. */
export const academicSessions: OneRosterResource = {
  many: 'academicSessions',
  one: 'academicSession',
  about: 'Academic years, terms, and a grading period for each term.',
  needs: ['calendar:read'],
  isPersonal: false,
  fields: [
    ...common,
    { name: 'title', kind: 'text', column: 'title', isRequired: true, about: 'Name of the year or term.' },
    { name: 'startDate', kind: 'day', column: 'start_date', isRequired: true, about: 'First day.' },
    {
      name: 'endDate',
      kind: 'day',
      column: 'end_date',
      isRequired: true,
      about: 'The day after the last one.',
    },
    {
      name: 'type',
      kind: 'exact',
      column: 'type',
      isRequired: true,
      words: ['schoolYear', 'term', 'gradingPeriod'],
      about: 'What kind of session it is.',
    },
    {
      name: 'parent',
      kind: 'reference',
      column: 'parent',
      to: refersTo.session,
      about: 'The year of a term, the term of a grading period.',
    },
    {
      name: 'children',
      kind: 'references',
      column: 'children',
      to: refersTo.session,
      about: 'The terms of a year, the grading period of a term.',
    },
    {
      name: 'schoolYear',
      kind: 'exact',
      column: 'school_year',
      isRequired: true,
      about: 'The calendar year in which the school year ends, such as 2027.',
    },
  ],
  rows: () => sql`
    ${years} union all ${terms} union all ${gradingPeriods}
    union all ${gone(sql`x.record_id`, 'schoolYear', removed(['academic-years'], sql`academic_years`))}
    union all ${gone(sql`x.record_id`, 'term', removed(['terms'], sql`terms`))}
    union all ${gone(periodOf(sql`x.record_id`), 'gradingPeriod', removed(['terms'], sql`terms`))}`,
}

/** The terms of an academic year as ids in their order; those of the present or next year where a class names none. */
export const termsOf = (year: SQL): SQL => sql`coalesce(
  nullif(array(select t.id::text from terms t where t.school_id = ${school}
    and t.academic_year_id = coalesce(${year}, ${nearestYear}) order by t.starts_on, t.id), '{}'),
  array[coalesce(${year}, ${nearestYear})::text])`

/** The academic year of today, else the next one, else the last. */
export const nearestYear = sql`(select y.id from academic_years y where y.school_id = ${school}
  order by y.ends_on < ${sql.placeholder('today')}::date, case when y.ends_on < ${sql.placeholder('today')}::date then y.ends_on end desc, y.starts_on limit 1)`
