import { getTableName, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { insertMany } from '../../foundation/db/bulk.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { isUuid } from '../../foundation/db/uuid.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { sourceIds } from './table.ts'

/** Which record each row of a source became, last time and now. */
export interface SourceBook {
  /** Rows known from earlier imports under ids of their own. */
  readonly size: number
  /** Says that a row became a record that was there already. */
  bind(sourceId: string, recordId: string): void
  /** The record of a row, or the id that it is to get. An id that is a UUID is kept: whoever follows the school finds it again after a move. */
  idOf(sourceId: string): string
  /** The record that a row became in an earlier import; a UUID may be that of a record whether or not there is one. */
  known(sourceId: string): string | undefined
  /** Rows known from earlier imports, with their records. */
  entries(): Iterable<[string, string]>
  /** Stores what is new. */
  save(): Promise<void>
}

/** Opens the book of one kind of rows of one source. */
export async function openSourceBook(tx: Tx, source: string, kind: string): Promise<SourceBook> {
  const rows = await tx.sql<{ sourceId: string; recordId: string }>(
    sql`select source_id as "sourceId", record_id as "recordId" from ${sourceIds}
        where ${sourceIds.schoolId} = ${tx.schoolId} and ${sourceIds.source} = ${source} and ${sourceIds.kind} = ${kind}`,
  )
  const stored = new Map(rows.map(({ sourceId, recordId }) => [sourceId, recordId]))
  const fresh = new Map<string, string>()
  const known = (sourceId: string) =>
    stored.get(sourceId) ?? fresh.get(sourceId) ?? (isUuid(sourceId) ? sourceId : undefined)
  return {
    size: stored.size,
    known,
    bind(sourceId, recordId) {
      if (known(sourceId) !== recordId) fresh.set(sourceId, recordId)
    },
    idOf(sourceId) {
      const id = known(sourceId) ?? newId()
      if (id !== sourceId && !stored.has(sourceId)) fresh.set(sourceId, id)
      return id
    },
    entries: () => stored.entries(),
    save: () =>
      insertMany(
        tx,
        sourceIds,
        [...fresh].map(([sourceId, recordId]) => ({ source, kind, sourceId, recordId })),
      ),
  }
}

/** Of these ids those that are records of one of the tables. */
export async function existingIds(
  tx: Tx,
  tables: readonly PgTable[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = `{${ids.filter((id) => isUuid(id)).join(',')}}`
  const found = tables.map(
    (table) =>
      sql`select id from ${sql.identifier(getTableName(table))} where school_id = ${tx.schoolId} and id = any(${asked}::uuid[])`,
  )
  const rows = await tx.sql<{ id: string }>(sql.join(found, sql` union `))
  return new Set(rows.map(({ id }) => id))
}
