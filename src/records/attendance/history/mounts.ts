import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { readInSchool } from '../../../foundation/db/transaction.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { IdParams } from '../../../foundation/http/parameters.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { Day, Id } from '../../../foundation/resource/spoken.ts'
import { readRange } from '../../../foundation/time/range.ts'
import { blank, unpackCode } from '../packing.ts'
import { Amendment, MarkEvent } from '../registers/mark-schema.ts'
import { instantOf, readHistory, recordedBy } from '../registers/marks.ts'
import type { Entry } from './acts.ts'
import { readPupilHistory } from './pupil-history.ts'

const common = { method: 'GET', scope: 'attendance:read', tag: 'attendance', cost: 1 } as const

const kept =
  'Nothing is ever overwritten: the original, what it became, why, when, and the name and position of who did it stay (SI 2024/208, regulations 6 and 7).'

const listRegisterHistory = (): Mount => ({
  ...common,
  path: '/registers/{id}/history',
  operationId: 'listRegisterHistory',
  summary: 'List everything that happened to the marks',
  description: `Every mark of the register from its first entry on. ${kept}`,
  params: IdParams,
  answers: { 200: { description: 'The events, oldest first.', schema: wholeOf(MarkEvent) } },
  problems: [404],
  handler: async (context) => answerEvents(context, (await registerEvents(context)).map(spoken)),
})

const listAmendments = (): Mount => ({
  ...common,
  path: '/registers/{id}/amendments',
  operationId: 'listAmendments',
  summary: 'List what was changed in a register',
  description: `Marks that replaced another. The short form of \`listRegisterHistory\`. ${kept}`,
  params: IdParams,
  answers: { 200: { description: 'The amendments, oldest first.', schema: wholeOf(Amendment) } },
  problems: [404],
  handler: async (context) =>
    answerEvents(
      context,
      (await registerEvents(context))
        .filter(({ was, becomes }) => was !== blank && was !== becomes)
        .map(amendment),
    ),
})

const listMarkHistory = (): Mount => ({
  ...common,
  path: '/mark-history',
  operationId: 'listMarkHistory',
  summary: "List everything that happened to a pupil's marks",
  description: `The session marks of one pupil over a range of days, each from its first entry on. ${kept}`,
  query: Type.Object(
    {
      pupilId: Id('The pupil.'),
      from: Type.Optional(Day('First day; today when left out.', '2026-11-01')),
      until: Type.Optional(
        Day(
          'First day no longer wanted; the day after `from` when left out. At most 400 days.',
          '2026-12-01',
        ),
      ),
    },
    { additionalProperties: false },
  ),
  answers: { 200: { description: 'The events, oldest first.', schema: wholeOf(MarkEvent) } },
  problems: [],
  handler: async (context) => {
    const { pupilId, ...asked } = context.request.query as { pupilId: string; from?: string; until?: string }
    const range = readRange(asked, context.db.clock, { days: 1, most: 400 })
    const events = await readInSchool(context.db, context.actor, (tx) => readPupilHistory(tx, pupilId, range))
    return answerEvents(context, events.map(spoken))
  },
})

async function registerEvents({ db, actor, request }: Context): Promise<Entry[]> {
  const { id } = request.params as { id: string }
  const { events } = await readInSchool(db, actor, (tx) => readHistory(tx, id))
  return inOrder([...events.values()].flat())
}

/** Oldest first; what happened at one instant stays as it is. */
const inOrder = (events: Entry[]) => events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))

async function answerEvents(context: Context, data: readonly { pupilId: string }[]): Promise<FastifyReply> {
  await disclose(
    context,
    data.map(({ pupilId }) => pupilId),
  )
  return sendJson(context.reply, JSON.stringify({ data, next: null }))
}

const spoken = (event: Entry) => ({
  pupilId: event.pupilId,
  date: event.date,
  session: event.session,
  was: unpackCode(event.was),
  becomes: unpackCode(event.becomes),
  minutesLate: event.minutesLate,
  comment: event.comment,
  origin: event.kind,
  registerId: event.registerId,
  reason: event.reason,
  recordedAt: instantOf(event.at),
  recordedBy: recordedBy(event),
  deviceTime: event.deviceAt === null ? null : instantOf(event.deviceAt),
})

const amendment = (event: Entry) => ({
  registerId: event.registerId,
  pupilId: event.pupilId,
  date: event.date,
  session: event.session,
  was: unpackCode(event.was),
  becomes: unpackCode(event.becomes),
  reason: event.reason,
  amendedAt: instantOf(event.at),
  amendedBy: event.actor,
})

export const historyRoutes = (): Mount[] => [listRegisterHistory(), listAmendments(), listMarkHistory()]
