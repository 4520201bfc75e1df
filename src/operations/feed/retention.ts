import type { Database } from '../../foundation/db/transaction.ts'
import { purgeLog } from './log.ts'
import { purgeSights } from './sights.ts'

/** A consumer that was switched off over the summer holiday still goes on where it stood. */
export const keptDays = 90
const dayMs = 86_400_000
/** Sights outlive the last cursor that can name them. */
const sightDays = keptDays + 10

/** Forgets what no cursor needs any more. */
export async function purgeFeed(db: Database, schools: readonly string[]): Promise<void> {
  const before = (days: number) => new Date(db.clock.now().getTime() - days * dayMs).toISOString()
  for (const schoolId of schools) {
    await purgeLog(db, schoolId, before(keptDays))
    await purgeSights(db, schoolId, before(sightDays))
  }
}
