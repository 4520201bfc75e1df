import { and, eq, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { RecordTable } from '../../../../foundation/db/columns.ts'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { insertRow, newId, updateRow } from '../../../../foundation/resource/rows.ts'
import type { Caller } from '../../rest/guard.ts'
import { isThere } from '../../rest/known.ts'
import type { gradebookCategories, gradebookLineItems, gradebookScoreScales } from '../table.ts'
import { type Draft, ownedBySchool, type Stored, unknown, type Writer } from './draft.ts'

/** Tables whose rows are found by the id that a program gave them. */
type NamedTable = typeof gradebookCategories | typeof gradebookScoreScales | typeof gradebookLineItems

/** The row that a program wrote under this id. `also` narrows the table. */
export async function namedRow<T extends NamedTable>(
  tx: Tx,
  table: T,
  sourcedId: string,
  also?: SQL,
): Promise<T['$inferSelect'] | undefined> {
  const [row] = await tx.orm
    .select()
    .from(table as NamedTable)
    .where(and(eq(table.schoolId, tx.schoolId), eq(table.sourcedId, sourcedId), also))
    .limit(1)
  return row as T['$inferSelect'] | undefined
}

/**
 * The row that a draft changes, or the id of a new one. An id that is chosen is kept, unless the school's own object has
 * it; one that is proposed is kept where it is free, and finds the object again that the same program made under it.
 */
export async function placeOf<T extends NamedTable>(
  tx: Tx,
  caller: Caller,
  { table, resource, also }: { table: T; resource: Writer['resource']; also?: SQL },
  { sourcedId, isChosen }: Draft<unknown>,
): Promise<{ sourcedId: string; before: T['$inferSelect'] | undefined }> {
  if (sourcedId === undefined) return { sourcedId: newId(), before: undefined }
  const before = await namedRow(tx, table, sourcedId, also)
  if (before && (isChosen || before.writtenBy === tx.actor)) return { sourcedId, before }
  const isTaken = before !== undefined || (await isThere(tx, caller, resource, sourcedId))
  if (!isTaken) return { sourcedId, before: undefined }
  if (isChosen) throw ownedBySchool(resource, sourcedId)
  return { sourcedId: newId(), before: undefined }
}

/** Stores a row anew or over the one before: what the draft does not say is no longer said. */
export async function keep(
  tx: Tx,
  table: PgTable & RecordTable,
  { sourcedId, before }: { sourcedId: string; before: { id: string } | undefined },
  values: object,
): Promise<Stored> {
  const row = { ...values, sourcedId, writtenBy: tx.actor }
  if (before) await updateRow(tx, table, before.id, row)
  else await insertRow(tx, table, row)
  return { sourcedId, isNew: before === undefined }
}

/** The row that is to be removed: what the school made itself is not. */
export async function rowToRemove<T extends NamedTable>(
  tx: Tx,
  caller: Caller,
  { table, resource, also }: { table: T; resource: Writer['resource']; also?: SQL },
  sourcedId: string,
): Promise<T['$inferSelect']> {
  const row = await namedRow(tx, table, sourcedId, also)
  if (row) return row
  throw (await isThere(tx, caller, resource, sourcedId))
    ? ownedBySchool(resource, sourcedId)
    : unknown(resource, sourcedId)
}
