import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { reachOf } from '../../foundation/access/reach.ts'
import { readRevision } from '../../foundation/db/change-log.ts'
import { SchoolSnapshot } from '../../foundation/db/snapshot.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { type Position, positions } from './cursor.ts'
import { entriesFrom, readEntries } from './log.ts'
import { type Feed, wantedOf } from './poll.ts'
import { publishedSince } from './published.ts'
import { firstId, readerFor } from './records.ts'
import { seenOf } from './rules.ts'
import type { ChecksumQuery, Checksums } from './schema.ts'
import { type Sighted, sightIn } from './sight.ts'

/** Past this many changes a copy should first take them in. */
const mostBehind = 10_000
const pageSize = 1_000
/** 128 bits of SHA-256: nobody has to be kept from forging a sum of one's own copy. */
const checksumBytes = 16

/** The record without `updatedAt`, which also moves with fields that the caller may not see, as RFC 8785 writes it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`
}

/** What one record adds to the sum of its bucket. */
export function checksumOf({ updatedAt: _, ...record }: Record<string, unknown>): Buffer {
  return createHash('sha256').update(canonical(record)).digest().subarray(0, checksumBytes)
}

export const bucketOf = (id: string): number => Number.parseInt(id.slice(-2), 16)

interface Bucket {
  count: number
  sum: Buffer
}

/** GET /checksums: by resource and bucket, what a copy that stands at `asOf` must hold. */
export async function answerChecksums(context: Context, feed: Feed): Promise<FastifyReply> {
  const { db, who, request, reply, cursors } = context
  const { resources: named, asOf } = request.query as Static<typeof ChecksumQuery>
  const resources = wantedOf(feed, who, named)
  const places = positions(cursors, who, named?.split(','))
  const position = places.open(asOf)
  const snapshot = await SchoolSnapshot.open(db, who.schoolId)
  try {
    const sighted = await sightIn(snapshot, who, resources)
    if (position.crossing || position.sights.join() !== sighted.id)
      throw problem('conflict', { detail: 'What the caller may see has changed: take in the changes first.' })
    const published = await publishedSince({ db, who, resources }, sighted, position)
    const changed = await changedSince(snapshot, sighted, position)
    for (const { resource, recordId } of published.entries) noteIn(changed, resource, recordId as string)
    const data: Static<typeof Checksums>['data'] = []
    for (const of of resources.filter(({ name }) => sighted.sight.resources[name]))
      data.push(await summed(snapshot, sighted, of, changed.get(of.name) ?? new Set()))
    return sendJson(reply, JSON.stringify({ number: position.number, data }))
  } finally {
    await snapshot.close()
  }
}

function noteIn(changed: Map<string, Set<string>>, resource: string, id: string): void {
  const ids = changed.get(resource) ?? new Set()
  changed.set(resource, ids.add(id))
}

/** Records that have changed since: by resource. */
async function changedSince(snapshot: SchoolSnapshot, { sight }: Sighted, { number }: Position) {
  const [revision] = await snapshot.rows(readRevision, {})
  if (Number(revision?.[0] ?? 0) - number > mostBehind)
    throw problem('conflict', {
      detail: `More than ${mostBehind} changes since \`asOf\`: take them in first.`,
    })
  const rows = await snapshot.rows(readEntries, { after: number, limit: mostBehind + 1 })
  const changed = new Map<string, Set<string>>()
  for (const entry of entriesFrom(rows))
    if (seenOf(sight, entry)) noteIn(changed, entry.resource, entry.recordId)
  return changed
}

async function summed(
  snapshot: SchoolSnapshot,
  sighted: Sighted,
  of: Resource,
  changed: ReadonlySet<string>,
): Promise<Static<typeof Checksums>['data'][number]> {
  await snapshot.narrowTo(reachOf(sighted.readerOf(of)))
  const reader = readerFor(sighted, of, 'all')
  const buckets = new Map<number, Bucket>()
  let after: string | undefined = firstId
  while (after !== undefined) {
    const rows = await snapshot.rows(reader.query, { after, limit: pageSize })
    for (const row of rows) {
      const id = row[reader.extra] as string
      if (!changed.has(id)) add(buckets, id, JSON.parse(reader.encode(row)))
    }
    after = rows.length === pageSize ? (rows.at(-1)?.[reader.extra] as string) : undefined
    // Others are served between two pages.
    await turn()
  }
  const sums = [...buckets].sort(([a], [b]) => a - b)
  return {
    resource: of.name,
    count: sums.reduce((sum, [, { count }]) => sum + count, 0),
    buckets: sums.map(([bucket, { count, sum }]) => ({ bucket, count, checksum: sum.toString('hex') })),
    changedSince: [...changed].sort(),
  }
}

function add(buckets: Map<number, Bucket>, id: string, record: Record<string, unknown>): void {
  const place = bucketOf(id)
  const bucket = buckets.get(place) ?? { count: 0, sum: Buffer.alloc(checksumBytes) }
  const own = checksumOf(record)
  bucket.count++
  for (let at = 0; at < checksumBytes; at++) bucket.sum[at] = (bucket.sum[at] as number) ^ (own[at] as number)
  buckets.set(place, bucket)
}
