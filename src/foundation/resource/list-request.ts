import type { Principal } from '../access/principal.ts'
import type { Resource } from './resource.ts'
import { requireField, type Selection, select, unknownName } from './selection.ts'
import type { ListShape, SortKey } from './statements.ts'

/** The query string of a list, already checked against its schema. */
export interface ListQuery {
  limit: number
  after?: string
  sort?: string
  fields?: string
  include?: string
  [filter: string]: unknown
}

export interface ListRequest {
  selection: Selection
  filters: Record<string, unknown>
  sort: readonly SortKey[]
  limit: number
  after: string | undefined
}

/** Turns the query string into decisions; everything that names a field is held against the grant. */
export function readListQuery(who: Principal, of: Resource, query: ListQuery): ListRequest {
  const { limit, after, sort, fields, include, ...filters } = query
  for (const name of Object.keys(filters)) requireField(who, of, name)
  return {
    selection: select(who, of, { fields, include }),
    filters,
    sort: sort === undefined ? [] : sort.split(',').map((key) => sortKey(who, of, key)),
    limit,
    after,
  }
}

function sortKey(who: Principal, of: Resource, text: string): SortKey {
  const descending = text.startsWith('-')
  const name = descending ? text.slice(1) : text
  const known = ['id', ...Object.keys(of.view.sorts ?? {})]
  if (!known.includes(name)) throw unknownName('sort', name, known)
  requireField(who, of, name)
  return { name, descending }
}

export function shapeOf({ selection, filters, sort, after }: ListRequest): ListShape {
  return { selection, sort, filters: Object.keys(filters).sort(), isContinued: after !== undefined }
}

/** What a cursor is bound to besides the school: another sort or filter makes it invalid. */
export function cursorScope(schoolId: string, of: Resource, { sort, filters }: ListRequest): string {
  const entries = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([schoolId, of.name, sort, entries])
}

/** Arguments of the compiled statement. One row more than asked tells whether there is a next page. */
export function valuesOf({ filters, limit }: ListRequest, position: readonly string[] | undefined) {
  return {
    limit: limit + 1,
    ...Object.fromEntries(Object.entries(filters).map(([name, value]) => [`f_${name}`, value])),
    ...Object.fromEntries((position ?? []).map((value, at) => [`p_${at}`, value])),
  }
}
