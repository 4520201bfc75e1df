import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { problem } from '../../../../foundation/http/problems.ts'
import { removeResults } from '../../../../records/assessment/removal.ts'
import { results } from '../../../../records/assessment/table.ts'
import { gradebookResults } from '../table.ts'
import type { Home } from './home.ts'
import { holds, type Own, placeKey } from './stored-results.ts'
import { deleteWritten } from './tombstones.ts'

/** Removes results of the school, by its rules. */
export async function removeOwn(tx: Tx, own: readonly Own[]): Promise<void> {
  if (own.length === 0) return
  await removeResults(tx, own)
  for (const { id, pupilId } of own)
    tx.log({ resource: 'results', recordId: id, action: 'removed', pupilIds: [pupilId] })
}

/** Removes every result under a line item that programs wrote. What people recorded under it stays, and with it the item. */
export async function removeResultsUnder(tx: Tx, { aspectId }: Home): Promise<void> {
  const ofAspect = (t: typeof results | typeof gradebookResults) =>
    and(eq(t.schoolId, tx.schoolId), eq(t.aspectId, aspectId))
  const own = await tx.orm.select().from(results).where(ofAspect(results)).for('update')
  const written = await tx.orm.select().from(gradebookResults).where(ofAspect(gradebookResults))
  const places = new Map(own.map((row) => [placeKey(row), row]))
  const taken = new Set(
    written.filter((row) => holds(row, places.get(placeKey(row)))).map((row) => placeKey(row)),
  )
  const kept = own.filter((row) => !taken.has(placeKey(row))).length
  if (kept > 0)
    throw problem('rule-broken', {
      detail: `${kept} of its results were recorded or changed in the school: they are removed there first.`,
    })
  await removeOwn(tx, own)
  await deleteWritten(tx, sql`w.aspect_id = ${aspectId}`)
}
