import { and, eq, getTableColumns, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { newId } from '../../../../foundation/resource/rows.ts'
import { results } from '../../../../records/assessment/table.ts'
import { gradebookResults, type ItemKind } from '../table.ts'
import { uuidsAmong } from './items.ts'

/** Where a result stands in the school's assessment. */
export interface Place {
  pupilId: string
  aspectId: string
  resultSetId: string
  type: string
}

export type Written = typeof gradebookResults.$inferSelect
export type Own = Pick<typeof results.$inferSelect, 'id' | 'value' | keyof Place>

/** What stands already where results are to be written, or under their ids. */
export interface StoredResults {
  written: ReadonlyMap<string, Written>
  writtenById: ReadonlyMap<string, Written>
  own: ReadonlyMap<string, Own>
  ownById: ReadonlyMap<string, Own>
}

export const placeKey = ({ pupilId, aspectId, resultSetId, type }: Place) =>
  `${pupilId} ${aspectId} ${resultSetId} ${type}`

/** What a program wrote holds as long as its value stands in the place: what anybody put there since wins. */
export const holds = (written: Pick<Written, 'value'>, own: Pick<Own, 'value'> | undefined): boolean =>
  written.value === (own?.value ?? null)

/** A list is one argument, however long it is. */
const among = (column: PgColumn, ids: Iterable<string>, type: 'uuid' | 'text'): SQL =>
  sql`${column} = any(${sql.param([...new Set(ids)])}::${sql.raw(type)}[])`

/** Two statements, whatever the number of places and ids. */
export async function readStored(
  tx: Tx,
  kind: ItemKind,
  places: readonly Place[],
  ids: readonly string[],
): Promise<StoredResults> {
  const at = (t: typeof results | typeof gradebookResults) =>
    and(
      among(
        t.pupilId,
        places.map(({ pupilId }) => pupilId),
        'uuid',
      ),
      among(
        t.aspectId,
        places.map(({ aspectId }) => aspectId),
        'uuid',
      ),
    )
  const written = await tx.orm
    .select()
    .from(gradebookResults)
    .where(
      and(
        eq(gradebookResults.schoolId, tx.schoolId),
        eq(gradebookResults.kind, kind),
        or(at(gradebookResults), among(gradebookResults.sourcedId, ids, 'text')),
      ),
    )
  const { id, value, pupilId, aspectId, resultSetId, type } = results
  const own = await tx.orm
    .select({ id, value, pupilId, aspectId, resultSetId, type })
    .from(results)
    .where(and(eq(results.schoolId, tx.schoolId), or(at(results), among(id, uuidsAmong(ids), 'uuid'))))
    .orderBy(id)
    .for('update')
  return {
    written: new Map(written.map((row) => [placeKey(row), row])),
    writtenById: new Map(written.map((row) => [row.sourcedId, row])),
    own: new Map(own.map((row) => [placeKey(row), row])),
    ownById: new Map(own.map((row) => [row.id, row])),
  }
}

/** A statement has at most 65,535 arguments, and a row of results 26. */
const rowsAtOnce = 1_000

type Row = Omit<
  typeof gradebookResults.$inferInsert,
  'schoolId' | 'writtenBy' | 'version' | 'createdAt' | 'updatedAt'
>

/**
 * Stores rows anew or over the ones with their ids: what is not said any more is gone. A few statements for a thousand
 * rows. Returns the ids under which they stand: one that is only proposed (`isProposed`) may be taken by what the writer
 * does not see, and gives way.
 */
export async function keepResults(
  tx: Tx,
  rows: readonly Row[],
  isProposed: (at: number) => boolean,
): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce)
    const proposed = part.filter((_, at) => isProposed(from + at))
    const free = await insertFree(tx, proposed)
    const kept = part.map((row) =>
      proposed.includes(row) && !free.has(row.id) ? { ...row, sourcedId: newId() } : row,
    )
    await upsert(
      tx,
      kept.filter(({ id }) => !free.has(id)),
    )
    ids.push(...kept.map(({ sourcedId }) => sourcedId))
  }
  return ids
}

/** Stores those whose ids are free, and returns which. */
async function insertFree(tx: Tx, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set()
  const { schoolId, kind, sourcedId, id } = gradebookResults
  const stored = await tx.orm
    .insert(gradebookResults)
    .values(rows.map((row) => signed(tx, row)))
    .onConflictDoNothing({ target: [schoolId, kind, sourcedId] })
    .returning({ id })
  return new Set(stored.map((row) => row.id))
}

function signed(tx: Tx, row: Row) {
  const now = tx.clock.now().toISOString()
  return { ...row, schoolId: tx.schoolId, writtenBy: tx.actor, createdAt: now, updatedAt: now }
}

async function upsert(tx: Tx, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const { id, schoolId, version } = gradebookResults
  const taken = Object.entries(getTableColumns(gradebookResults)).filter(
    ([name]) => !['id', 'schoolId', 'version', 'createdAt'].includes(name),
  )
  const set = Object.fromEntries(
    taken.map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]),
  )
  await tx.orm
    .insert(gradebookResults)
    .values(rows.map((row) => signed(tx, row)))
    .onConflictDoUpdate({ target: [schoolId, id], set: { ...set, version: sql`${version} + 1` } })
}
