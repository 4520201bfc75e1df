import { databaseError } from '../../foundation/db/errors.ts'
import { type Actor, type Database, type Tx, writeInSchool } from '../../foundation/db/transaction.ts'
import { problemOf } from '../../foundation/http/errors.ts'
import { Problem } from '../../foundation/http/problems.ts'
import type { ConstraintMeanings } from '../../foundation/resource/resource.ts'
import { ImportRefused, type ImportReport } from './report.ts'

/** A format that can be imported: reading and checking touch no database, writing happens in one transaction. */
export interface Importer {
  read(
    source: string | Buffer,
    isDryRun: boolean,
  ): Promise<{ write(tx: Tx): Promise<ImportReport>; schoolSourceId: string }>
  /** What a broken constraint means, in words. */
  meanings: ConstraintMeanings
}

/** Imports a file into the actor's school, all or nothing; a dry run does everything and keeps nothing. */
export async function runImport(
  db: Database,
  actor: Actor,
  importer: Importer,
  ready: Awaited<ReturnType<Importer['read']>>,
  isDryRun: boolean,
): Promise<ImportReport> {
  const started = performance.now()
  try {
    const report = await writeInSchool(db, actor, (tx) => ready.write(tx), { rollback: isDryRun })
    return { ...report, ms: Math.round(performance.now() - started) }
  } catch (error) {
    if (!databaseError(error)?.code.startsWith('23') && !(error instanceof Problem)) throw error
    const found = problemOf(error, importer.meanings)
    const reasons = found.errors?.map(({ message }) => message) ?? [found.detail ?? found.message]
    throw new ImportRefused(reasons.map((reason) => `The database refused the file: ${reason}`))
  }
}
