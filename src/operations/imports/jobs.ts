import { sql } from 'drizzle-orm'
import type { FastifyBaseLogger } from 'fastify'
import { type Actor, type Database, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { loggable } from '../../foundation/http/errors.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { updateRow } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { chooseSchool } from './choose.ts'
import { ImportRefused } from './report.ts'
import { type Importer, runImport } from './run.ts'
import { ImportJob, ImportJobFilter } from './schema.ts'
import { importJobs } from './table.ts'

export const importJob = resource({
  path: '/imports',
  one: 'Import',
  phrase: 'an import',
  scope: 'imports',
  row: ImportJob,
  filter: ImportJobFilter,
  view: {
    table: importJobs,
    fields: {
      id: importJobs.id,
      updatedAt: importJobs.updatedAt,
      format: importJobs.format,
      status: importJobs.status,
      mode: importJobs.mode,
      requestedBy: importJobs.requestedBy,
      requestedAt: importJobs.requestedAt,
      finishedAt: importJobs.finishedAt,
      bytes: importJobs.bytes,
      report: importJobs.report,
    },
    sorts: { requestedAt: importJobs.requestedAt },
  },
})

interface Job {
  id: string
  file: Buffer
  isDryRun: boolean
  /** Which school of the file it is, by its id there. */
  schoolSourcedId: string | undefined
}

/** Runs an import that was accepted; what becomes of it stands in its job. */
export async function runJob(
  db: Database,
  actor: Actor,
  importer: Importer,
  { id, file, isDryRun, schoolSourcedId }: Job,
  log: FastifyBaseLogger,
): Promise<void> {
  const note = (change: object) => writeInSchool(db, actor, (tx) => updateRow(tx, importJobs, id, change))
  const finish = (status: 'done' | 'refused', report: object) =>
    note({ status, finishedAt: db.clock.now().toISOString(), report })
  try {
    await note({ status: 'running' })
    const schools = await importer.read(file, { isDryRun, today: today(db.clock) })
    const ready = await chooseSchool(db, actor, importer, schools, schoolSourcedId)
    await finish('done', await runImport(db, actor, importer, ready, isDryRun))
  } catch (error) {
    if (!(error instanceof ImportRefused)) log.error({ err: loggable(error) }, 'import failed')
    const reasons = error instanceof ImportRefused ? error.reasons : ['The server failed; try again later.']
    const report = error instanceof ImportRefused ? error.report : undefined
    await finish('refused', { ...report, reasons }).catch(() => {})
  }
}

/** Imports that a stopped process left behind will never end: they are refused when the next one starts. */
export async function refuseInterrupted(db: Database, schoolIds: readonly string[]): Promise<void> {
  const report = JSON.stringify({
    reasons: ['The server was stopped meanwhile; nothing was imported. Send the file again.'],
  })
  const at = db.clock.now().toISOString()
  for (const schoolId of schoolIds)
    await writeInSchool(db, systemActor(schoolId, 'mis'), (tx) =>
      tx.sql(
        sql`update ${importJobs} set status = 'refused', finished_at = ${at}::timestamptz, report = ${report}::jsonb, version = version + 1
            where ${importJobs.schoolId} = ${schoolId} and status in ('queued', 'running')`,
      ),
    )
}
