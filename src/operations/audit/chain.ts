import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import {
  type Database,
  readInSchool,
  systemActor,
  type Tx,
  writeInSchool,
} from '../../foundation/db/transaction.ts'
import type { HeadKey } from './head-key.ts'

/** How far a link of the chain reaches. */
interface Reached {
  number: number
  changesUntil: number
  eventsUntil: number
  hash: Buffer
}

/** What is signed of a link: enough to find an edit, a deletion and a cut tail later. */
export interface Head {
  school: string
  number: number
  changesUntil: number
  eventsUntil: number
  /** base64url. */
  hash: string
}

/** Rows read at a time. */
const pageSize = 5_000

const school = sql.placeholder('school')
const lock = compile(sql`select pg_advisory_xact_lock(hashtextextended('audit ' || ${school}::text, 0))`)
const readSeals = compile(
  sql`select number, changes_until, events_until, encode(hash, 'base64'), signature from audit_seals
      where school_id = ${school} and number > ${sql.placeholder('after')}::bigint order by number limit ${sql.placeholder('limit')}`,
)
const readLastSeal = compile(
  sql`select number, changes_until, events_until, encode(hash, 'base64') from audit_seals where school_id = ${school} order by number desc limit 1`,
)
const readCounters = compile(
  sql`select coalesce((select number from change_counters where school_id = ${school}), 0), coalesce((select number from audit_counters where school_id = ${school}), 0)`,
)
/** Rows as PostgreSQL writes them as JSON: keys in one order, sessions in UTC. */
const rowsOf = (table: 'changes' | 'audit_events') =>
  compile(
    sql`select number, to_jsonb(t)::text from ${sql.raw(table)} t where t.school_id = ${school} and t.number > ${sql.placeholder('after')}::bigint
        and t.number <= ${sql.placeholder('until')}::bigint order by t.number limit ${sql.raw(String(pageSize))}`,
  )
const readRows = { changes: rowsOf('changes'), audit_events: rowsOf('audit_events') }
const addSeal = compile(
  sql`insert into audit_seals (school_id, number, sealed_at, changes_until, events_until, hash, signature)
      values (${school}, ${sql.placeholder('number')}, ${sql.placeholder('at')}, ${sql.placeholder('changes')}, ${sql.placeholder('events')},
        decode(${sql.placeholder('hash')}, 'base64'), ${sql.placeholder('signature')})`,
)

const none: Reached = { number: 0, changesUntil: 0, eventsUntil: 0, hash: Buffer.alloc(32) }

const countersOf = async (tx: Tx): Promise<{ changes: number; events: number }> => {
  const [row] = await tx.rows(readCounters)
  return { changes: Number(row?.[0]), events: Number(row?.[1]) }
}

/** SHA-256 over the link before and every row since, in order. Throws a fault where a number is missing. */
async function hashFrom(
  tx: Tx,
  before: Reached,
  until: { changes: number; events: number },
): Promise<Buffer> {
  const hash = createHash('sha256')
    .update(before.hash)
    .update(`${before.number + 1}\n`)
  const spans = [
    ['changes', before.changesUntil, until.changes],
    ['audit_events', before.eventsUntil, until.events],
  ] as const
  for (const [table, from, to] of spans) {
    for (let after = from; after < to; ) {
      const rows = await tx.rows(readRows[table], { after, until: to })
      for (const [number, json] of rows) {
        after += 1
        if (Number(number) !== after) throw new Broken(`${table} ${after} is missing`)
        hash.update(`${table} ${json}\n`)
      }
      if (rows.length === 0) throw new Broken(`${table} ${after + 1} is missing`)
    }
  }
  return hash.digest()
}

/** A fault that verification has found. */
export class Broken extends Error {}

/** Adds a link over everything since the last one; gives its signed head, or nothing when there was nothing new. */
export async function sealSchool(db: Database, schoolId: string, key: HeadKey): Promise<string | undefined> {
  return writeInSchool(db, systemActor(schoolId, 'audit'), async (tx) => {
    await tx.rows(lock)
    const [row] = await tx.rows(readLastSeal)
    const before = row ? reachedFrom(row) : none
    const until = await countersOf(tx)
    if (until.changes === before.changesUntil && until.events === before.eventsUntil) return undefined
    const hash = await hashFrom(tx, before, until)
    const head: Head = {
      school: schoolId,
      number: before.number + 1,
      changesUntil: until.changes,
      eventsUntil: until.events,
      hash: hash.toString('base64url'),
    }
    const signature = await key.sign(head)
    await tx.rows(addSeal, {
      number: head.number,
      at: tx.clock.now().toISOString(),
      changes: until.changes,
      events: until.events,
      hash: hash.toString('base64'),
      signature,
    })
    return signature
  })
}

function reachedFrom([number, changes, events, hash]: (string | null)[]): Reached {
  return {
    number: Number(number),
    changesUntil: Number(changes),
    eventsUntil: Number(events),
    hash: Buffer.from(hash as string, 'base64'),
  }
}

export interface Verdict {
  /** The first fault; nothing when the chain holds. */
  fault: string | undefined
  links: number
  changes: number
  events: number
  /** Rows after the last link: they are not covered yet. */
  unsealed: number
}

/**
 * Recomputes a school's whole chain. `heads` are signed heads that were kept elsewhere: with them even a chain that was
 * made anew, by somebody who holds the key, is found.
 */
export async function verifyChain(
  db: Database,
  schoolId: string,
  key: HeadKey,
  heads: readonly string[] = [],
): Promise<Verdict> {
  return readInSchool(db, systemActor(schoolId, 'audit'), async (tx) => {
    const state = { reached: none, hashes: new Map<number, string>() }
    const fault = await firstFault(tx, schoolId, key, heads, state).catch((error: unknown) => {
      if (error instanceof Broken) return error.message
      throw error
    })
    const until = await countersOf(tx)
    const { number, changesUntil, eventsUntil } = state.reached
    const unsealed = until.changes - changesUntil + until.events - eventsUntil
    return { fault, links: number, changes: changesUntil, events: eventsUntil, unsealed }
  })
}

async function firstFault(
  tx: Tx,
  schoolId: string,
  key: HeadKey,
  heads: readonly string[],
  state: { reached: Reached; hashes: Map<number, string> },
): Promise<string | undefined> {
  for (;;) {
    const rows = await tx.rows(readSeals, { after: state.reached.number, limit: 500 })
    if (rows.length === 0) break
    for (const row of rows) {
      await checkLink(tx, schoolId, key, state.reached, row)
      state.reached = reachedFrom(row)
      state.hashes.set(state.reached.number, state.reached.hash.toString('base64url'))
    }
  }
  await checkTail(tx, state.reached)
  for (const kept of heads) {
    const head = await key.open(kept)
    if (head?.school !== schoolId) return 'a kept head is not of this school, or not signed with its key'
    const now = state.hashes.get(head.number)
    if (now === undefined) return `link ${head.number} of a kept head is gone`
    if (now !== head.hash) return `link ${head.number} differs from a kept head`
  }
  return undefined
}

async function checkLink(tx: Tx, schoolId: string, key: HeadKey, before: Reached, row: (string | null)[]) {
  const link = reachedFrom(row)
  if (link.number !== before.number + 1) throw new Broken(`link ${before.number + 1} is missing`)
  const head = await key.open(row[4] as string)
  const isSigned =
    head?.school === schoolId && head.number === link.number && head.hash === link.hash.toString('base64url')
  if (!isSigned) throw new Broken(`the signature of link ${link.number} does not hold`)
  const hash = await hashFrom(tx, before, { changes: link.changesUntil, events: link.eventsUntil })
  if (!hash.equals(link.hash)) throw new Broken(`something covered by link ${link.number} was edited`)
}

/** Rows behind the last link exist as far as the counters say. */
async function checkTail(tx: Tx, reached: Reached): Promise<void> {
  const until = await countersOf(tx)
  if (until.changes < reached.changesUntil || until.events < reached.eventsUntil)
    throw new Broken('the counters lie behind the last link')
  await hashFrom(tx, reached, until)
}
