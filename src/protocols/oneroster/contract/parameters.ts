import type { Field, OneRosterResource } from '../resource.ts'
import type { Operation } from '../rest/operation.ts'
import { defaultLimit, fieldsOf, isSortable, mostRows } from '../rest/query.ts'
import type { Version } from '../scopes.ts'
import type { Json } from './schemas.ts'

const inQuery = (name: string, schema: Json, description: string): Json => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

/** Parameters that mean the same for every list. */
export const pagingParameters: Json = {
  limit: inQuery(
    'limit',
    { type: 'integer', minimum: 1, maximum: mostRows, default: defaultLimit },
    `Most rows of the page. A page that has fewer is the last. More than ${mostRows} are refused.`,
  ),
  offset: inQuery(
    'offset',
    { type: 'integer', minimum: 0, maximum: 100_000_000, default: 0 },
    'Rows before the page.',
  ),
  orderBy: inQuery(
    'orderBy',
    { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
    'Direction of `sort`.',
  ),
}

/** Whatever may stand on the left of a comparison. */
export const filterNames = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ name, kind, to, below }) => [
    ...(kind === 'json' ? [] : [name]),
    ...(to ? [`${name}.sourcedId`] : []),
    ...Object.keys(below ?? {}).map((each) => `${name}.${each}`),
  ])

const parameterName = ({ one }: OneRosterResource, what: string) =>
  `${one[0]?.toUpperCase()}${one.slice(1)}${what}`

/** Parameters whose words are those of a resource. */
export function parametersOf(resource: OneRosterResource, version: Version): Json {
  const fields = fieldsOf(resource, version)
  const names = fields.map(({ name }) => name)
  return {
    [parameterName(resource, 'Sort')]: inQuery(
      'sort',
      { type: 'string', examples: ['dateLastModified'] },
      `The property to sort by, rows that lack it last; sourcedId decides between equals. Another name is ignored. Known: ${fields
        .filter(isSortable)
        .map(({ name }) => name)
        .join(', ')}.`,
    ),
    [parameterName(resource, 'Filter')]: inQuery(
      'filter',
      { type: 'string', examples: ["dateLastModified>'2026-11-22T00:00:00.000Z' AND status='active'"] },
      `One comparison, or two joined by AND or OR, each a name, one of = != > >= < <= ~ (contains) and a value in single quotes. Known: ${filterNames(fields).join(', ')}.`,
    ),
    [parameterName(resource, 'Fields')]: inQuery(
      'fields',
      { type: 'string', examples: ['sourcedId,status'] },
      `The properties to answer with, separated by commas, required ones too; all of them when left out. Known: ${names.join(', ')}.`,
    ),
  }
}

const refer = (name: string): Json => ({ $ref: `#/components/parameters/${name}` })

/** The parameters of an operation: those of its path, and those of the query string that a reading one has. */
export function parametersFor({ path, method, isOne, resource, within }: Operation): Json[] {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: `The sourcedId of the ${(within[name] ?? resource).one}.`,
    schema: { type: 'string' },
  }))
  if (method !== 'GET') return ids
  const own = (what: string) => refer(parameterName(resource, what))
  if (isOne) return [...ids, own('Fields')]
  const paging = ['limit', 'offset'].map(refer)
  return [...ids, ...paging, own('Sort'), refer('orderBy'), own('Filter'), own('Fields')]
}
