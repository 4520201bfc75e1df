import { type SQL, sql } from 'drizzle-orm'
import { madeId, school, today } from '../roster/common.ts'
import type { ItemKind } from './table.ts'

const word = (text: string): SQL => sql.raw(`'${text}'`)

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

const samePlace = sql`w.school_id = r.school_id and w.pupil_id = r.pupil_id and w.aspect_id = r.aspect_id
  and w.result_set_id = r.result_set_id and w.type = r.type`
const sameItem = sql`i.school_id = r.school_id and i.aspect_id = r.aspect_id and i.result_set_id = r.result_set_id and r.type = 'R'`

const columns = sql`r.id as result_id, r.pupil_id, r.aspect_id, r.result_set_id, r.type, r.value, r.numeric_value, r.recorded_at, r.updated_at`

const recordedOn = sql`(r.recorded_at at time zone 'Europe/London')::date`
const isMember = (day: SQL): SQL =>
  sql`(m.valid_from <= ${day} and (m.valid_until is null or m.valid_until > ${day}))`

/**
 * Results under line items of the school's own making, each in one class: the one for which a program wrote it, else the
 * class in which the pupil was taught the subject when it was recorded, else today; of several the one joined first.
 */
const taught = sql`
  select distinct on (r.id) ${columns}, m.group_id as class_id
  from results r
  join aspects a on a.school_id = r.school_id and a.id = r.aspect_id
  join (select m.pupil_id, m.group_id, m.valid_from, m.valid_until, g.subject_id
        from memberships m join groups g on g.school_id = m.school_id and g.id = m.group_id and g.kind = 'teaching'
        where m.school_id = ${school} and m.pupil_id is not null) m
    on m.pupil_id = r.pupil_id and m.subject_id = a.subject_id
  left join gradebook_results w on ${samePlace} and w.kind = 'lineItem'
  where r.school_id = ${school} and (${isMember(recordedOn)} or ${isMember(today)} or m.group_id = w.class_id)
    and not exists (select from gradebook_line_items i where ${sameItem} and i.kind = 'lineItem')
  order by r.id, m.group_id = w.class_id desc nulls last, ${isMember(recordedOn)} desc, m.valid_from, m.group_id`

const assessed = sql`
  select ${columns}, null::uuid as class_id from results r
  where r.school_id = ${school} and not exists (select from gradebook_line_items i where ${sameItem} and i.kind = 'assessment')`

/** Results that stand under no written line item of the kind, with their class. */
export const ownResults = (kind: ItemKind): SQL => (kind === 'lineItem' ? taught : assessed)

/** Results under a written line item, whoever recorded them. */
const underWritten = (kind: ItemKind): SQL => sql`
  select ${columns}, i.class_id, i.sourced_id as item from gradebook_line_items i
  join results r on ${sameItem}
  where i.school_id = ${school} and i.kind = ${word(kind)}`

/** What was written and is no result of the school, such as `exempt`; `r` is nothing here. */
const waiting = (kind: ItemKind): SQL => sql`
  select null::uuid, w.pupil_id, w.aspect_id, w.result_set_id, w.type, null::text, null::numeric, null::timestamptz, w.updated_at, w.class_id,
    coalesce(i.sourced_id, ${itemIdOf(kind, { classId: sql`w.class_id`, aspectId: sql`w.aspect_id`, setId: sql`w.result_set_id`, type: sql`w.type` })}::text)
  from gradebook_results w
  left join gradebook_line_items i on i.school_id = w.school_id and i.aspect_id = w.aspect_id and i.result_set_id = w.result_set_id and w.type = 'R' and i.kind = w.kind
  where w.school_id = ${school} and w.kind = ${word(kind)} and w.value is null and not exists (select from results r where ${samePlace})`

const idOfOwn = (kind: ItemKind): SQL =>
  itemIdOf(kind, {
    classId: sql`o.class_id`,
    aspectId: sql`o.aspect_id`,
    setId: sql`o.result_set_id`,
    type: sql`o.type`,
  })

/** Every result with its line item (`item`) and class. */
export const placed = (kind: ItemKind): SQL => sql`
  select o.*, ${idOfOwn(kind)}::text as item from (${ownResults(kind)}) o
  union all ${underWritten(kind)}
  union all ${waiting(kind)}`

/** The grading period that a day lies in, or is nearest to; the academic year where there are no terms. */
export const periodOn = (day: SQL): SQL => sql`coalesce(
  (select ${madeId('gradingPeriod', sql`t.id`)}::text from terms t where t.school_id = ${school}
   order by greatest(t.starts_on - ${day}, ${day} - t.ends_on, 0), t.starts_on limit 1),
  (select y.id::text from academic_years y where y.school_id = ${school} order by greatest(y.starts_on - ${day}, ${day} - y.ends_on, 0), y.starts_on limit 1))`
