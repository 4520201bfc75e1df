import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Tx } from './transaction.ts'

/** Rows that one statement carries: large enough to be fast, small enough to keep memory flat. */
const chunk = 5_000

/** Stores many rows set by set: PostgreSQL reads them from one JSON text. Columns that no row names keep their default. */
export async function insertMany(tx: Tx, table: PgTable, rows: readonly object[]): Promise<void> {
  for (let at = 0; at < rows.length; at += chunk) await insertChunk(tx, table, rows.slice(at, at + chunk))
}

async function insertChunk(tx: Tx, table: PgTable, rows: readonly object[]): Promise<void> {
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  const first = rows[0] ?? {}
  const named = columns.filter(([name]) => name === 'schoolId' || name in first)
  const stored = rows.map((row) => storedForm(row, named, tx.schoolId))
  const list = sql.join(
    named.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  const target = sql.identifier(getTableName(table))
  await tx.sql(
    sql`insert into ${target} (${list}) select ${list} from jsonb_populate_recordset(null::${target}, ${JSON.stringify(stored)}::jsonb)`,
  )
}

function storedForm(row: object, columns: readonly [string, PgColumn][], schoolId: string): object {
  const values = row as Record<string, unknown>
  return Object.fromEntries(
    columns.map(([name, column]) => [column.name, name === 'schoolId' ? schoolId : (values[name] ?? null)]),
  )
}
