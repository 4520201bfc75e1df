import { type SQL, sql } from 'drizzle-orm'
import type { Field, OneRosterResource, Part, Sight } from '../resource.ts'
import { newest, refersTo, school } from '../roster/common.ts'
import { begins, inClass, objectivesOfItem, range, refersWithin, scoreScale, title } from './fields.ts'
import { dayOf, deleted, goneResults } from './gone.ts'
import { categoryOf, itemIdOf, periodOn, scaleOf, typeName } from './made.ts'
import { ownOfItems } from './placed.ts'
import type { ItemKind } from './table.ts'

/** Where nobody said what a value may be: 1.1 demands both. */
const usualRange = { least: sql`0`, most: sql`100` }

/** Grades by their worth; others by the aspect. 1.2 leaves out what nobody said. */
function rangeOf(sight: Sight, least: SQL, most: SQL): SQL {
  const isOld = sight.version === 'v1p1'
  return sql`${isOld ? sql`trim_scale(coalesce(${least}, ${usualRange.least}))` : sql`trim_scale(${least})`} as result_value_min,
    ${isOld ? sql`trim_scale(coalesce(${most}, ${usualRange.most}))` : sql`trim_scale(${most})`} as result_value_max`
}

const gradesOf = (aggregate: string): SQL =>
  sql`(select ${sql.raw(aggregate)}((e->>'value')::numeric) from grade_set_versions v, jsonb_array_elements(v.grades) e
    where v.school_id = a.school_id and v.grade_set_id = a.grade_set_id)`

function written(kind: ItemKind, sight: Sight): SQL {
  const due = sql`coalesce((i.due_at at time zone 'Europe/London')::date, s.opens_on)`
  return sql`
    select null::uuid as record_id, i.sourced_id, 'active' as status, ${newest(sql`i.updated_at`)} as date_last_modified, null::uuid as subject,
      i.metadata::text as metadata, i.title, i.description, i.assign_at as assign_date, i.due_at as due_date, i.class_id::text as class,
      i.school_id::text as school, i.category, coalesce(i.grading_period, ${periodOn(due)}) as grading_period, i.academic_session, i.score_scale, i.parent,
      ${rangeOf(sight, sql`i.result_value_min`, sql`i.result_value_max`)}, i.learning_objectives::text as learning_objectives,
      i.class_id, i.aspect_id, i.result_set_id, 'R' as result_type, i.id as written_id
    from gradebook_line_items i join result_sets s on s.school_id = i.school_id and s.id = i.result_set_id
    where i.school_id = ${school} and i.kind = ${sql.raw(`'${kind}'`)}`
}

const londonDay = (day: SQL): SQL => sql`${day}::timestamp at time zone 'Europe/London'`

/** One for every aspect, result set and type of result that the school has results of; of line items, in every class. */
function own(kind: ItemKind, sight: Sight, part: Part): SQL {
  const id = itemIdOf(kind, {
    classId: sql`n.class_id`,
    aspectId: sql`n.aspect_id`,
    setId: sql`n.result_set_id`,
    type: sql`n.type`,
  })
  const scaleId =
    kind === 'lineItem'
      ? sql`case when a.grade_set_id is not null then ${scaleOf(sql`n.class_id`, sql`a.grade_set_id`)}::text end`
      : sql`null::text`
  const start = (day: SQL) => sql`coalesce(${londonDay(day)}, n.removed_at)`
  return sql`
    select ${id}, ${id}::text, case when n.updated_at is null then 'tobedeleted' else 'active' end,
      ${newest(sql`coalesce(n.updated_at, n.removed_at)`, sql`a.updated_at`, sql`s.updated_at`)}, null::uuid,
      '{"resultType":"' || ${typeName(sql`n.type`)} || '"}',
      coalesce(a.name || ', ' || s.name || case n.type when 'R' then '' else ' (' || lower(${typeName(sql`n.type`)}) || ')' end, 'Removed'),
      null::text, ${start(sql`s.opens_on`)}, ${start(sql`s.closes_on`)}, n.class_id::text, ${school}::text, ${categoryOf(sql`n.type`)}::text,
      coalesce(s.period, ${periodOn(dayOf(sql`n.removed_at`))}), null::text, ${scaleId}, null::text,
      ${rangeOf(sight, sql`coalesce(a.minimum, ${gradesOf('min')})`, sql`coalesce(a.maximum, ${gradesOf('max')})`)}, null::text,
      n.class_id, n.aspect_id, n.result_set_id, n.type, null::uuid
    from (${measuredItems(kind, part)}) n
    left join aspects a on a.school_id = ${school} and a.id = n.aspect_id
    left join (select s.*, ${periodOn(sql`s.opens_on`)} as period from result_sets s where s.school_id = ${school}) s on s.id = n.result_set_id
    where s.period is not null or (n.updated_at is null and exists (select from academic_years y where y.school_id = ${school}))`
}

/** What there are results of, and what there were until the school removed the last: then `updated_at` is null. */
const measuredItems = (kind: ItemKind, part: Part): SQL => sql`
  select o.class_id, o.aspect_id, o.result_set_id, o.type, max(o.updated_at) as updated_at, max(o.removed_at) as removed_at
  from (select o.class_id, o.aspect_id, o.result_set_id, o.type, o.updated_at, null::timestamptz as removed_at from (${ownOfItems(kind, part)}) o
        union all select g.class_id, g.aspect_id, g.result_set_id, g.type, null, g.removed_at from (${goneResults(kind)}) g where g.is_own) o
  group by 1, 2, 3, 4`

/** Deleted by a program, with what every line item must have. */
const deletedItems = (kind: ItemKind, sight: Sight): SQL =>
  deleted(
    sight,
    kind === 'lineItem' ? 'lineItems' : 'assessmentLineItems',
    sql`
    select null::uuid, x.sourced_id, 'tobedeleted', ${newest(sql`x.deleted_at`)}, null::uuid, null::text, 'Removed', null::text, x.deleted_at, x.deleted_at,
      x.class_id::text, ${school}::text, ${categoryOf(sql`'R'`)}::text, ${periodOn(dayOf(sql`x.deleted_at`))}, null::text, null::text, null::text,
      ${rangeOf(sight, sql`null::numeric`, sql`null::numeric`)}, null::text, x.class_id, null::uuid, null::uuid, null::text, null::uuid`,
    { table: 'gradebook_line_items', kind },
  )

const described = (about: string): readonly Field[] => [
  ...begins,
  title(about),
  { name: 'description', kind: 'text', column: 'description', about: 'What is to be done.' },
]

/** What results are under: those that programs wrote, and those that the school's own results make. */
export const lineItems: OneRosterResource = {
  many: 'lineItems',
  one: 'lineItem',
  about: "Columns of a class's gradebook: what the school has results of, and what programs wrote.",
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: false,
  fields: [
    ...described('What was set; of the school: aspect, result set and type of result.'),
    {
      name: 'assignDate',
      kind: 'instant',
      column: 'assign_date',
      isRequired: true,
      about: 'When it was set.',
    },
    { name: 'dueDate', kind: 'instant', column: 'due_date', isRequired: true, about: 'When it is due.' },
    { ...inClass, isRequired: true },
    {
      name: 'school',
      kind: 'reference',
      column: 'school',
      to: refersTo.org,
      only: 'v1p2',
      isRequired: true,
      isGiven: true,
      about: 'The school.',
    },
    {
      name: 'category',
      kind: 'reference',
      column: 'category',
      to: refersWithin.category,
      isRequired: true,
      about: 'The kind of work.',
    },
    {
      name: 'gradingPeriod',
      kind: 'reference',
      column: 'grading_period',
      to: refersTo.session,
      isRequired: true,
      isGiven: true,
      about: 'The grading period; where nobody said, that in which it is due.',
    },
    {
      name: 'academicSession',
      kind: 'reference',
      column: 'academic_session',
      to: refersTo.session,
      only: 'v1p2',
      about: 'The session, as its writer put it.',
    },
    scoreScale,
    ...range,
    objectivesOfItem,
  ],
  rows: (sight, part = {}) =>
    sight.may('groups:read')
      ? sql`${written('lineItem', sight)} union all ${own('lineItem', sight, part)}${deletedItems('lineItem', sight)}`
      : sql`${written('lineItem', sight)} and false`,
}

export const assessmentLineItems: OneRosterResource = {
  many: 'assessmentLineItems',
  one: 'assessmentLineItem',
  about: 'What the school has results of, whatever the class, and the assessments that programs wrote.',
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: false,
  fields: [
    ...described('Name of the assessment.'),
    inClass,
    {
      name: 'parentAssessmentLineItem',
      kind: 'reference',
      column: 'parent',
      to: refersWithin.assessmentLineItem,
      about: 'The assessment that it is part of.',
    },
    scoreScale,
    ...range,
    objectivesOfItem,
  ],
  rows: (sight, part = {}) =>
    sql`${written('assessment', sight)} union all ${own('assessment', sight, part)}${deletedItems('assessment', sight)}`,
}
