import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { answerExport, exportAnswers, scopesFor } from '../../../operations/exports/answer.ts'
import { demanded, sdsExport, shown } from './export.ts'

const exportSds: Mount = {
  method: 'GET',
  path: '/exports/sds',
  operationId: 'exportSds',
  scope: 'any',
  tag: 'exports',
  summary: 'Export the school for Microsoft School Data Sync',
  description: `A zip of the files of SDS V2.1: ${demanded.join(', ')}, and where they are granted classes, enrollments, academicSessions, courses, demographics and relationships. Needs schools:read, and pupils:read or staff:read. Shows what ${shown.resources.join(', ')} open, and the groups ${shown.groups.join(', ')} where they reach as far. See openapi/connecting.md.`,
  query: Type.Object({}, { additionalProperties: false }),
  answers: exportAnswers,
  problems: [],
  cost: 50,
  handler: answer,
}

async function answer(context: Context): Promise<FastifyReply> {
  const scopes = scopesFor(context.who, shown)
  const asked = sdsExport((scope) => scopes.has(scope))
  const names = asked.files.map(({ name }) => name)
  if (!demanded.every((name) => names.includes(name)))
    throw problem('scope-missing', { detail: 'This needs schools:read, and pupils:read or staff:read.' })
  return answerExport(context, { ...asked, scopes, fileName: `sds-${today(context.db.clock)}.zip` })
}

export const sdsRoutes = (): Mount[] => [exportSds]
