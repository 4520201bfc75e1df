import { type SQL, sql } from 'drizzle-orm'
import type { Field, OneRosterResource, Part, Sight } from '../resource.ts'
import { newest, school } from '../roster/common.ts'
import { begins, inClass, refersWithin, scored, student } from './fields.ts'
import { deleted, goneResult, goneResults } from './gone.ts'
import { asId, scaleOf, typeName } from './made.ts'
import { placed } from './placed.ts'
import type { ItemKind } from './table.ts'

const within: Field = { ...inClass, only: 'v1p2' }

/** What a program wrote holds as long as its value stands in the school's results. */
const holds = sql`(w.id is not null and w.value is not distinct from p.value)`

/** 1.1 has no place for a grade as text, nor a word for the statuses that 1.2 lets clients make up. */
const metadata = ({ version }: Sight): SQL => {
  const text = version === 'v1p1' ? sql`',"textScore":' || to_json(p.value)::text` : sql`''`
  return sql`coalesce(w.metadata::text, case when i.id is null and p.value is not null then '{"resultType":"' || ${typeName(sql`p.type`)} || '"' || ${text} || '}' end)`
}

const status = ({ version }: Sight): SQL => {
  const written =
    version === 'v1p1' ? sql`regexp_replace(w.score_status, '^ext:.*', 'submitted')` : sql`w.score_status`
  return sql`case when ${holds} then ${written} else 'fully graded' end`
}

/** Deleted by a program; a result of the school that stands under the id since is no deleted one. */
function deletedResults(kind: ItemKind, sight: Sight): SQL {
  const row = goneResult(sql`x.sourced_id`, sql`x.deleted_at`, {
    item: sql`x.item`,
    pupil: sql`x.pupil_id`,
    classId: sql`x.class_id`,
  })
  const told = deleted(sight, kind === 'lineItem' ? 'results' : 'assessmentResults', row, {
    table: 'gradebook_results',
    kind,
  })
  return sight.tellsDeleted
    ? sql`${told} and not exists (select from results r where r.school_id = x.school_id and r.id = ${asId(sql`x.sourced_id`)})
      and x.sourced_id not in (select n.sourced_id from (${goneResults(kind)}) n)`
    : told
}

function rowsOf(kind: ItemKind, sight: Sight, part: Part): SQL {
  const scale =
    kind === 'lineItem'
      ? sql`case when a.grade_set_id is not null and i.id is null then ${scaleOf(sql`p.class_id`, sql`a.grade_set_id`)}::text end`
      : sql`null::text`
  return sql`
    select case when w.id is null then p.result_id end as record_id, coalesce(w.sourced_id, p.result_id::text) as sourced_id, 'active' as status,
      ${newest(sql`p.updated_at`, sql`w.updated_at`)} as date_last_modified, p.pupil_id as subject, ${metadata(sight)} as metadata,
      p.item, p.pupil_id::text as student, p.class_id::text as class, coalesce(w.score_scale, ${scale}) as score_scale, ${status(sight)} as score_status,
      case when ${holds} then trim_scale(coalesce(w.score, p.numeric_value)) else trim_scale(p.numeric_value) end as score,
      case when ${holds} and (i.id is not null or w.text_score is not null) then w.text_score else p.value end as text_score,
      case when ${holds} then w.score_date else (p.recorded_at at time zone 'Europe/London')::date end as score_date,
      trim_scale(w.score_percentile) as score_percentile, coalesce(w.comment, case when a.type = 'comment' then p.value end) as comment,
      w.learning_objectives::text as learning_objectives, w.is_in_progress, w.is_incomplete, w.is_late, w.is_missing
    from (${placed(kind, part)}) p
    join aspects a on a.school_id = ${school} and a.id = p.aspect_id
    left join gradebook_line_items i on i.school_id = ${school} and i.aspect_id = p.aspect_id and i.result_set_id = p.result_set_id
      and p.type = 'R' and i.kind = ${sql.raw(`'${kind}'`)}
    left join gradebook_results w on w.school_id = ${school} and w.pupil_id = p.pupil_id and w.aspect_id = p.aspect_id
      and w.result_set_id = p.result_set_id and w.type = p.type and w.kind = ${sql.raw(`'${kind}'`)}
    union all ${goneResult(sql`g.sourced_id`, sql`g.removed_at`, { item: sql`g.item`, pupil: sql`g.pupil_id`, classId: sql`g.class_id` })}
    from (${goneResults(kind, part)}) g
    ${deletedResults(kind, sight)}`
}

/** Results of those who are taught in classes, and what programs wrote about them. */
export const results: OneRosterResource = {
  many: 'results',
  one: 'result',
  about: 'Results of pupils in the classes where they are taught, and what programs wrote about them.',
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: true,
  fields: [
    ...begins,
    {
      name: 'lineItem',
      kind: 'reference',
      column: 'item',
      to: refersWithin.lineItem,
      isRequired: true,
      about: 'What it is a result of.',
    },
    student,
    within,
    ...scored,
  ],
  rows: (sight, part = {}) =>
    sight.may('groups:read')
      ? rowsOf('lineItem', sight, part)
      : sql`select * from (${rowsOf('lineItem', sight, part)}) n where false`,
}

/** Every result of the school, whatever class it came from. */
export const assessmentResults: OneRosterResource = {
  many: 'assessmentResults',
  one: 'assessmentResult',
  about: 'Every result of the school, whatever class it came from, and what programs wrote about them.',
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: true,
  fields: [
    ...begins,
    {
      name: 'assessmentLineItem',
      kind: 'reference',
      column: 'item',
      to: refersWithin.assessmentLineItem,
      isRequired: true,
      about: 'What it is a result of.',
    },
    student,
    ...scored,
    {
      name: 'scorePercentile',
      kind: 'number',
      column: 'score_percentile',
      about: 'Share of those who did no better, in per cent, as its writer put it.',
    },
  ],
  rows: (sight, part = {}) => rowsOf('assessment', sight, part),
}
