import { type TSchema, Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { type Compiled, compile } from '../db/compiled.ts'
import type { TextRow } from '../db/transaction.ts'
import { rowEncoder } from './encode.ts'
import type { Relation, Resource, Source } from './resource.ts'
import type { Selection } from './selection.ts'
import { groupOf } from './spoken.ts'

/** A statement and the function that writes its rows as JSON. */
export interface Reader {
  query: Compiled
  encode: ReturnType<typeof rowEncoder>
  /** Short name of the representation: part of the ETag. */
  key: string
  /** Columns behind the fields: the version of a single record, or the position of a list. */
  extra: number
  /** How many of them there are. */
  keys: number
  /** The pupils of whom a row speaks. */
  pupilsOf: (row: TextRow) => (string | null | undefined)[]
  /** Field groups that an answer holds besides the core. */
  fieldGroups: string
}

export interface SortKey {
  name: string
  descending: boolean
}

export interface ListShape {
  selection: Selection
  filters: readonly string[]
  sort: readonly SortKey[]
  isContinued: boolean
}

/** Shapes are few in practice; past this many the oldest is built anew. */
const mostReaders = 1000
const readers = new Map<string, Reader>()

function remembered(key: string, build: () => Reader): Reader {
  const known = readers.get(key)
  if (known) return known
  if (readers.size >= mostReaders) readers.delete(readers.keys().next().value as string)
  const reader = build()
  readers.set(key, reader)
  return reader
}

const selectionKey = (of: Resource, { fields, relations }: Selection) =>
  `${of.name}:${fields.join(',')}:${relations.map((each) => `${each.name}(${each.fields.join(',')})`).join(',')}`

/** One record by id; its version follows the fields. */
export function recordReader(of: Resource, selection: Selection): Reader {
  const key = selectionKey(of, selection)
  return remembered(`one ${key}`, () =>
    reader(
      of,
      selection,
      [of.view.table.version],
      sql` and ${of.view.table.id} = ${sql.placeholder('id')}`,
      key,
    ),
  )
}

/** A page of records; the values of the sort keys and the id follow the fields. */
export function listReader(of: Resource, shape: ListShape): Reader {
  const sortKey = shape.sort.map((each) => `${each.descending ? '-' : ''}${each.name}`).join(',')
  const key = `${selectionKey(of, shape.selection)}:${shape.filters.join(',')}:${sortKey}`
  return remembered(`many ${key}:${shape.isContinued}`, () => {
    const keys = [...shape.sort.map((each) => ({ ...each, source: sortSource(of, each.name) }))]
    const last = { name: 'id', descending: keys.at(-1)?.descending ?? false, source: of.view.table.id }
    const order = [...keys, last]
    const rest = sql.join([
      ...shape.filters.map((name) => sql` and ${filterOf(of, name)}`),
      ...(shape.isContinued ? [sql` and ${past(order)}`] : []),
      sql` order by ${sql.join(
        order.map((each) => (each.descending ? sql`${each.source} desc` : sql`${each.source}`)),
        sql`, `,
      )} limit ${sql.placeholder('limit')}`,
    ])
    return reader(
      of,
      shape.selection,
      order.map((each) => each.source),
      rest,
      key,
    )
  })
}

/** Rows by id, from an id on: everything, or those that some ids, some subjects or a part of the ids name. */
export type Scan = 'all' | 'ids' | 'subjects' | 'part'

/** Records in the order of their ids behind `after`, at most `limit`: for copies of a whole resource. */
export function scanReader(of: Resource, selection: Selection, scan: Scan): Reader {
  const key = selectionKey(of, selection)
  const { id } = of.view.table
  return remembered(`scan ${scan} ${key}`, () =>
    reader(
      of,
      selection,
      [id],
      sql`${scanCondition(of, scan)} and ${id} > ${sql.placeholder('after')}::uuid order by ${id} limit ${sql.placeholder('limit')}`,
      key,
    ),
  )
}

function scanCondition(of: Resource, scan: Scan): SQL {
  const { id } = of.view.table
  if (scan === 'ids') return sql` and ${id} = any(${sql.placeholder('ids')}::uuid[])`
  // By the last byte of the id, which is random.
  if (scan === 'part')
    return sql` and get_byte(uuid_send(${id}), 15) % ${sql.placeholder('parts')}::int = ${sql.placeholder('part')}::int`
  if (scan === 'all') return sql``
  const subject = of.pupilField === undefined ? id : (of.view.fields[of.pupilField] as Source)
  return sql` and ${subject} = any(${sql.placeholder('subjects')}::uuid[])`
}

function reader(of: Resource, selection: Selection, extra: Source[], rest: SQL, key: string): Reader {
  const { table, from, fields } = of.view
  const subject = subjectOf(of, selection)
  const columns = [
    ...selection.fields.map((name) =>
      spokenSource(fields[name] as Source, of.row.properties[name] as TSchema),
    ),
    ...selection.relations.map(({ relation, fields }) => nested(relation, fields)),
    ...extra.map((source) => sql`${source}`),
    ...(subject.source ? [sql`${subject.source}`] : []),
  ]
  const query = compile(
    sql`select ${sql.join(columns, sql`, `)} from ${from ?? sql`${table.id.table}`} where ${table.schoolId} = ${sql.placeholder('school')}${rest}`,
  )
  const spoken = [
    ...selection.fields.map((name) => ({ name, schema: of.row.properties[name] as TSchema })),
    ...selection.relations.map(({ name }) => ({ name, schema: Type.Array(Type.Unknown()) })),
  ]
  return {
    query,
    encode: rowEncoder(spoken),
    key,
    extra: spoken.length,
    keys: extra.length,
    pupilsOf: subject.at(columns.length - 1),
    fieldGroups: groupsIn(of, selection.fields),
  }
}

/** Where the id of the pupil stands whom a row is about: in a field that is answered, or in a column of its own. */
function subjectOf(of: Resource, { fields, relations }: Selection) {
  const { pupilField } = of
  if (pupilField !== undefined) {
    const at = fields.indexOf(pupilField)
    if (at >= 0) return { source: undefined, at: () => (row: TextRow) => [row[at]] }
    return { source: of.view.fields[pupilField], at: (last: number) => (row: TextRow) => [row[last]] }
  }
  // A row about no pupil may still carry others that are: read from what is included.
  const nested = relations.flatMap(({ relation, fields: named }, at) => {
    const field = relation.target.pupilField
    return field !== undefined && named.includes(field) ? [{ at: fields.length + at, field }] : []
  })
  return {
    source: undefined,
    at: () => (row: TextRow) => nested.flatMap((each) => pupilsIn(row[each.at], each.field)),
  }
}

function pupilsIn(json: string | null | undefined, field: string): (string | null | undefined)[] {
  const rows = [JSON.parse(json ?? '[]')].flat() as (Record<string, string | null> | null)[]
  return rows.map((row) => row?.[field])
}

function groupsIn(of: Resource, fields: readonly string[]): string {
  const groups = fields.map((name) => groupOf(of.row.properties[name])).filter((group) => group !== undefined)
  return [...new Set(groups)].sort().join(' ')
}

/** Arrays of PostgreSQL are turned into JSON there; everything else is written from its text. */
function spokenSource(source: Source, schema: TSchema): SQL {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  return type === 'array' ? sql`to_json(${source})` : sql`${source}`
}

/** The same for a value inside json_build_object, where an instant would come out in PostgreSQL's own format. */
function nestedSource(source: Source, schema: TSchema): SQL {
  if (schema.format !== 'date-time') return spokenSource(source, schema)
  return sql`to_char(${source} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

function nested({ target, isMany, on, order }: Relation, fields: readonly string[]): SQL {
  const { table, from } = target.view
  const pairs = fields.map((name) => {
    const source = nestedSource(target.view.fields[name] as Source, target.row.properties[name] as TSchema)
    return sql`${sql.raw(`'${name}'`)}, ${source}`
  })
  const object = sql`json_build_object(${sql.join(pairs, sql`, `)})`
  const source = from ?? sql`${table.id.table}`
  const where = sql`${table.schoolId} = ${sql.placeholder('school')} and ${on}`
  if (!isMany) return sql`(select ${object} from ${source} where ${where})`
  return sql`(select coalesce(json_agg(${object} order by ${order ?? table.id}), '[]'::json) from ${source} where ${where})`
}

function filterOf(of: Resource, name: string): SQL {
  const filter = of.view.filters?.[name]
  if (filter) return filter(sql`${sql.placeholder(`f_${name}`)}`)
  if (name === 'updatedSince') return sql`${of.view.table.updatedAt} >= ${sql.placeholder('f_updatedSince')}`
  const source = of.view.fields[name]
  if (source) return sql`${source} = ${sql.placeholder(`f_${name}`)}`
  throw new Error(`${of.name} has no SQL for the filter ${name}`)
}

export function sortSource(of: Resource, name: string): Source {
  const source = name === 'id' ? of.view.table.id : of.view.sorts?.[name]
  if (!source) throw new Error(`${of.name} has no SQL for the sort key ${name}`)
  return source
}

/** Rows behind a position. One direction throughout becomes a row comparison, which an index can serve. */
function past(order: readonly { source: Source; descending: boolean }[]): SQL {
  const value = (at: number) => sql`${sql.placeholder(`p_${at}`)}`
  const first = order[0]?.descending
  if (order.every((each) => each.descending === first)) {
    const sources = sql.join(
      order.map((each) => sql`${each.source}`),
      sql`, `,
    )
    const values = sql.join(
      order.map((_, at) => value(at)),
      sql`, `,
    )
    return sql`(${sources}) ${sql.raw(first ? '<' : '>')} (${values})`
  }
  const alternatives = order.map((each, at) => {
    const equal = order.slice(0, at).map((other, index) => sql`${other.source} = ${value(index)}`)
    const beyond = sql`${each.source} ${sql.raw(each.descending ? '<' : '>')} ${value(at)}`
    return sql`(${sql.join([...equal, beyond], sql` and `)})`
  })
  return sql`(${sql.join(alternatives, sql` or `)})`
}
