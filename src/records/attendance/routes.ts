import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { readInSchool } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { entityTag, isUnchanged, requiredVersions } from '../../foundation/http/etag.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import {
  ChangeHeaders,
  CreateHeaders,
  etagHeader,
  IdParams,
  ReadHeaders,
} from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { speakRecord, wholeRecord } from '../../foundation/resource/record.ts'
import { deleteRow } from '../../foundation/resource/rows.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { Instant } from '../../foundation/resource/spoken.ts'
import { readMarks } from './marks.ts'
import { occasionOf, openRegister } from './open.ts'
import { register } from './queries.ts'
import { attendanceReadRoutes } from './read-routes.ts'
import { NewMarks, NewRegister, RegisterMarks } from './schema.ts'
import { registers } from './table.ts'
import { takeRegister } from './take.ts'

/** Marks change when the register's version does, so its ETag needs nothing else. */
const marksTag = (version: number, at?: string) =>
  entityTag(version, at === undefined ? 'marks' : 'marks-then')

const createRegister = (): Mount => ({
  method: 'POST',
  path: '/registers',
  operationId: 'createRegister',
  scope: 'attendance:write',
  tag: 'attendance',
  summary: 'Open a register',
  description:
    'Opens the register of a group for a session, or of a lesson. Answers 200 with the open one when another device was first. Opening the register of a lesson reads the timetable, whatever the scopes.',
  headers: CreateHeaders,
  body: NewRegister,
  answers: {
    200: { description: 'The register was open already.', schema: answered(register), headers: etagHeader },
    201: {
      description: 'Opened.',
      schema: answered(register),
      headers: { ...etagHeader, ...locationHeader },
    },
  },
  problems: [409, 412, 413, 415, 422],
  cost: 5,
  async handler(context) {
    const occasion = await occasionOf(context, context.request.body as Static<typeof NewRegister>)
    return answerWrite(context, async (tx) => {
      const { id, isNew } = await openRegister(tx, occasion)
      if (isNew) tx.log({ resource: 'registers', recordId: id, action: 'created' })
      const { json, etag } = await speakRecord(tx, context, register, id)
      const headers = { etag, location: `/v1/registers/${id}` }
      return { status: isNew ? 201 : 200, headers, body: json, affected: isNew ? 1 : 0 }
    })
  },
})

const readRegisterMarks = (): Mount => ({
  method: 'GET',
  path: '/registers/{id}/marks',
  operationId: 'readMarks',
  scope: 'attendance:read',
  tag: 'attendance',
  summary: 'Read the marks of a register',
  description:
    'A mark for every pupil who was in the group on the day; `at` tells what the register said at an earlier instant.',
  params: IdParams,
  query: Type.Object(
    { at: Type.Optional(Instant('What the register said at this instant.')) },
    { additionalProperties: false },
  ),
  headers: ReadHeaders,
  answers: {
    200: { description: 'The marks.', schema: RegisterMarks, headers: etagHeader },
    304: { description: 'The marks have not changed since the ETag that If-None-Match names.' },
  },
  problems: [404],
  cost: 1,
  handler: answerMarks,
})

async function answerMarks(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { id } = request.params as { id: string }
  const { at } = request.query as { at?: string }
  const { register, marks } = await readInSchool(db, actor, (tx) => readMarks(tx, id, at))
  const tag = marksTag(register.version, at)
  reply.header('etag', tag)
  if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send()
  await disclose(
    context,
    marks.map(({ pupilId }) => pupilId),
  )
  return sendJson(reply, JSON.stringify({ data: marks, next: null }))
}

const takeRegisterMarks = (): Mount => ({
  method: 'PUT',
  path: '/registers/{id}/marks',
  operationId: 'takeRegister',
  scope: 'attendance:write',
  tag: 'attendance',
  summary: 'Take a register: write all its marks',
  description:
    'Writes the mark of every pupil of the group at once, all or nothing; `errors` names every row at fault and its rule. If-Match is required, so of two devices the second is told (412). A changed mark keeps the one before it (amendments).',
  params: IdParams,
  headers: ChangeHeaders,
  body: NewMarks,
  answers: { 200: { description: 'The marks as they are now.', schema: RegisterMarks, headers: etagHeader } },
  problems: [404, 412, 413, 415, 422, 428],
  cost: 5,
  bodyLimit: 1_000_000,
  handler: answerTaking,
})

async function answerTaking(context: Context): Promise<FastifyReply> {
  const { request } = context
  const { id } = request.params as { id: string }
  const required = requiredVersions(request.headers['if-match'])
  return answerWrite(context, async (tx) => {
    const { version, marks, replaced } = await takeRegister(
      tx,
      id,
      request.body as Static<typeof NewMarks>,
      required,
    )
    const pupilIds = replaced.map(({ pupilId }) => pupilId)
    tx.log({ resource: 'registers', recordId: id, action: 'changed', fields: ['marks'], pupilIds })
    const data = marks.map(({ pupilId, code, minutesLate = null, comment = null }) => ({
      pupilId,
      code,
      minutesLate,
      comment,
    }))
    await disclose(
      context,
      marks.map(({ pupilId }) => pupilId),
    )
    const body = JSON.stringify({ data, next: null })
    return { status: 200, headers: { etag: marksTag(version) }, body, affected: replaced.length }
  })
}

export const attendanceRoutes = (): Mount[] => [
  list(register),
  read(register),
  createRegister(),
  remove(register, async (tx, id) => {
    const { takenAt } = await wholeRecord(tx, register, id)
    if (takenAt !== null)
      throw problem('in-use', {
        detail: 'A register that was taken is kept for six years (SI 2024/208, regulation 7).',
      })
    await deleteRow(tx, registers, id)
  }),
  readRegisterMarks(),
  takeRegisterMarks(),
  ...attendanceReadRoutes(),
]
