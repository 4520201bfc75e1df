import type { FastifyRequest } from 'fastify'
import type { Operation } from './operation.ts'
import type { Asked } from './query.ts'

/** RFC 8288: next, prev, first and last. Relation types are quoted, and addresses hold no raw comma, which would part them. */
export function linksOf(
  { query, params }: FastifyRequest,
  base: string,
  { path }: Operation,
  { limit, offset }: Asked,
  total: number,
): string {
  const address = `${base}${path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent((params as Record<string, string>)[name] ?? ''))}`
  const kept = Object.entries(query as Record<string, string>).filter(
    ([name]) => !['limit', 'offset'].includes(name),
  )
  const at = (from: number) =>
    `${address}?${new URLSearchParams([...kept, ['limit', String(limit)], ['offset', String(from)]])}`
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit
  const links: [string, number][] = [
    ...(offset + limit < total ? [['next', offset + limit] as [string, number]] : []),
    ...(offset > 0 ? [['prev', Math.max(0, offset - limit)] as [string, number]] : []),
    ['first', 0],
    ['last', last],
  ]
  return links.map(([rel, from]) => `<${at(from)}>; rel="${rel}"`).join(', ')
}
