import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { PoolClient, QueryResult } from 'pg'
import type { Reach } from '../access/reach.ts'
import { problem } from '../http/problems.ts'
import { type Compiled, compile, statement } from './compiled.ts'
import type { Database, TextRow } from './transaction.ts'

/** How many may be open at a time: each holds a connection for as long as its reader takes. */
const most = 2
const open = new WeakMap<Database['pool'], number>()
/** Between two looks whether there is room. */
const pauseMs = 50

const widen = compile(
  sql`select set_config('app.pupils', '', true), set_config('app.withheld', '', true), set_config('app.family_at', '', true), set_config('app.person', '', true)`,
)

/** One state of a school, read in many steps: REPEATABLE READ sees what was committed when it began, and nothing later. */
export class SchoolSnapshot {
  readonly #db: Database
  readonly #client: PoolClient
  readonly #schoolId: string
  #isNarrow = false

  private constructor(db: Database, client: PoolClient, schoolId: string) {
    this.#db = db
    this.#client = client
    this.#schoolId = schoolId
  }

  /** Throws 503 when as many are open as may be and none is closed within `waitMs`. */
  static async open(db: Database, schoolId: string, waitMs = 0): Promise<SchoolSnapshot> {
    for (let waited = 0; (open.get(db.pool) ?? 0) >= most && waited < waitMs; waited += pauseMs)
      await pause(pauseMs)
    const now = open.get(db.pool) ?? 0
    if (now >= most)
      throw problem('overloaded', {
        detail: 'Other snapshots are being read.',
        headers: { 'retry-after': '5' },
      })
    open.set(db.pool, now + 1)
    try {
      const client = await db.pool.connect()
      await client.query(
        `begin isolation level repeatable read read only; set local app.school = '${schoolId}'; set local cursor_tuple_fraction = 1`,
      )
      return new SchoolSnapshot(db, client, schoolId)
    } catch (error) {
      open.set(db.pool, (open.get(db.pool) ?? 1) - 1)
      throw error
    }
  }

  /** From now on rows are those that this reach sees; relations are worked out before anything is narrowed. */
  async narrowTo(reach: Reach): Promise<void> {
    if (this.#isNarrow) await this.rows(widen, {})
    this.#isNarrow = reach !== 'everyone'
    if (reach === 'everyone') return
    if (!this.#db.narrow) throw new Error('this database does not know how to narrow a transaction')
    const { query, values } = this.#db.narrow(reach, this.#db.clock)
    await this.rows(query, values)
  }

  async rows(query: Compiled, values: Readonly<Record<string, unknown>>): Promise<TextRow[]> {
    const asked = statement(query, { school: this.#schoolId, ...values })
    const result = (await this.#client.query(asked)) as QueryResult
    return result.rows as TextRow[]
  }

  /** The rows of a statement, some at a time: memory stays flat however many there are. Once it is read, another may follow. */
  async *cursor(
    query: Compiled,
    values: Readonly<Record<string, unknown>>,
    batch: number,
  ): AsyncGenerator<TextRow[], void> {
    await this.rows(
      { ...query, name: undefined, text: `declare page no scroll cursor for ${query.text}` },
      values,
    )
    const fetch = () => this.rows({ name: undefined, text: `fetch ${batch} from page`, params: [] }, {})
    for (let rows = await fetch(); rows.length > 0; ) {
      // The next batch is on its way while this one is written.
      const next = rows.length < batch ? Promise.resolve([]) : fetch()
      next.catch(() => {})
      yield rows
      rows = await next
    }
    await this.rows({ name: undefined, text: 'close page', params: [] }, {})
  }

  async close(): Promise<void> {
    open.set(this.#db.pool, (open.get(this.#db.pool) ?? 1) - 1)
    await this.#client.query('rollback').then(
      () => this.#client.release(),
      (failure: Error) => this.#client.release(failure),
    )
  }
}
