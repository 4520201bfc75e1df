import { Readable } from 'node:stream'
import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import type { Context } from '../../foundation/http/mount.ts'
import { Problem } from '../../foundation/http/problems.ts'
import type { Positions } from './cursor.ts'
import { entryJson } from './entry.ts'
import type { Asked } from './page.ts'
import {
  discloseEntries,
  type Feed,
  firstPage,
  goneWith,
  positionsOf,
  readPosition,
  type Shown,
  wantedOf,
} from './poll.ts'
import type { StreamQuery } from './schema.ts'

/** A comment this often keeps proxies from hanging up. */
const beatSeconds = 15
/** Milliseconds after which a client connects again. */
const retryMs = 2_000

/** GET /changes/stream: the feed as server-sent events (WHATWG HTML, 9.2). */
export async function answerStream(context: Context, feed: Feed): Promise<FastifyReply> {
  const { db, who, request, reply } = context
  const { after, resources, include, seconds = 3600 } = request.query as Static<typeof StreamQuery>
  const asked = {
    db,
    who,
    resources: wantedOf(feed, who, resources),
    limit: 100,
    hasRecords: include === 'record',
  }
  const places = positionsOf(context, resources)
  const last = request.headers['last-event-id']
  // Opened before the answer begins: a cursor that does not hold is still told as a problem.
  const start = await readPosition(asked, places, (Array.isArray(last) ? last[0] : last) || after || 'latest')
  request.raw.socket.setTimeout(0)
  reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no')
  const events = eventsOf(context, feed, asked, places, { start, seconds })
  return reply.type('text/event-stream; charset=utf-8').send(Readable.from(events, { objectMode: false }))
}

async function* eventsOf(
  context: Context,
  feed: Feed,
  asked: Asked,
  places: Positions,
  { start, seconds }: { start: Parameters<typeof firstPage>[3]; seconds: number },
): AsyncGenerator<Buffer> {
  const gone = goneWith(context, feed)
  const until = performance.now() + seconds * 1000
  let position = start
  yield Buffer.from(`retry: ${retryMs}\nid: ${places.seal(start)}\n\n`)
  while (!gone.aborted && performance.now() < until) {
    const wait = Math.min(beatSeconds, Math.max(0, (until - performance.now()) / 1000))
    const outcome = await next(context, feed, asked, position, wait)
    if ('problem' in outcome) {
      yield Buffer.from(`event: problem\ndata: ${JSON.stringify(outcome.problem)}\n\n`)
      return
    }
    await discloseEntries(context, outcome.page)
    const isNews = outcome.page.until > position.number || outcome.page.entries.length > 0
    position = outcome.page.position
    yield Buffer.from(isNews ? told(outcome, places, asked.hasRecords) : ': still here\n\n')
    if (outcome.held && !isNews)
      await feed.bell.wait(context.who.schoolId, feed.bell.count(context.who.schoolId), wait * 1000, gone)
  }
}

/** The next page, or why there is none: access has ended, or the cursor has. */
async function next(
  context: Context,
  feed: Feed,
  asked: Asked,
  position: Parameters<typeof firstPage>[3],
  wait: number,
): Promise<Shown | { problem: object }> {
  try {
    const who = (await context.who.renew?.()) ?? context.who
    return await firstPage({ ...context, who }, feed, { ...asked, who }, position, wait)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { problem: { code: error.code, detail: error.detail ?? error.message } }
  }
}

/** Each entry is an event; the last of a page has its cursor as its id, so that nothing is skipped when it breaks off. */
function told({ page, held }: Shown, places: Positions, hasRecords: boolean): string {
  const cursor = places.seal(page.position)
  const entries = page.entries.map((entry) => `event: change\ndata: ${entryJson(entry, hasRecords)}\n\n`)
  const state = {
    state: held ? 'held' : page.hasMore ? 'more' : 'current',
    from: page.after + 1,
    until: page.until,
    unseen: page.unseen,
  }
  return `${entries.join('')}id: ${cursor}\nevent: page\ndata: ${JSON.stringify(state)}\n\n`
}
