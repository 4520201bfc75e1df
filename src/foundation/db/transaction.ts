import type { SQL } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool, PoolClient, QueryResult } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Narrowed, Reach } from '../access/reach.ts'
import type { Clock } from '../time/clock.ts'
import { appendChanges, type Change, takeNumbers } from './change-log.ts'
import { type Compiled, statement } from './compiled.ts'
import { databaseError, rootOf } from './errors.ts'
import { SchoolTx } from './school-tx.ts'
import { isUuid } from './uuid.ts'

/** The data door of the server: a pool that serves under the role without privileges, and the clock. */
export interface Database {
  pool: Pool
  clock: Clock
  /** Works out which pupils a narrowed transaction reaches: a statement that sets `app.pupils` or `app.withheld`. */
  narrow?: (reach: Narrowed, clock: Clock) => Query
  /** Told once a change of a school is committed. */
  changed?: (schoolId: string) => void
}

/** A compiled statement with its arguments. */
export interface Query {
  query: Compiled
  values: Readonly<Record<string, unknown>>
}

/** In whose name a transaction runs. */
export interface Actor {
  schoolId: string
  /** The client, or the command, that acts. */
  actor: string
  correlationId: string
  /** The person for whom an app acts. */
  personId?: string | undefined
  /** Which pupils' rows it sees and touches: row-level security holds it on every path (lockdown.ts). */
  reach: Reach
}

/** A command or a part of the service, acting of its own accord: it reaches every pupil. */
export function systemActor(schoolId: string, actor: string): Actor {
  return { schoolId, actor, correlationId: uuidv7(), reach: 'everyone' }
}

/** A row as PostgreSQL's text, column by column. */
export type TextRow = (string | null)[]

/**
 * A transaction inside one school: row-level security sees that school alone.
 * `rows` is for hot, compiled statements; `sql` and `orm` for everything else.
 */
export interface Tx {
  readonly schoolId: string
  readonly actor: string
  readonly personId: string | undefined
  readonly reach: Reach
  readonly clock: Clock
  /** Runs a compiled statement; `school` is filled in. */
  rows(query: Compiled, values?: Readonly<Record<string, unknown>>): Promise<TextRow[]>
  /** Runs explicit SQL and returns parsed rows. */
  sql<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]>
  /** Drizzle bound to this transaction, for cold paths. */
  readonly orm: NodePgDatabase
  /** Notes a change; it is written with its number as the last statement before commit. */
  log(change: Change): void
  /** Runs something once the transaction is committed; never after a rollback. */
  afterCommit(action: () => void): void
  /** Runs `step` so that its failure leaves the transaction usable. */
  savepoint<T>(step: () => Promise<T>): Promise<T>
}

/** SET LOCAL, not set_config(): it ends with the transaction and reaches the workers of a distributed database. */
function opening(schoolId: string, mode: 'read only' | 'read write'): string {
  if (!isUuid(schoolId)) throw new Error('a school id is a UUID in lower case')
  return `begin ${mode}; set local app.school = '${schoolId}'`
}

/** What stands between the opening and the work: nothing for most, a statement for who reaches only some pupils. */
function narrowing(db: Database, { reach }: Pick<Actor, 'reach'>): Query[] {
  if (reach === 'everyone') return []
  if (!db.narrow) throw new Error('this database does not know how to narrow a transaction')
  return [db.narrow(reach, db.clock)]
}

/** Runs compiled reads in one flush: begin, setting, statements and commit share a single round trip. */
export async function readTogether(
  db: Database,
  who: Pick<Actor, 'schoolId' | 'reach'>,
  queries: readonly Query[],
): Promise<TextRow[][]> {
  const { schoolId } = who
  const before = narrowing(db, who)
  const client = await db.pool.connect()
  const sent = [
    client.query(opening(schoolId, 'read only')),
    ...[...before, ...queries].map(({ query, values }) =>
      client.query(statement(query, { school: schoolId, ...values })),
    ),
    client.query('commit'),
  ]
  const outcomes = await Promise.allSettled(sent)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  client.release(failed ? brokenBy(failed.reason) : undefined)
  if (failed) throw failed.reason
  return outcomes
    .slice(1 + before.length, -1)
    .map((outcome) => (outcome as PromiseFulfilledResult<QueryResult>).value.rows)
}

/** A read that needs several steps; its transaction is read-only. */
export async function readInSchool<T>(db: Database, who: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inSchool(db, who, 'read only', work, (client) => commit(client))
}

/** Nothing is kept when the work asks for it: `Prefer: tx=rollback`. */
export interface WriteOptions {
  rollback?: boolean
}

/** A write and its entries in the change log, all or nothing. Returns once PostgreSQL has acknowledged the commit. */
export async function writeInSchool<T>(
  db: Database,
  who: Actor,
  work: (tx: Tx) => Promise<T>,
  { rollback = false }: WriteOptions = {},
): Promise<T> {
  let hasChanges = false
  const keep = async (client: PoolClient, changes: Change[]) => {
    await commit(client, changeStatements(db, who, changes))
    hasChanges = changes.length > 0
  }
  const result = await inSchool(db, who, 'read write', work, rollback ? rollBack : keep)
  if (hasChanges) db.changed?.(who.schoolId)
  return result
}

async function rollBack(client: PoolClient): Promise<void> {
  await client.query('rollback')
}

async function inSchool<T>(
  db: Database,
  who: Actor,
  mode: 'read only' | 'read write',
  work: (tx: Tx) => Promise<T>,
  finish: (client: PoolClient, changes: Change[]) => Promise<void> | void,
): Promise<T> {
  const begin = opening(who.schoolId, mode)
  const before = narrowing(db, who)
  const client = await db.pool.connect()
  const changes: Change[] = []
  const actions: (() => void)[] = []
  try {
    // Not awaited: the first statement of the work travels in the same flush, and fails with it.
    const opened = Promise.all([
      client.query(begin),
      ...before.map(({ query, values }) =>
        client.query(statement(query, { school: who.schoolId, ...values })),
      ),
    ])
    opened.catch(() => {})
    const result = await work(new SchoolTx(client, who, db.clock, { changes, actions }))
    await opened
    await finish(client, changes)
    client.release()
    for (const action of finish === rollBack ? [] : actions) action()
    return result
  } catch (error) {
    await abandon(client, error)
    throw error
  }
}

function changeStatements(db: Database, who: Actor, changes: readonly Change[]) {
  if (changes.length === 0) return []
  const values = {
    school: who.schoolId,
    count: changes.length,
    at: db.clock.now().toISOString(),
    actor: who.actor,
    correlation: who.correlationId,
    changes: JSON.stringify(changes),
  }
  return [statement(takeNumbers, values), statement(appendChanges, values)]
}

async function commit(client: PoolClient, last: ReturnType<typeof statement>[] = []): Promise<void> {
  const sent = [...last.map((each) => client.query(each)), client.query('commit')]
  const outcomes = await Promise.allSettled(sent)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  const done = outcomes.at(-1) as PromiseFulfilledResult<QueryResult>
  if (done.value.command !== 'COMMIT') throw new Error(`commit was answered ${done.value.command}`)
}

async function abandon(client: PoolClient, error: unknown): Promise<void> {
  const broken = brokenBy(error)
  if (broken) return client.release(broken)
  await client.query('rollback').then(
    () => client.release(),
    (failure: Error) => client.release(failure),
  )
}

/** Such a connection is never used again: on a black hole even `rollback` would wait for a second timeout. */
function brokenBy(error: unknown): Error | undefined {
  const fault = databaseError(error) ?? rootOf(error)
  if (!(fault instanceof Error)) return undefined
  const { code = '' } = fault as { code?: string }
  const isLost =
    /^(08|57P0)|^E[A-Z]+$/.test(code) || /^(Connection |Client |Query read timeout)/.test(fault.message)
  return isLost ? fault : undefined
}
