import { getTableName, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { databaseError } from './errors.ts'
import type { Tx } from './transaction.ts'

/** PostgreSQL's code for a lock that was not to be had in time. */
const lockNotAvailable = '55P03'

/**
 * Has PostgreSQL look at tables into which a transaction has put very much, so that its own next statements and everybody's
 * first ones are planned for what is there. Where somebody else is looking at a table, they are left to it.
 */
export async function refreshStatistics(tx: Tx, tables: readonly PgTable[]): Promise<void> {
  const names = `{${tables.map(getTableName).join(',')}}`
  try {
    await tx.savepoint(() => tx.sql(sql`select refresh_statistics(${names}::text[])`))
  } catch (error) {
    if (databaseError(error)?.code !== lockNotAvailable) throw error
  }
}
