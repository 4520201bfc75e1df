import { createHash } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { speakRecord } from '../../foundation/resource/record.ts'
import { insertRow, newId } from '../../foundation/resource/rows.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { importJob, runJob } from './jobs.ts'
import type { Importer } from './run.ts'
import { ImportQuery } from './schema.ts'
import { importJobs } from './table.ts'

/** Largest archive that may be sent; larger ones are imported with the `mis` command. */
const largestBytes = 50 * 1024 * 1024

const createImport = (importers: readonly Importer[]): Mount => ({
  method: 'POST',
  path: '/imports',
  operationId: 'createImport',
  scope: 'imports:write',
  tag: 'imports',
  summary: 'Import a school from a file',
  description:
    'Takes a zip of OneRoster or Microsoft School Data Sync CSV files (application/zip, up to 50 MB) and imports it in the background, all or nothing. A OneRoster delta applies to what earlier imports brought; ids that are UUIDs are kept. Of a file of several schools this one is imported: it is the one that came before, has its official number, or is named. Read the import again until its status is `done` or `refused`; its report counts every row.',
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
  handler: (context) => accept(context, importers),
})

async function accept(context: Context, importers: readonly Importer[]): Promise<FastifyReply> {
  const { request, db, actor } = context
  const file = request.body as Buffer
  // Whoever is out of reach would be taken for somebody new.
  if (actor.reach !== 'everyone')
    throw problem('reach-too-narrow', {
      detail: 'An import writes about every pupil, and some are out of reach here.',
    })
  if (!Buffer.isBuffer(file) || file.length === 0)
    throw problem('body-invalid', { detail: 'Send the zip file as the body.' })
  request.bodyText = createHash('sha256').update(file).digest('hex')
  const { format, mode = 'write', schoolSourcedId } = request.query as Static<typeof ImportQuery>
  const importer = importers.find(({ source }) => source === format) as Importer
  const id = newId()
  return answerWrite(context, async (tx) => {
    const requestedAt = tx.clock.now().toISOString()
    const row = { format, mode, status: 'queued', requestedBy: tx.actor, requestedAt, bytes: file.length }
    await insertRow(tx, importJobs, row, id)
    const { json, etag } = await speakRecord(tx, context, importJob, id)
    const job = { id, file, isDryRun: mode === 'dry-run', schoolSourcedId }
    tx.afterCommit(() => void runJob(db, actor, importer, job, request.log))
    return { status: 202, headers: { etag, location: `/v1/imports/${id}` }, body: json, affected: 1 }
  })
}

export const importRoutes = (importers: readonly Importer[]): Mount[] => [
  list(importJob),
  read(importJob),
  createImport(importers),
]
