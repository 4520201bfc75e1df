import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { type Actor, type Database, writeInSchool } from '../../foundation/db/transaction.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { speakRecord } from '../../foundation/resource/record.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { insertRow, newId, updateRow } from '../../foundation/resource/rows.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { ImportRefused } from './report.ts'
import { type Importer, runImport } from './run.ts'
import { ImportJob, ImportJobFilter, ImportQuery } from './schema.ts'
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

/** Largest archive that may be sent; larger ones are imported with the `mis` command. */
const largestBytes = 50 * 1024 * 1024

const createImport = (importer: Importer): Mount => ({
  method: 'POST',
  path: '/imports',
  operationId: 'createImport',
  scope: 'imports:write',
  tag: 'imports',
  summary: 'Import a school from a file',
  description:
    'Takes a OneRoster zip (application/zip, up to 50 MB) and imports it in the background, all or nothing. Read the import again until its status is `done` or `refused`; its report counts every row.',
  query: ImportQuery,
  headers: CreateHeaders,
  body: Type.Unsafe<Buffer>({ description: 'The zip file.' }),
  consumes: ['application/zip'],
  answers: {
    202: {
      description: 'The import is queued.',
      schema: answered(importJob),
      headers: { ...etagHeader, ...locationHeader },
    },
  },
  problems: [409, 412, 413, 415, 422],
  cost: 100,
  bodyLimit: largestBytes,
  handler: (context) => accept(context, importer),
})

async function accept(context: Context, importer: Importer): Promise<FastifyReply> {
  const { request, db, actor, who } = context
  const file = request.body as Buffer
  if (!Buffer.isBuffer(file) || file.length === 0)
    throw problem('body-invalid', { detail: 'Send the zip file as the body.' })
  request.bodyText = createHash('sha256').update(file).digest('hex')
  const { format, mode = 'write' } = request.query as { format: 'oneroster'; mode?: 'write' | 'dry-run' }
  const id = newId()
  return answerWrite(context, async (tx) => {
    const requestedAt = tx.clock.now().toISOString()
    const row = { format, mode, status: 'queued', requestedBy: tx.actor, requestedAt, bytes: file.length }
    await insertRow(tx, importJobs, row, id)
    const { json, etag } = await speakRecord(tx, who, importJob, id)
    tx.afterCommit(() => void run(db, actor, importer, { id, file, isDryRun: mode === 'dry-run' }))
    return { status: 202, headers: { etag, location: `/v1/imports/${id}` }, body: json, affected: 1 }
  })
}

interface Job {
  id: string
  file: Buffer
  isDryRun: boolean
}

async function run(
  db: Database,
  actor: Actor,
  importer: Importer,
  { id, file, isDryRun }: Job,
): Promise<void> {
  const note = (change: object) => writeInSchool(db, actor, (tx) => updateRow(tx, importJobs, id, change))
  const finish = (status: 'done' | 'refused', report: object) =>
    note({ status, finishedAt: db.clock.now().toISOString(), report })
  try {
    await note({ status: 'running' })
    const ready = await importer.read(file, isDryRun)
    await finish('done', await runImport(db, actor, importer, ready, isDryRun))
  } catch (error) {
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
    await writeInSchool(db, { schoolId, actor: 'mis', correlationId: newId() }, (tx) =>
      tx.sql(
        sql`update ${importJobs} set status = 'refused', finished_at = ${at}::timestamptz, report = ${report}::jsonb, version = version + 1
            where ${importJobs.schoolId} = ${schoolId} and status in ('queued', 'running')`,
      ),
    )
}

export const importRoutes = (importer: Importer): Mount[] => [
  list(importJob),
  read(importJob),
  createImport(importer),
]
