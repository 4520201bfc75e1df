import type { Principal } from '../../foundation/access/principal.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import type { Position } from './cursor.ts'
import { enteredEntry, type FeedEntry } from './entry.ts'
import { scan } from './records.ts'
import type { Sighted } from './sight.ts'

interface Asked {
  db: Database
  who: Principal
  resources: readonly Resource[]
}

/**
 * What was published to a family since its last page: time changes no record, so the log says nothing of it. Compares
 * what row-level security shows now with what it showed then.
 */
export async function publishedSince(
  { db, who, resources }: Asked,
  sighted: Sighted,
  { publishedUntil }: Position,
): Promise<{ entries: FeedEntry[]; until: string | undefined }> {
  if (publishedUntil === undefined) return { entries: [], until: undefined }
  const until = db.clock.now().toISOString()
  if (until <= publishedUntil) return { entries: [], until: publishedUntil }
  const then: Database = { ...db, clock: { now: () => new Date(publishedUntil) } }
  const published = resources.filter((of) => of.isPublished && sighted.sight.resources[of.name])
  const entries = await Promise.all(
    published.map(async (of) => {
      const before = new Set((await scan(then, who.schoolId, sighted, of, 'all', {})).map(({ id }) => id))
      const now = await scan(db, who.schoolId, sighted, of, 'all', {})
      return now.filter(({ id }) => !before.has(id)).map((record) => enteredEntry(of.name, record))
    }),
  )
  return { entries: entries.flat(), until }
}
