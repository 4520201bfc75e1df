import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import type { Principal } from '../../foundation/access/principal.ts'
import type { Bell } from '../../foundation/db/bell.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import { type Resource, readScope } from '../../foundation/resource/resource.ts'
import { unknownName } from '../../foundation/resource/selection.ts'
import { type Position, type Positions, positions } from './cursor.ts'
import { entryJson, type FeedEntry } from './entry.ts'
import { type Asked, type Page, pageAfter, startOf } from './page.ts'
import { unseenRanges } from './rules.ts'
import type { ChangesQuery } from './schema.ts'
import type { Tail } from './tail.ts'
import { type Held, heldBack } from './tripwire.ts'

/** What the feed is made of besides a request. */
export interface Feed {
  resources: readonly Resource[]
  bell: Bell
  tail: Tail
}

/** The resources of a feed: those that are named, or all; which of them are seen is another question (sight.ts). */
export function wantedOf(
  feed: Pick<Feed, 'resources'>,
  who: Principal,
  named: string | undefined,
): Resource[] {
  if (named === undefined) return [...feed.resources]
  return named.split(',').map((name) => {
    const of = feed.resources.find((each) => each.name === name)
    if (!of)
      throw unknownName(
        'resources',
        name,
        feed.resources.map((each) => each.name),
      )
    if (!who.scopes.has(readScope(of)))
      throw problem('scope-missing', {
        detail: `${name} needs the scope ${readScope(of)}.`,
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${readScope(of)}"` },
      })
    return of
  })
}

/** GET /changes. */
export async function answerChanges(context: Context, feed: Feed): Promise<FastifyReply> {
  const { db, request, reply } = context
  const { after, resources, limit = 100, include, wait = 0 } = request.query as Static<typeof ChangesQuery>
  const wanted = wantedOf(feed, context.who, resources)
  const asked = { db, who: context.who, resources: wanted, limit, hasRecords: include === 'record' }
  const places = positionsOf(context, resources)
  const start = await readPosition(asked, places, after)
  if (wait > 0) request.raw.socket.setTimeout(0)
  const page = await firstPage(context, feed, asked, start, wait)
  await discloseEntries(context, page.page)
  return sendJson(reply, pageJson(page, places, asked.hasRecords))
}

export const positionsOf = ({ cursors, who }: Context, named: string | undefined): Positions =>
  positions(cursors, who, named?.split(','))

export async function readPosition(
  asked: Asked,
  places: Positions,
  after: string | undefined,
): Promise<Position> {
  if (after === undefined) return startOf(asked, 'oldest')
  return after === 'latest' ? startOf(asked, 'latest') : places.open(after)
}

/** A page, and what is held back behind it. */
export interface Shown {
  page: Page
  held: Held | undefined
}

/** The first page with something to tell; an empty one when the time is up. */
export async function firstPage(
  context: Context,
  feed: Feed,
  asked: Asked,
  start: Position,
  waitSeconds: number,
): Promise<Shown> {
  const { schoolId } = context.who
  const gone = goneWith(context, feed)
  const until = performance.now() + waitSeconds * 1000
  let position = start
  let who = context.who
  let hasRung = false
  for (;;) {
    const rings = feed.bell.count(schoolId)
    const read = hasRung ? (after: number) => feed.tail.read(context.db, schoolId, after) : undefined
    const page = await pageAfter({ ...asked, who }, position, read)
    const shown = await heldBack(asked.db, who, page, position)
    const left = until - performance.now()
    const isTold = shown.page.entries.length > 0 || shown.page.hasMore || shown.held !== undefined
    if (isTold || left <= 0 || gone.aborted) return { ...shown, page: since(start, shown.page) }
    position = shown.page.position
    await feed.bell.wait(schoolId, rings, left, gone)
    who = (await who.renew?.()) ?? who
    // Woken by the time alone, nobody knows how old the tail is.
    hasRung = feed.bell.count(schoolId) !== rings
  }
}

/** Numbers that went by unseen while waiting are accounted for, too. */
function since(start: Position, page: Page): Page {
  if (page.after === start.number) return page
  const told = page.entries.map(({ number }) => number).filter((number) => number !== null)
  return { ...page, after: start.number, unseen: unseenRanges(start.number, page.until, told) }
}

const leaving = new WeakMap<object, AbortSignal>()

/** Fires when the caller hangs up, or the server closes. */
export function goneWith({ request }: Context, { bell }: Feed): AbortSignal {
  const { socket } = request.raw
  const known = leaving.get(socket)
  if (known) return known
  const controller = new AbortController()
  socket.once('close', () => controller.abort())
  const signal = AbortSignal.any([controller.signal, bell.closing])
  leaving.set(socket, signal)
  return signal
}

/** An entry without its record still says that something about a pupil has happened. */
export async function discloseEntries(
  context: Pick<Context, 'ledger' | 'who' | 'request'>,
  { entries }: Page,
): Promise<void> {
  const groupsOf = ({ record }: FeedEntry) => record?.fieldGroups ?? ''
  for (const [groups, own] of Map.groupBy(entries, groupsOf))
    await disclose(
      context,
      own.flatMap(({ pupilIds, record }) => pupilIds ?? record?.pupilIds ?? []),
      groups,
    )
}

export function pageJson({ page, held }: Shown, places: Positions, hasRecords: boolean): string {
  const cursor = places.seal(page.position)
  const state = held ? 'held' : page.hasMore ? 'more' : 'current'
  const tail = {
    unseen: page.unseen,
    from: page.after + 1,
    until: page.until,
    cursor,
    ...(state === 'more' && { next: cursor }),
  }
  const data = page.entries.map((entry) => entryJson(entry, hasRecords)).join(',')
  return `{"state":"${state}","data":[${data}],${JSON.stringify(tail).slice(1)}`
}
