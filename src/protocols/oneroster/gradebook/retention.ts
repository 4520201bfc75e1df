import { and, eq, lt } from 'drizzle-orm'
import { type Database, systemActor, writeInSchool } from '../../../foundation/db/transaction.ts'
import { keptDays } from '../../../operations/feed/retention.ts'
import { removedResults } from '../../../records/assessment/table.ts'
import { gradebookTombstones } from './table.ts'

const dayMs = 86_400_000

/** Forgets what was removed from gradebooks when the change log forgets the rest: no copy goes on from before that. */
export async function purgeTombstones(db: Database, schools: readonly string[]): Promise<void> {
  const before = new Date(db.clock.now().getTime() - keptDays * dayMs).toISOString()
  for (const schoolId of schools)
    await writeInSchool(db, systemActor(schoolId, 'mis'), async (tx) => {
      await tx.orm
        .delete(gradebookTombstones)
        .where(and(eq(gradebookTombstones.schoolId, schoolId), lt(gradebookTombstones.deletedAt, before)))
      await tx.orm
        .delete(removedResults)
        .where(and(eq(removedResults.schoolId, schoolId), lt(removedResults.removedAt, before)))
    })
}
