import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { readInSchool, type Tx } from '../../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../../foundation/http/answer.ts'
import { entityTag, isUnchanged, requiredVersions } from '../../../foundation/http/etag.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { ChangeHeaders, etagHeader, IdParams, ReadHeaders } from '../../../foundation/http/parameters.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { Instant } from '../../../foundation/resource/spoken.ts'
import { Mark, MarkChanges, NewMarks, WrittenMark } from './mark-schema.ts'
import { readMarks } from './marks.ts'
import { changeMarks, takeRegister, type Written } from './take.ts'

/** Marks change when the register's version does, so its ETag needs nothing else. */
const marksTag = (version: number, asOf?: string) =>
  entityTag(version, asOf === undefined ? 'marks' : 'marks-then')

const common = { path: '/registers/{id}/marks', tag: 'attendance', params: IdParams } as const

const readRegisterMarks = (): Mount => ({
  ...common,
  method: 'GET',
  operationId: 'readMarks',
  scope: 'attendance:read',
  summary: 'Read the marks of a register',
  description:
    'A mark for every pupil who was in the group on the day, with who wrote it and when; `asOf` tells what the register said at an earlier instant.',
  query: Type.Object(
    {
      asOf: Type.Optional(Instant('What the register said at this instant.')),
      at: Type.Optional(Instant('Older name of `asOf`.')),
    },
    { additionalProperties: false },
  ),
  headers: ReadHeaders,
  answers: {
    200: { description: 'The marks.', schema: wholeOf(Mark), headers: etagHeader },
    304: { description: 'The marks have not changed since the ETag that If-None-Match names.' },
  },
  problems: [404],
  cost: 1,
  handler: answerMarks,
})

async function answerMarks(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { id } = request.params as { id: string }
  const { at, asOf = at } = request.query as { at?: string; asOf?: string }
  const { register, marks } = await readInSchool(db, actor, (tx) => readMarks(tx, id, asOf))
  const tag = marksTag(register.version, asOf)
  reply.header('etag', tag)
  if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send()
  await disclose(
    context,
    marks.map(({ pupilId }) => pupilId),
  )
  return sendJson(reply, JSON.stringify({ data: marks, next: null }))
}

const writing = {
  ...common,
  scope: 'attendance:write',
  headers: ChangeHeaders,
  answers: {
    200: { description: 'The marks as they are now.', schema: wholeOf(WrittenMark), headers: etagHeader },
  },
  cost: 5,
  bodyLimit: 1_000_000,
} as const

const takeRegisterMarks = (): Mount => ({
  ...writing,
  method: 'PUT',
  operationId: 'takeRegister',
  summary: 'Take a register: write all its marks',
  description:
    'Writes the mark of every pupil of the group at once, all or nothing; `errors` names every row at fault and its rule. If-Match is required, so of two devices the second is told (412), with both values in `conflicts`. A changed mark keeps the one before it (`listRegisterHistory`). With an Idempotency-Key a repeated request gets the first answer again.',
  body: NewMarks,
  problems: [404, 409, 412, 413, 415, 422, 428],
  handler: (context) => {
    const required = requiredVersions(context.request.headers['if-match'])
    const body = context.request.body as Static<typeof NewMarks>
    return answerTaking(context, (tx, id) => takeRegister(tx, id, body, required))
  },
})

const changeRegisterMarks = (): Mount => ({
  ...writing,
  method: 'PATCH',
  operationId: 'changeMarks',
  summary: 'Change single marks of a register',
  description:
    'Changes the marks that are sent and no others, all or nothing. Each mark says in `was` what the caller has seen; a mark that was written meanwhile makes the answer 409 with both values in `conflicts`, so that a device that comes back to the network overwrites nothing unseen. Without `was` If-Match is required. A register in which nobody is left without a mark counts as taken.',
  body: MarkChanges,
  problems: [404, 409, 412, 413, 415, 422, 428],
  handler: (context) => {
    const ifMatch = context.request.headers['if-match']
    const required = ifMatch === undefined ? undefined : requiredVersions(ifMatch)
    const body = context.request.body as Static<typeof MarkChanges>
    return answerTaking(context, (tx, id) => changeMarks(tx, id, body, required))
  },
})

async function answerTaking(
  context: Context,
  write: (tx: Tx, id: string) => Promise<Written>,
): Promise<FastifyReply> {
  const { id } = context.request.params as { id: string }
  return answerWrite(context, async (tx) => {
    const { version, marks, replaced } = await write(tx, id)
    const pupilIds = replaced.map(({ pupilId }) => pupilId)
    tx.log({ resource: 'registers', recordId: id, action: 'changed', fields: ['marks'], pupilIds })
    await disclose(
      context,
      marks.map(({ pupilId }) => pupilId),
    )
    const data = marks.map(({ path: _, ...mark }) => mark)
    const body = JSON.stringify({ data, next: null })
    return { status: 200, headers: { etag: marksTag(version) }, body, affected: replaced.length }
  })
}

export const markRoutes = (): Mount[] => [readRegisterMarks(), takeRegisterMarks(), changeRegisterMarks()]
