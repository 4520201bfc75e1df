import { type SQL, sql } from 'drizzle-orm'
import { type Compiled, compile, compileUnnamed } from '../../../foundation/db/compiled.ts'
import { isUuid } from '../../../foundation/db/uuid.ts'
import type { Field, Narrow, OneRosterResource, Part, Sight } from '../resource.ts'
import type { Clause, Filter } from './filter.ts'

/** What is asked of a resource. */
export interface Wanted {
  resource: OneRosterResource
  sight: Sight
  narrow: Narrow | undefined
  part: Part | undefined
  filter: Filter | undefined
  /** Fields that are answered, in their order. */
  fields: readonly Field[]
  sort: { field: Field; isDown: boolean } | undefined
  /** Names the shape among those of one sight; undefined for what a caller made up. */
  key?: string | undefined
}

/** A page: the fields in their order, the pupil whom the object is about, and how many objects there are in all. */
export function pageStatement(wanted: Wanted): Compiled {
  return keptAs(
    'page',
    wanted,
    () =>
      sql`select ${columnsOf(wanted.fields)} from (${rowsOf(wanted)}) r where ${conditionOf(wanted)}
      order by ${orderOf(wanted.sort)} limit ${sql.placeholder('limit')} offset ${sql.placeholder('offset')}`,
  )
}

export function countStatement(wanted: Wanted): Compiled {
  return keptAs(
    'count',
    wanted,
    () => sql`select count(*) from (${rowsOf(wanted)}) r where ${conditionOf(wanted)}`,
  )
}

/** One object by its id, the placeholder `object`. */
export function oneStatement(wanted: Wanted): Compiled {
  return keptAs(
    'one',
    wanted,
    () =>
      sql`select ${columnsOf(wanted.fields)} from (${rowsOf({ ...wanted, part: { ids: sql`array[${object}]` } })}) r
      where ${conditionOf(wanted)} and ${isObject(wanted.resource)} limit 1`,
  )
}

/** Which of the ids of the placeholder `objects` there are. */
export function whichStatement(wanted: Wanted): Compiled {
  const { hasOpaqueIds } = wanted.resource
  const ids = sql`${sql.placeholder('objects')}::text[]`
  return keptAs(
    'which',
    wanted,
    () => sql`select distinct r.sourced_id from (${rowsOf({ ...wanted, part: { ids } })}) r
      where ${hasOpaqueIds ? sql`r.sourced_id = any(${ids})` : sql`r.record_id = any(${ids}::uuid[])`}`,
  )
}

/** An id of nothing. */
const nil = '00000000-0000-0000-0000-000000000000'

/** The value of the placeholder `object`: what cannot be an id of the resource is that of nothing. */
export function objectId({ hasOpaqueIds }: OneRosterResource, id: string): string {
  return hasOpaqueIds || isUuid(id) ? id : nil
}

const rowsOf = ({ resource, sight, part }: Wanted): SQL => resource.rows(sight, part)

const object = sql`${sql.placeholder('object')}::text`

/** Ids of records are compared as such, so that their index serves. */
const isObject = ({ hasOpaqueIds }: OneRosterResource): SQL =>
  hasOpaqueIds ? sql`r.sourced_id = ${object}` : sql`r.record_id = ${object}::uuid`

/** Statements that everybody asks, by operation and sight: planning one takes longer than running it. */
const kept = new Map<string, Compiled>()
const mostKept = 500

/** Whatever a caller filters, selects or sorts is built for that one run: such shapes are countless. */
function keptAs(what: string, wanted: Wanted, build: () => SQL): Compiled {
  if (!wanted.key) return { name: undefined, ...compileUnnamed(build()) }
  return keptStatement(`${what} ${wanted.key}`, wanted.sight, build)
}

/** A statement that is the same for everybody of one sight. */
export function keptStatement(name: string, sight: Sight, build: () => SQL): Compiled {
  const key = `${name} ${sight.version} ${sight.key} ${sight.tellsDeleted ?? false}`
  const known = kept.get(key)
  if (known) return known
  const made = compile(build())
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value as string)
  kept.set(key, made)
  return made
}

const column = (name: string): SQL => sql`r.${sql.identifier(name)}`

function columnsOf(fields: readonly Field[]): SQL {
  const written = fields.map(({ column: name, kind }) =>
    kind === 'texts' ? sql`to_json(${column(name)})` : column(name),
  )
  return sql.join([...written, sql`r.subject`, sql`count(*) over ()`], sql`, `)
}

/** The caller's filter stands in parentheses: no OR of it reaches beyond the rows of the school. */
function conditionOf({ narrow, filter, sight }: Wanted): SQL {
  const conditions = [
    ...(narrow ? [narrow(sight)] : []),
    ...(filter ? [sql`(${sql.join(filter.clauses.map(comparisonOf), sql.raw(` ${filter.join} `))})`] : []),
  ]
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

/** Texts compare without case, by code point; what is not there is equal to nothing, and different from everything. */
function comparisonOf({ column: name, kind, operator, value }: Clause): SQL {
  if (kind === 'any') return anyComparison(column(name), operator, value)
  if (kind === 'texts') return listComparison(column(name), operator, value)
  const [left, right] = sidesOf(kind, column(name), value)
  if (operator === '~') return sql`coalesce(position(lower(${value}) in lower(${column(name)})) > 0, false)`
  if (operator === '!=') return sql`${left} is distinct from ${right}`
  return sql`coalesce(${left} ${sql.raw(operator)} ${right}, false)`
}

function sidesOf(kind: Exclude<Clause['kind'], 'texts' | 'any'>, left: SQL, value: string): [SQL, SQL] {
  switch (kind) {
    case 'text':
      return [sql`lower(${left}) collate "C"`, sql`lower(${value})`]
    case 'exact':
      return [sql`${left} collate "C"`, sql`${value}::text`]
    case 'number':
      return [left, sql`${value}::numeric`]
    case 'flag':
      return [left, sql`${value}::boolean`]
    case 'day':
      return [left, sql`${value}::date`]
    case 'instant':
      return [sql`date_trunc('milliseconds', ${left})`, sql`${value}::timestamptz`]
  }
}

/** Of the ids of a list of references, or of what a list of objects holds: one is the value, or holds it; or none is. */
function anyComparison(list: SQL, operator: Clause['operator'], value: string): SQL {
  const values = sql`coalesce(${list}, '{}')`
  if (operator === '~')
    return sql`exists (select from unnest(${values}) as each (text) where position(lower(${value}) in lower(each.text)) > 0)`
  return operator === '=' ? sql`${value} = any(${values})` : sql`${value} <> all(${values})`
}

/** A list equals the values that are named, separated by commas, in any order; `~` asks that it holds them all. */
function listComparison(list: SQL, operator: Clause['operator'], value: string): SQL {
  const values = JSON.stringify(value.split(',').map((each) => each.trim()))
  const named = sql`array(select jsonb_array_elements_text(${values}::jsonb))`
  const holds = sql`coalesce(${list}, '{}') @> ${named}`
  if (operator === '~') return holds
  const isSame = sql`(${holds} and coalesce(${list}, '{}') <@ ${named})`
  return operator === '=' ? isSame : sql`not ${isSame}`
}

function orderOf(sort: Wanted['sort']): SQL {
  const tie = sql`r.sourced_id collate "C"`
  if (!sort) return tie
  const { field, isDown } = sort
  const key = ['text', 'exact', 'reference'].includes(field.kind)
    ? sql`${column(field.column)} collate "C"`
    : column(field.column)
  return sql`${key} ${sql.raw(isDown ? 'desc nulls last' : 'asc nulls last')}, ${tie}`
}
