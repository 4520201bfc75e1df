import type { FastifyRequest } from 'fastify'
import { Fault } from './failures.ts'
import type { Operation } from './operation.ts'
import type { Asked } from './query.ts'

/** Clients refuse answers with more than 16 KB of headers, and proxies often with more than 8. */
const longestLink = 7_000

/** As many links as fit, the first at least: a client that misses `next` would think that it has seen everything. */
function fitting(links: readonly string[]): string {
  const [first = ''] = links
  if (first.length > longestLink)
    throw new Fault(400, 'invaliddata', 'The query string is too long to be repeated in a link.')
  return links.reduce((text, link) => {
    const longer = `${text}, ${link}`
    return longer.length > longestLink ? text : longer
  })
}

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
  return fitting(links.map(([rel, from]) => `<${at(from)}>; rel="${rel}"`))
}
