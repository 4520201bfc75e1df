import type { SQL } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PoolClient } from 'pg'
import type { Reach } from '../access/reach.ts'
import type { Clock } from '../time/clock.ts'
import type { Change } from './change-log.ts'
import { type Compiled, compileUnnamed, statement } from './compiled.ts'
import type { Actor, TextRow, Tx } from './transaction.ts'

/** The transaction as a work sees it; transaction.ts begins and ends it. */
export class SchoolTx implements Tx {
  readonly schoolId: string
  readonly actor: string
  readonly personId: string | undefined
  readonly reach: Reach
  readonly clock: Clock
  readonly #client: PoolClient
  readonly #changes: Change[]
  readonly #actions: (() => void)[]
  #orm: NodePgDatabase | undefined

  constructor(
    client: PoolClient,
    who: Actor,
    clock: Clock,
    kept: { changes: Change[]; actions: (() => void)[] },
  ) {
    this.#client = client
    this.#changes = kept.changes
    this.#actions = kept.actions
    this.schoolId = who.schoolId
    this.actor = who.actor
    this.personId = who.personId
    this.reach = who.reach
    this.clock = clock
  }

  get orm(): NodePgDatabase {
    this.#orm ??= drizzle(this.#client)
    return this.#orm
  }

  async rows(query: Compiled, values: Readonly<Record<string, unknown>> = {}): Promise<TextRow[]> {
    const result = await this.#client.query(statement(query, { school: this.schoolId, ...values }))
    return result.rows as TextRow[]
  }

  async sql<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
    const { text, params } = compileUnnamed(query)
    const result = await this.#client.query(text, params)
    return result.rows as Row[]
  }

  log(change: Change): void {
    this.#changes.push(change)
  }

  afterCommit(action: () => void): void {
    this.#actions.push(action)
  }

  async savepoint<T>(step: () => Promise<T>): Promise<T> {
    const changes = this.#changes.length
    await this.#client.query('savepoint step')
    try {
      const result = await step()
      await this.#client.query('release savepoint step')
      return result
    } catch (error) {
      await this.#client.query('rollback to savepoint step')
      this.#changes.length = changes
      throw error
    }
  }
}
