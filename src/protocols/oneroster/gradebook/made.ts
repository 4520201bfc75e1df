import { type SQL, sql } from 'drizzle-orm'
import { madeId, school } from '../roster/common.ts'
import type { ItemKind } from './table.ts'

/** Types of result as people say them; each is a category. */
export const resultTypes = {
  E: 'Estimate',
  I: 'Interim',
  P: 'Provisional',
  R: 'Result',
  T: 'Target',
} as const

export const typeName = (type: SQL): SQL =>
  sql`case ${type} ${sql.join(
    Object.entries(resultTypes).map(([letter, name]) => sql.raw(`when '${letter}' then '${name}'`)),
    sql` `,
  )} end`

/** The category of a type of result: the same for every class. */
export const categoryOf = (type: SQL): SQL => madeId('category', school, type)
export const scaleOf = (classId: SQL, gradeSetId: SQL): SQL => madeId('scoreScale', classId, gradeSetId)

/** The id of a line item that no program wrote: made of what it is about. */
export const itemIdOf = (kind: ItemKind, of: { classId: SQL; aspectId: SQL; setId: SQL; type: SQL }): SQL =>
  kind === 'lineItem'
    ? madeId('lineItem', of.classId, of.aspectId, of.setId, of.type)
    : madeId('assessmentLineItem', of.aspectId, of.setId, of.type)

/** The text as an id of a record, where it can be one. */
export const asId = (text: SQL): SQL =>
  sql`case when ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${text}::uuid end`

/**
 * What results there are of: each aspect, result set and type once. It steps along the index from one to the next, since
 * there are hundreds of results of each.
 */
const measured = sql`
  with recursive each as (
    (select r.result_set_id, r.aspect_id, r.type from results r where r.school_id = ${school}
     order by r.result_set_id, r.aspect_id, r.type limit 1)
    union all
    select n.* from each e cross join lateral (
      select r.result_set_id, r.aspect_id, r.type from results r
      where r.school_id = ${school} and (r.result_set_id, r.aspect_id, r.type) > (e.result_set_id, e.aspect_id, e.type)
      order by r.result_set_id, r.aspect_id, r.type limit 1) n)
  select * from each`

/** What the made ids among these stand for. */
export function madeOf(kind: ItemKind, ids: SQL): SQL {
  const of = { aspectId: sql`n.aspect_id`, setId: sql`n.result_set_id`, type: sql`n.type` }
  return kind === 'lineItem'
    ? sql`select g.id as class_id, n.* from (${measured}) n join aspects a on a.school_id = ${school} and a.id = n.aspect_id
      join groups g on g.school_id = ${school} and g.subject_id = a.subject_id and g.kind = 'teaching'
      where ${itemIdOf(kind, { ...of, classId: sql`g.id` })}::text = any(${ids})`
    : sql`select null::uuid as class_id, n.* from (${measured}) n where ${itemIdOf(kind, { ...of, classId: sql`` })}::text = any(${ids})`
}

/** The grading period that a day lies in, or is nearest to; the academic year where there are no terms. */
export const periodOn = (day: SQL): SQL => sql`coalesce(
  (select ${madeId('gradingPeriod', sql`t.id`)}::text from terms t where t.school_id = ${school}
   order by greatest(t.starts_on - ${day}, ${day} - t.ends_on, 0), t.starts_on limit 1),
  (select y.id::text from academic_years y where y.school_id = ${school} order by greatest(y.starts_on - ${day}, ${day} - y.ends_on, 0), y.starts_on limit 1))`
