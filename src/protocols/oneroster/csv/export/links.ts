import { type SQL, sql } from 'drizzle-orm'
import { lineItems } from '../../gradebook/line-items.ts'
import { results } from '../../gradebook/results.ts'
import type { Field, OneRosterResource } from '../../resource.ts'
import { common, madeId, refersTo, school } from '../../roster/common.ts'
import { users } from '../../roster/users.ts'

/** What 1.2 has as files of their own where REST has properties of an object: they are views over its view. */
interface Derived {
  of: OneRosterResource
  many: string
  one: string
  about: string
  /** What makes its id, besides the object's. */
  key: SQL
  /** Columns behind the first five, over the object `o` and the parts of it. */
  columns: SQL
  /** The parts: what follows `from (object) o`. */
  parts: SQL
  fields: readonly Field[]
}

function derived({ of, many, one, about, key, columns, parts, fields }: Derived): OneRosterResource {
  return {
    many,
    one,
    about,
    needs: of.needs,
    isPersonal: of.isPersonal,
    fields: [...common, ...fields],
    rows: (sight) => sql`
      select ${madeId(one, sql`o.sourced_id`, key)} as record_id, ${madeId(one, sql`o.sourced_id`, key)}::text as sourced_id,
        o.status, o.date_last_modified, o.subject, o.sourced_id as "object", ${columns}
      from (${of.rows(sight)}) o ${parts}`,
  }
}

const text = (name: string, column: string): Field => ({ name, kind: 'text', column, about: name })
const number = (name: string, column: string): Field => ({ ...text(name, column), kind: 'number' })
const object = (name: string): Field => ({ ...text(name, 'object'), kind: 'exact' })

/** A role of a person, under an id made of both: the same as long as the person has it. */
export const roles = derived({
  of: users,
  many: 'roles',
  one: 'role',
  about: 'What people are at the school.',
  key: sql`k.role`,
  columns: sql`k.role, case k.place when 1 then 'primary' else 'secondary' end as role_type, ${school}::text as org, o.grades`,
  parts: sql`cross join lateral unnest(o.role_names) with ordinality as k (role, place)`,
  fields: [
    object('user'),
    text('roleType', 'role_type'),
    text('role', 'role'),
    { name: 'org', kind: 'reference', column: 'org', to: refersTo.org, about: 'The school.' },
  ],
})

const scaleOf = (of: OneRosterResource, one: string, name: string, title: SQL): OneRosterResource =>
  derived({
    of,
    many: `${one}s`,
    one,
    about: `The scale by which a ${name} is graded.`,
    key: sql`o.score_scale`,
    columns: sql`o.score_scale, ${title} as title`,
    parts: sql`where o.score_scale is not null`,
    fields: [text('title', 'title'), object(name), text('scoreScale', 'score_scale')],
  })

export const lineItemScoreScales = scaleOf(lineItems, 'lineItemScoreScale', 'lineItem', sql`o.title`)
export const resultScoreScales = scaleOf(results, 'resultScoreScale', 'result', sql`null::text`)

/** The sets of learning objectives of an object, as whoever wrote it put them. */
const sets = sql`cross join lateral jsonb_array_elements(o.learning_objectives::jsonb) as s (said)`

/** Says what `sets` implies, so that what the school made itself is not even worked out. */
const hasAny = sql`where o.learning_objectives is not null`

export const lineItemObjectives = derived({
  of: lineItems,
  many: 'lineItemLearningObjectiveIds',
  one: 'lineItemLearningObjectiveId',
  about: 'Learning objectives of line items.',
  key: sql`concat_ws(' ', s.said->>'source', e.id)`,
  columns: sql`s.said->>'source' as source, e.id as objective`,
  parts: sql`${sets} cross join lateral jsonb_array_elements_text(s.said->'learningObjectiveIds') as e (id) ${hasAny}`,
  fields: [object('lineItem'), text('source', 'source'), text('learningObjectiveId', 'objective')],
})

export const resultObjectives = derived({
  of: results,
  many: 'resultLearningObjectiveIds',
  one: 'resultLearningObjectiveId',
  about: 'What was reached of learning objectives.',
  key: sql`concat_ws(' ', s.said->>'source', e.said->>'learningObjectiveId')`,
  columns: sql`s.said->>'source' as source, e.said->>'learningObjectiveId' as objective, (e.said->>'score')::numeric as score, e.said->>'textScore' as text_score`,
  parts: sql`${sets} cross join lateral jsonb_array_elements(s.said->'learningObjectiveResults') as e (said) ${hasAny}`,
  fields: [
    object('result'),
    text('source', 'source'),
    text('learningObjectiveId', 'objective'),
    number('score', 'score'),
    text('textScore', 'text_score'),
  ],
})
