import type { Principal } from '../../foundation/access/principal.ts'
import { readRevision } from '../../foundation/db/change-log.ts'
import { type Database, readTogether, systemActor } from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { cross } from './cross.ts'
import type { Position } from './cursor.ts'
import type { FeedEntry } from './entry.ts'
import { entriesFrom, type LogEntry, readEntries, readOldest } from './log.ts'
import { publishedSince } from './published.ts'
import { scan } from './records.ts'
import { seenOf, unseenRanges } from './rules.ts'
import { type Sighted, sightOf } from './sight.ts'
import { keepSight } from './sights.ts'

/** Entries that are looked through for one page: a caller who sees little still gets on. */
const mostScanned = 1_000

/** What a page is made for. */
export interface Asked {
  db: Database
  who: Principal
  resources: readonly Resource[]
  limit: number
  /** Whether records are told as they now are. */
  hasRecords: boolean
}

/** The log after a number, with the head and the oldest number that is kept. */
export interface Log {
  entries: LogEntry[]
  head: number
  oldest: number
}

export interface Page {
  entries: FeedEntry[]
  /** Numbers that the page accounts for: after the first, up to the second. */
  after: number
  until: number
  /** Ranges of them that the caller may not see, both ends included. */
  unseen: [number, number][]
  position: Position
  /** Whether there is more right now. */
  hasMore: boolean
  sighted: Sighted
}

/** The log as PostgreSQL has it: one round trip. */
export async function readLog(db: Database, schoolId: string, after: number): Promise<Log> {
  const [revision, oldest, rows = []] = await readTogether(db, systemActor(schoolId, 'feed'), [
    { query: readRevision, values: {} },
    { query: readOldest, values: {} },
    { query: readEntries, values: { after, limit: mostScanned } },
  ])
  const entries = entriesFrom(rows)
  return {
    entries,
    // Entries that were committed between the two statements count, too.
    head: Math.max(Number(revision?.[0]?.[0] ?? 0), entries.at(-1)?.number ?? 0),
    oldest: Number(oldest?.[0]?.[0] ?? 1),
  }
}

/** Where somebody starts who has no cursor: before everything that is kept, or behind it. */
export async function startOf(asked: Asked, from: 'oldest' | 'latest'): Promise<Position> {
  const { db, who, resources } = asked
  const sighted = await sightOf(db, who, resources)
  await keepSight(db, who.schoolId, sighted)
  const { head, oldest } = await readLog(db, who.schoolId, Number.MAX_SAFE_INTEGER)
  return {
    number: from === 'latest' ? head : oldest - 1,
    sights: [sighted.id],
    crossing: undefined,
    publishedUntil: isFamily(who) ? db.clock.now().toISOString() : undefined,
  }
}

export const isFamily = ({ person }: Principal) => person !== undefined && person.kind !== 'staff'

/** How often a page is made again when access changes while it is made. */
const mostTries = 5

/** The next page behind a position: first what a change of access did, then what happened. */
export async function pageAfter(
  asked: Asked,
  position: Position,
  read: (after: number) => Promise<Log> = (after) => readLog(asked.db, asked.who.schoolId, after),
): Promise<Page> {
  for (let tries = 0; tries < mostTries; tries++) {
    const page = await onePage(asked, position, read)
    // Records are read after the sight: had access changed between, a copy would hold less than its cursor says.
    if (page.entries.every(({ record }) => record === undefined)) return page
    const after = await sightOf(asked.db, asked.who, asked.resources)
    if (after.id === page.sighted.id) return page
  }
  throw problem('overloaded', { detail: 'Access changes faster than it can be told.' })
}

async function onePage(
  asked: Asked,
  position: Position,
  read: (after: number) => Promise<Log>,
): Promise<Page> {
  const { db, who, resources, limit } = asked
  const sighted = await sightOf(db, who, resources)
  await keepSight(db, who.schoolId, sighted)
  if (position.sights.join() !== sighted.id || position.crossing) {
    const crossed = await cross({ db, schoolId: who.schoolId, resources, sighted }, position, limit)
    const { number } = position
    return { ...crossed, after: number, until: number, unseen: [], hasMore: true, sighted }
  }
  const published = await publishedSince(asked, sighted, position)
  const log = await read(position.number)
  if (position.number > log.head) throw problem('cursor-expired')
  if (position.number < log.oldest - 1) throw problem('cursor-expired')
  return logPage(asked, position, { sighted, log, published })
}

interface Found {
  sighted: Sighted
  log: Log
  published: { entries: FeedEntry[]; until: string | undefined }
}

async function logPage(asked: Asked, position: Position, { sighted, log, published }: Found): Promise<Page> {
  const { seen, until } = firstSeen(sighted, log.entries, asked.limit, position.number)
  const told = await withRecords(asked, sighted, seen)
  return {
    entries: [...published.entries, ...told],
    after: position.number,
    until,
    unseen: unseenRanges(
      position.number,
      until,
      told.map(({ number }) => number as number),
    ),
    position: { ...position, number: until, publishedUntil: published.until },
    hasMore: until < log.head,
    sighted,
  }
}

function firstSeen({ sight }: Sighted, entries: readonly LogEntry[], limit: number, after: number) {
  const seen: LogEntry[] = []
  let until = after
  for (const entry of entries) {
    const known = seenOf(sight, entry)
    if (known && seen.length === limit) break
    if (known) seen.push(known)
    until = entry.number
  }
  return { seen, until }
}

/** With the records as they now are; what is not yet published to a family stays untold. */
async function withRecords(asked: Asked, sighted: Sighted, seen: readonly LogEntry[]): Promise<FeedEntry[]> {
  const { db, who, resources, hasRecords } = asked
  const living = seen.filter(({ action }) => action !== 'removed')
  const needed = [...Map.groupBy(living, ({ resource }) => resource)].flatMap(([name, entries]) => {
    const of = resources.find((each) => each.name === name) as Resource
    const isHidden = isFamily(who) && of.isPublished
    return hasRecords || isHidden ? [{ of, entries, isHidden }] : []
  })
  const found = await Promise.all(
    needed.map(async ({ of, entries, isHidden }) => {
      const ids = [...new Set(entries.map(({ recordId }) => recordId))]
      const records = await scan(db, who.schoolId, sighted, of, 'ids', { ids })
      const byId = new Map(records.map((record) => [record.id, record]))
      return [of.name, { byId, isHidden }] as const
    }),
  )
  const known = new Map(found)
  return seen.flatMap((entry): FeedEntry[] => {
    const record = known.get(entry.resource)?.byId.get(entry.recordId)
    const isUntold = entry.action !== 'removed' && known.get(entry.resource)?.isHidden && !record
    return isUntold ? [] : [{ ...entry, record: needed.length > 0 ? (record ?? null) : undefined }]
  })
}
