import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { v7 as uuidv7 } from 'uuid'
import type { RecordTable } from '../db/columns.ts'
import type { Tx } from '../db/transaction.ts'
import type { ChangeOf } from './mounts/change.ts'

type StoredTable = PgTable & RecordTable

/** A new opaque id: UUIDv7, so that ids rise with time and indexes stay compact. */
export const newId = (): string => uuidv7()

/** The values of a body that are columns of the table, under the same names. */
export function columnsOf(table: StoredTable, body: object): Record<string, unknown> {
  const columns = getTableColumns(table)
  return Object.fromEntries(Object.entries(body).filter(([name]) => name in columns))
}

/** Stores a row whose columns are named as its fields are spoken; returns its id. */
export async function insertRow(
  tx: Tx,
  table: StoredTable,
  body: object,
  id: string = newId(),
): Promise<string> {
  const updatedAt = tx.clock.now().toISOString()
  const values = { ...columnsOf(table, body), schoolId: tx.schoolId, id, updatedAt }
  await tx.orm.insert(table).values(values)
  return id
}

/** Changes a row and bumps its version. Fields that are no columns of the table only bump. */
export async function updateRow(tx: Tx, table: StoredTable, id: string, change: object): Promise<void> {
  const values = {
    ...columnsOf(table, change),
    version: sql`${table.version} + 1`,
    updatedAt: tx.clock.now().toISOString(),
  }
  await tx.orm
    .update(table)
    .set(values as PgUpdateSetSource<StoredTable>)
    .where(and(eq(table.schoolId, tx.schoolId), eq(table.id, id)))
}

export async function deleteRow(tx: Tx, table: StoredTable, id: string): Promise<void> {
  await tx.orm.delete(table).where(and(eq(table.schoolId, tx.schoolId), eq(table.id, id)))
}

/** For a resource that is one table: nothing but its columns. */
export const plain = (table: StoredTable) => ({
  insert: (tx: Tx, body: object) => insertRow(tx, table, body),
  update: (tx: Tx, { id, change }: ChangeOf<object>) => updateRow(tx, table, id, change),
  erase: (tx: Tx, id: string) => deleteRow(tx, table, id),
})
