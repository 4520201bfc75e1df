import type { Field, OneRosterResource } from '../resource.ts'
import type { Version } from '../scopes.ts'
import { Fault } from './failures.ts'
import { type Filter, readFilter } from './filter.ts'
import type { Wanted } from './statement.ts'

export const defaultLimit = 100
export const mostRows = 10_000

/** What a query string asks for. */
export interface Asked {
  limit: number
  offset: number
  filter: Filter | undefined
  fields: readonly Field[]
  sort: Wanted['sort']
  /** Whether it filters, selects and sorts nothing. */
  isPlain: boolean
}

type Query = Readonly<Record<string, string | string[] | undefined>>

export const fieldsOf = ({ fields }: OneRosterResource, version: Version): readonly Field[] =>
  fields.filter(({ only }) => only === undefined || only === version)

/** Whether every object of the version has it. */
export const isRequiredIn = ({ isRequired }: Field, version: Version): boolean =>
  isRequired === true || isRequired === version

/** Reads limit, offset, filter, fields, sort and orderBy. Other names are nobody's: they are ignored, as the standard asks. */
export function readQuery(query: Query, resource: OneRosterResource, version: Version): Asked {
  const known = fieldsOf(resource, version)
  const filter = one(query, 'filter')
  const sort = readSort(query, known)
  return {
    isPlain: !filter && !sort && query.fields === undefined,
    limit: whole(query, 'limit', defaultLimit, 1, mostRows),
    offset: whole(query, 'offset', 0, 0, 100_000_000),
    filter: filter === undefined || filter.trim() === '' ? undefined : readFilter(filter, known),
    fields: readFields(query, known),
    sort,
  }
}

/** `fields` alone, for a single object. */
export function readFields(query: Query, known: readonly Field[]): readonly Field[] {
  const text = one(query, 'fields')
  if (text === undefined || text.trim() === '') return known
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !known.some((field) => field.name === name))
  if (unknown.length > 0)
    throw new Fault(
      400,
      'invalid_selection_field',
      `There is no field ${unknown.join(', ')}. Known: ${known.map(({ name }) => name).join(', ')}.`,
    )
  return known.filter(({ name }) => names.includes(name))
}

/** Lists and objects have no order. */
export const isSortable = ({ kind }: Field): boolean => !['texts', 'references', 'json'].includes(kind)

/** A sort by what is not known, or cannot be ordered, is no sort: the standard asks not to refuse it. */
function readSort(query: Query, known: readonly Field[]): Asked['sort'] {
  const name = one(query, 'sort')
  const field = known.find((each) => each.name === name && isSortable(each))
  return field && { field, isDown: one(query, 'orderBy')?.toLowerCase() === 'desc' }
}

function whole(query: Query, name: string, otherwise: number, least: number, most: number): number {
  const text = one(query, name)
  if (text === undefined || text === '') return otherwise
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new Fault(400, 'invaliddata', `${name} is a whole number from ${least} to ${most}.`)
}

function one(query: Query, name: string): string | undefined {
  const value = query[name]
  if (Array.isArray(value)) throw new Fault(400, 'invaliddata', `${name} is given once.`)
  return value
}
