import { isDeepStrictEqual } from 'node:util'
import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { insertMany } from '../../foundation/db/bulk.ts'
import type { RecordTable } from '../../foundation/db/columns.ts'
import { databaseError } from '../../foundation/db/errors.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { deleteRow } from '../../foundation/resource/rows.ts'

type StoredTable = PgTable & RecordTable

/** A record as a file says it should be: the values that the file speaks of, by the table's names. */
export interface Wanted {
  id: string
  /** What is undefined is not said: it stays as it is. */
  values: Record<string, unknown>
  /** Only for a new record: what the file does not say. */
  defaults?: Record<string, unknown>
}

export type Outcome = 'created' | 'changed' | 'unchanged' | 'removed'

/**
 * Makes a table say what a file says, set by set: new records are inserted, different ones changed (with their
 * version), equal ones left alone. `touched` are changed whatever their values, for a record that spans two tables.
 */
export async function syncTable(
  tx: Tx,
  table: StoredTable,
  wanted: readonly Wanted[],
  touched: ReadonlySet<string> = new Set(),
): Promise<Map<string, Outcome>> {
  const updatedAt = tx.clock.now().toISOString()
  const stored = await storedRows(tx, table, wanted)
  const created = wanted.filter(({ id }) => !stored.has(id))
  await insertMany(tx, table, sameColumns(created.map((each) => ({ ...newRow(each), updatedAt }))))
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const differs = ({ id, values }: Wanted) =>
    said(values).some(
      ([name, value]) =>
        !isDeepStrictEqual(stored.get(id)?.[columns[name]?.name ?? ''] ?? null, value ?? null),
    )
  const changed = wanted.filter((each) => stored.has(each.id) && (touched.has(each.id) || differs(each)))
  for (const rows of alike(changed)) await updateMany(tx, table, rows, updatedAt)
  const changedIds = new Set(changed.map(({ id }) => id))
  const outcomeOf = ({ id }: Wanted): Outcome =>
    stored.has(id) ? (changedIds.has(id) ? 'changed' : 'unchanged') : 'created'
  return new Map(wanted.map((each) => [each.id, outcomeOf(each)]))
}

const said = (values: Wanted['values']) => Object.entries(values).filter(([, value]) => value !== undefined)

const newRow = ({ id, values, defaults }: Wanted) => ({
  ...defaults,
  ...Object.fromEntries(said(values)),
  id,
})

/** Rows that are inserted together name the same columns. */
function sameColumns(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])))
}

/** Rows by what they speak of. */
function alike(rows: readonly Wanted[]): Wanted[][] {
  const sets = Map.groupBy(rows, ({ values }) =>
    said(values)
      .map(([name]) => name)
      .join(' '),
  )
  return [...sets.values()]
}

async function storedRows(
  tx: Tx,
  table: StoredTable,
  wanted: readonly Wanted[],
): Promise<Map<string, Record<string, unknown>>> {
  if (wanted.length === 0) return new Map()
  const ids = `{${wanted.map(({ id }) => id).join(',')}}`
  const rows = await tx.sql<{ row: Record<string, unknown> }>(
    sql`select to_jsonb(t) as row from ${sql.identifier(getTableName(table))} t
        where t.school_id = ${tx.schoolId} and t.id = any(${ids}::uuid[]) order by t.id for update`,
  )
  return new Map(rows.map(({ row }) => [String(row.id), row]))
}

/** Rows of one call speak of the same columns. */
async function updateMany(
  tx: Tx,
  table: StoredTable,
  rows: readonly Wanted[],
  updatedAt: string,
): Promise<void> {
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const names = said(rows[0]?.values ?? {}).map(([name]) => columns[name]?.name as string)
  const target = sql.identifier(getTableName(table))
  const set = names.map((name) => sql`${sql.identifier(name)} = x.${sql.identifier(name)}`)
  const bumped = [sql`version = t.version + 1`, sql`updated_at = ${updatedAt}::timestamptz`]
  const data = rows.map(({ id, values }) => ({
    id,
    ...Object.fromEntries(said(values).map(([name, value]) => [columns[name]?.name, value])),
  }))
  await tx.sql(
    sql`update ${target} t set ${sql.join([...set, ...bumped], sql`, `)}
        from jsonb_populate_recordset(null::${target}, ${JSON.stringify(data)}::jsonb) x
        where t.school_id = ${tx.schoolId} and t.id = x.id`,
  )
}

/** Removes a record to which nothing refers; false when something does, and it stays. */
export async function removeUnused(tx: Tx, table: StoredTable, id: string): Promise<boolean> {
  try {
    await tx.savepoint(() => deleteRow(tx, table, id))
    return true
  } catch (error) {
    if (databaseError(error)?.code.startsWith('23')) return false
    throw error
  }
}
