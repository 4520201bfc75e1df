import { and, eq, inArray, or } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
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

export async function readStored(
  tx: Tx,
  kind: ItemKind,
  places: readonly Place[],
  ids: readonly string[],
): Promise<StoredResults> {
  const [pupilIds, aspectIds] = [places.map(({ pupilId }) => pupilId), places.map(({ aspectId }) => aspectId)]
  const at = (t: typeof results | typeof gradebookResults) =>
    and(inArray(t.pupilId, pupilIds), inArray(t.aspectId, aspectIds))
  const written = await tx.orm
    .select()
    .from(gradebookResults)
    .where(
      and(
        eq(gradebookResults.schoolId, tx.schoolId),
        eq(gradebookResults.kind, kind),
        or(at(gradebookResults), inArray(gradebookResults.sourcedId, [...ids])),
      ),
    )
  const { id, value, pupilId, aspectId, resultSetId, type } = results
  const own = await tx.orm
    .select({ id, value, pupilId, aspectId, resultSetId, type })
    .from(results)
    .where(and(eq(results.schoolId, tx.schoolId), or(at(results), inArray(id, uuidsAmong(ids)))))
    .orderBy(id)
    .for('update')
  return {
    written: new Map(written.map((row) => [placeKey(row), row])),
    writtenById: new Map(written.map((row) => [row.sourcedId, row])),
    own: new Map(own.map((row) => [placeKey(row), row])),
    ownById: new Map(own.map((row) => [row.id, row])),
  }
}
