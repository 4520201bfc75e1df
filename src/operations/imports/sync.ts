import { isDeepStrictEqual } from 'node:util'
import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { insertMany } from '../../foundation/db/bulk.ts'
import type { RecordTable } from '../../foundation/db/columns.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { sourceIds } from './table.ts'

/** A record as a file says it should be: the values that the file speaks of, by the table's names. */
export interface Wanted {
  id: string
  isNew: boolean
  values: Record<string, unknown>
  /** Only for a new record: what the file does not say. */
  defaults?: Record<string, unknown>
}

export type Outcome = 'created' | 'changed' | 'unchanged'

/** Which record each row of a source became, last time and now. */
export interface SourceBook {
  /** Rows known from earlier imports. */
  readonly size: number
  /** Says that a row became a record that was there already. */
  bind(sourceId: string, recordId: string): void
  idOf(sourceId: string): { id: string; isNew: boolean }
  /** Stores what is new. */
  save(): Promise<void>
}

/** Opens the book of one kind of rows of one source. */
export async function openSourceBook(tx: Tx, source: string, kind: string): Promise<SourceBook> {
  const rows = await tx.sql<{ sourceId: string; recordId: string }>(
    sql`select source_id as "sourceId", record_id as "recordId" from ${sourceIds}
        where ${sourceIds.schoolId} = ${tx.schoolId} and ${sourceIds.source} = ${source} and ${sourceIds.kind} = ${kind}`,
  )
  const known = new Map(rows.map(({ sourceId, recordId }) => [sourceId, recordId]))
  const fresh = new Map<string, string>()
  return {
    size: known.size,
    bind(sourceId, recordId) {
      if (!known.has(sourceId)) fresh.set(sourceId, recordId)
    },
    idOf(sourceId) {
      const id = known.get(sourceId)
      if (id !== undefined) return { id, isNew: false }
      const made = fresh.get(sourceId) ?? newId()
      fresh.set(sourceId, made)
      return { id: made, isNew: true }
    },
    save: () =>
      insertMany(
        tx,
        sourceIds,
        [...fresh].map(([sourceId, recordId]) => ({ source, kind, sourceId, recordId })),
      ),
  }
}

/**
 * Makes a table say what a file says, set by set: new records are inserted, different ones changed (with their
 * version), equal ones left alone. `touched` are changed whatever their values, for a record that spans two tables.
 */
export async function syncTable(
  tx: Tx,
  table: PgTable & RecordTable,
  wanted: readonly Wanted[],
  touched: ReadonlySet<string> = new Set(),
): Promise<Map<string, Outcome>> {
  const updatedAt = tx.clock.now().toISOString()
  const created = wanted.filter(({ isNew }) => isNew)
  await insertMany(
    tx,
    table,
    created.map(({ id, values, defaults }) => ({ ...defaults, ...values, id, updatedAt })),
  )
  const kept = wanted.filter(({ isNew }) => !isNew)
  const stored = await storedRows(
    tx,
    table,
    kept.map(({ id }) => id),
  )
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const differs = ({ id, values }: Wanted) =>
    Object.entries(values).some(
      ([name, value]) =>
        !isDeepStrictEqual(stored.get(id)?.[columns[name]?.name ?? ''] ?? null, value ?? null),
    )
  const changed = kept.filter((each) => touched.has(each.id) || differs(each))
  await updateMany(tx, table, changed, updatedAt)
  const changedIds = new Set(changed.map(({ id }) => id))
  const outcomeOf = ({ id, isNew }: Wanted): Outcome =>
    isNew ? 'created' : changedIds.has(id) ? 'changed' : 'unchanged'
  return new Map(wanted.map((each) => [each.id, outcomeOf(each)]))
}

async function storedRows(
  tx: Tx,
  table: PgTable & RecordTable,
  ids: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.sql<{ row: Record<string, unknown> }>(
    sql`select to_jsonb(t) as row from ${sql.identifier(getTableName(table))} t
        where t.school_id = ${tx.schoolId} and t.id = any(${`{${ids.join(',')}}`}::uuid[]) for update`,
  )
  return new Map(rows.map(({ row }) => [String(row.id), row]))
}

/** Rows of one call speak of the same columns. */
async function updateMany(
  tx: Tx,
  table: PgTable & RecordTable,
  rows: readonly Wanted[],
  updatedAt: string,
): Promise<void> {
  const first = rows[0]
  if (!first) return
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const names = Object.keys(first.values).map((name) => columns[name]?.name as string)
  const target = sql.identifier(getTableName(table))
  const set = sql.join(
    names.map((name) => sql`${sql.identifier(name)} = x.${sql.identifier(name)}`),
    sql`, `,
  )
  const data = rows.map(({ id, values }) => ({
    id,
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [columns[name]?.name, value ?? null]),
    ),
  }))
  await tx.sql(
    sql`update ${target} t set ${set}, version = t.version + 1, updated_at = ${updatedAt}::timestamptz
        from jsonb_populate_recordset(null::${target}, ${JSON.stringify(data)}::jsonb) x
        where t.school_id = ${tx.schoolId} and t.id = x.id`,
  )
}
