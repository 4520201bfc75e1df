import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { newest, refersTo, school, today } from '../roster/common.ts'
import { begins, inClass, scaleValues, title } from './fields.ts'
import { deleted } from './gone.ts'
import { scaleOf } from './made.ts'

/** A grade and what it is worth, best first: `trim_scale` writes 7, not 7.00. */
const valuesOf = sql`(select '[' || string_agg('{"itemValueLHS":' || to_json(e->>'grade')::text || ',"itemValueRHS":"' || trim_scale((e->>'value')::numeric) || '"}', ','
  order by (e->>'rank')::numeric, e->>'grade') || ']' from jsonb_array_elements(v.grades) e)`

/** The version of a grade set in force today, else its first. */
const versions = sql`
  select distinct on (v.grade_set_id) v.grade_set_id, v.grades, v.updated_at from grade_set_versions v where v.school_id = ${school}
  order by v.grade_set_id, v.valid_from > ${today}, case when v.valid_from <= ${today} then v.valid_from end desc, v.valid_from`

const course = ({ may }: Sight): SQL => (may('subjects:read') ? sql`g.subject_id::text` : sql`null::text`)

const own = (sight: Sight): SQL => sql`
  select ${scaleOf(sql`g.id`, sql`s.id`)} as record_id, ${scaleOf(sql`g.id`, sql`s.id`)}::text as sourced_id, 'active' as status,
    ${newest(sql`g.updated_at`, sql`s.updated_at`, sql`v.updated_at`)} as date_last_modified, null::uuid as subject, null::text as metadata,
    s.name as title, 'grades' as type, ${course(sight)} as course, g.id::text as class, v.values, null::uuid as written_id
  from groups g
  join (select distinct a.subject_id, a.grade_set_id from aspects a where a.school_id = ${school} and a.grade_set_id is not null) a
    on a.subject_id = g.subject_id
  join grade_sets s on s.school_id = g.school_id and s.id = a.grade_set_id
  join (select v.grade_set_id, v.updated_at, ${valuesOf} as values from (${versions}) v) v on v.grade_set_id = s.id
  where g.school_id = ${school} and g.kind = 'teaching'`

/** A scale must have a value, so it gets one that says nothing. */
const gone = sql`select null::uuid, x.sourced_id, 'tobedeleted', ${newest(sql`x.deleted_at`)}, null::uuid, null::text, 'Removed', 'removed', null::text, x.class_id::text,
  '[{"itemValueLHS":"-","itemValueRHS":"-"}]', null::uuid`

/** The grade sets that a class is assessed by, and the scales that programs wrote. */
export const scoreScales: OneRosterResource = {
  many: 'scoreScales',
  one: 'scoreScale',
  about: 'The grade sets by which a class is assessed, and the scales that programs wrote.',
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: false,
  fields: [
    ...begins,
    title('Name of the scale.'),
    {
      name: 'type',
      kind: 'text',
      column: 'type',
      isRequired: true,
      about: 'What kind of scale it is: `grades` of the school.',
    },
    {
      name: 'course',
      kind: 'reference',
      column: 'course',
      to: refersTo.course,
      about: 'The course of the class.',
    },
    { ...inClass, isRequired: true },
    {
      name: 'scoreScaleValue',
      kind: 'json',
      column: 'values',
      isRequired: true,
      shape: scaleValues,
      about: 'Each grade with what it is worth.',
    },
  ],
  rows: (sight) =>
    sight.may('groups:read')
      ? sql`${own(sight)}
    union all
    select null::uuid, c.sourced_id, 'active', ${newest(sql`c.updated_at`)}, null::uuid, c.metadata::text, c.title, c.type, c.course, c.class_id::text,
      c.values::text, c.id
    from gradebook_score_scales c where c.school_id = ${school}${deleted(sight, 'scoreScales', gone, { table: 'gradebook_score_scales' })}`
      : sql`${own(sight)} and false`,
}
