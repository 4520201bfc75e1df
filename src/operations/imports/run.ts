import { databaseError } from '../../foundation/db/errors.ts'
import { type Actor, type Database, type Tx, writeInSchool } from '../../foundation/db/transaction.ts'
import { problemOf } from '../../foundation/http/errors.ts'
import { Problem } from '../../foundation/http/problems.ts'
import type { ConstraintMeanings } from '../../foundation/resource/resource.ts'
import { ImportRefused, type ImportReport } from './report.ts'

/** A school of a file, ready to be written. */
export interface ReadySchool {
  /** Its id in the file; empty for a delta that names none. */
  sourceId: string
  name: string
  /** Its official number, where the file has one. */
  identifier: string
  /** Whether the file says only what has changed since an earlier one. */
  isDelta: boolean
  /** May run again, after a rehearsal that kept nothing. */
  write(tx: Tx): Promise<ImportReport>
}

/** How a file is read. */
export interface Reading {
  isDryRun: boolean
  /** The day in England, for files that name no school year. */
  today: string
}

/** A format that can be imported: reading and checking touch no database, each school is written in one transaction. */
export interface Importer {
  /** The name under which ids of its files are remembered. */
  source: ImportReport['format']
  /** The schools of the file, one at least. Throws ImportRefused. */
  read(source: string | Buffer, asked: Reading): Promise<readonly ReadySchool[]>
  /** What a broken constraint means, in words. */
  meanings: ConstraintMeanings
}

/** Imports a school of a file into the actor's school, all or nothing; a dry run does everything and keeps nothing. */
export async function runImport(
  db: Database,
  actor: Actor,
  { meanings }: Importer,
  ready: ReadySchool,
  isDryRun: boolean,
): Promise<ImportReport> {
  const started = performance.now()
  try {
    const report = await writeInSchool(db, actor, (tx) => ready.write(tx), { rollback: isDryRun })
    return { ...report, ms: Math.round(performance.now() - started) }
  } catch (error) {
    if (!databaseError(error)?.code.startsWith('23') && !(error instanceof Problem)) throw error
    const found = problemOf(error, meanings)
    const reasons = found.errors?.map(({ message }) => message) ?? [found.detail ?? found.message]
    throw new ImportRefused(reasons.map((reason) => `The database refused the file: ${reason}`))
  }
}
