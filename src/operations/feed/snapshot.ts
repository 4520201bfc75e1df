import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { callerOf } from '../../foundation/access/principal.ts'
import { reachOf } from '../../foundation/access/reach.ts'
import { readRevision } from '../../foundation/db/change-log.ts'
import { SchoolSnapshot } from '../../foundation/db/snapshot.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { positions } from './cursor.ts'
import { isFamily } from './page.ts'
import { type Feed, wantedOf } from './poll.ts'
import { firstId, readerFor } from './records.ts'
import type { SnapshotQuery } from './schema.ts'
import { type Sighted, sightIn } from './sight.ts'
import { keepSight } from './sights.ts'

/** Records that are read, and told, at a time. */
const pageSize = 1_000

interface Plan {
  named: string | undefined
  resources: readonly Resource[]
  sighted: Sighted
  part: { part: number; parts: number } | undefined
  /** Where it goes on. */
  from: { resource: number; after: string }
  seal(resource: number, after: string): string
}

/** GET /snapshot: NDJSON. A first line with the cursor, records, positions between them, and a last line. */
export async function answerSnapshot(context: Context, feed: Feed): Promise<FastifyReply> {
  const { db, who, request, reply } = context
  const snapshot = await SchoolSnapshot.open(db, who.schoolId)
  const plan = await planOf(context, feed, snapshot).catch(async (error) => {
    await snapshot.close()
    throw error
  })
  request.raw.socket.setTimeout(0)
  const lines = Readable.from(linesOf(context, snapshot, plan), {
    objectMode: false,
    highWaterMark: 256 * 1024,
  })
  reply.type('application/x-ndjson; charset=utf-8')
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(lines)
  reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding')
  // Level 1 kept four fifths of the rate; what is above it gains little on JSON.
  return reply.send(pipeline(lines, createGzip({ level: constants.Z_BEST_SPEED }), () => {}))
}

async function planOf(
  { db, who, cursors, request }: Context,
  feed: Feed,
  snapshot: SchoolSnapshot,
): Promise<Plan> {
  const { resources: named, part, after } = request.query as Static<typeof SnapshotQuery>
  const resources = wantedOf(feed, who, named)
  const names = resources.map(({ name }) => name)
  const scope = JSON.stringify([who.schoolId, 'snapshot', callerOf(who), names, part])
  const sighted = await sightIn(snapshot, who, resources)
  const [view = sighted.id, resource = '0', id = firstId] =
    after === undefined ? [] : cursors.open(scope, after)
  if (view !== sighted.id)
    throw problem('conflict', { detail: 'What the caller may see has changed: begin the snapshot anew.' })
  await keepSight(db, who.schoolId, sighted)
  return {
    named,
    resources,
    sighted,
    part: part === undefined ? undefined : partOf(part),
    from: { resource: Number(resource), after: id },
    seal: (at, last) => cursors.seal(scope, [sighted.id, String(at), last]),
  }
}

function partOf(text: string): { part: number; parts: number } {
  const [part = 1, parts = 1] = text.split('/').map(Number)
  if (part > parts)
    throw problem('query-invalid', {
      errors: [{ path: '?part', message: `There is no part ${part} of ${parts}.` }],
    })
  return { part: part - 1, parts }
}

async function* linesOf(context: Context, snapshot: SchoolSnapshot, plan: Plan): AsyncGenerator<Buffer> {
  let records = 0
  try {
    yield lineOf(await headOf(context, snapshot, plan))
    for (let at = plan.from.resource; at < plan.resources.length; at++) {
      const of = plan.resources[at] as Resource
      if (!plan.sighted.sight.resources[of.name]) continue
      await snapshot.narrowTo(reachOf(plan.sighted.readerOf(of)))
      let after: string | undefined = at === plan.from.resource ? plan.from.after : firstId
      while (after !== undefined) {
        const page = await readPage(context, snapshot, plan, of, after)
        records += page.count
        after = page.last
        if (page.count > 0) yield Buffer.from(page.text)
        if (after !== undefined) yield lineOf({ position: plan.seal(at, after) })
      }
    }
    yield lineOf({ end: true, records })
  } finally {
    await snapshot.close()
  }
}

const lineOf = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`)

/** The number is read in the same state as the records: the cursor continues them without a gap. */
async function headOf(
  { db, cursors, who }: Context,
  snapshot: SchoolSnapshot,
  { named, resources, sighted }: Plan,
) {
  const [revision] = await snapshot.rows(readRevision, {})
  const number = Number(revision?.[0] ?? 0)
  const names = resources.map(({ name }) => name)
  const cursor = positions(cursors, who, named?.split(',')).seal({
    number,
    sights: [sighted.id],
    crossing: undefined,
    publishedUntil: isFamily(who) ? db.clock.now().toISOString() : undefined,
  })
  return {
    snapshot: {
      number,
      cursor,
      view: sighted.id,
      resources: names.filter((name) => sighted.sight.resources[name]),
    },
  }
}

async function readPage(
  context: Context,
  snapshot: SchoolSnapshot,
  { sighted, part }: Plan,
  of: Resource,
  after: string,
) {
  const reader = readerFor(sighted, of, part ? 'part' : 'all')
  const rows = await snapshot.rows(reader.query, { ...part, after, limit: pageSize })
  await disclose(context, rows.flatMap(reader.pupilsOf), reader.fieldGroups)
  const name = JSON.stringify(of.name)
  let text = ''
  for (const row of rows) text += `{"resource":${name},"record":${reader.encode(row)}}\n`
  const last = rows.length === pageSize ? (rows.at(-1)?.[reader.extra] as string) : undefined
  return { text, count: rows.length, last }
}
