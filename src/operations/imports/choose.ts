import { sql } from 'drizzle-orm'
import { type Actor, type Database, readInSchool } from '../../foundation/db/transaction.ts'
import { ImportRefused } from './report.ts'
import type { Importer, ReadySchool } from './run.ts'
import { openSourceBook } from './source-book.ts'

/**
 * The school of a file that is the actor's: the one that is named, the only one, the one that came before, or the one
 * with its id or official number. Where none of this tells, the file is refused with the schools that it holds.
 */
export async function chooseSchool(
  db: Database,
  actor: Actor,
  { source }: Pick<Importer, 'source'>,
  schools: readonly ReadySchool[],
  named: string | undefined,
): Promise<ReadySchool> {
  const [only] = schools
  const found = named === undefined ? undefined : schools.find(({ sourceId }) => sourceId === named)
  if (found) return found
  if (named === undefined && only && schools.length === 1) return only
  const own = named === undefined && (await ownAmong(db, actor, source, schools))
  if (own) return own
  throw new ImportRefused([
    named === undefined
      ? `The file holds ${schools.length} schools; say which one this is, by its id in the file.`
      : `The file holds no school ${named}.`,
    ...schools.map(({ sourceId, name }) => `${sourceId}: ${name}`),
  ])
}

async function ownAmong(
  db: Database,
  actor: Actor,
  source: string,
  schools: readonly ReadySchool[],
): Promise<ReadySchool | undefined> {
  return readInSchool(db, actor, async (tx) => {
    const book = await openSourceBook(tx, source, 'orgs')
    const [numbers] = await tx.sql<{ laestab: string | null; urn: number | null }>(
      sql`select laestab, urn from schools where school_id = ${tx.schoolId}`,
    )
    const official = [numbers?.laestab, numbers?.urn].flatMap((each) => (each ? [String(each)] : []))
    return (
      schools.find(({ sourceId }) => book.known(sourceId) === tx.schoolId) ??
      schools.find(({ identifier }) => official.includes(identifier))
    )
  })
}
