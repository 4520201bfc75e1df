import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { create } from '../../../foundation/resource/mounts/create.ts'
import { list } from '../../../foundation/resource/mounts/list.ts'
import { read } from '../../../foundation/resource/mounts/read.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { oneOf } from '../../../foundation/resource/spoken.ts'
import { localTime } from '../../../foundation/time/clock.ts'
import { readSettings, settingsFrom } from '../settings.ts'
import { fireList } from './fire-list.ts'
import { movePupil, sessionAt } from './move.ts'
import { readPresence, readTakenToday, siteMovement } from './queries.ts'
import { NewSiteMovement, Presence } from './schema.ts'

const listOnSite = (): Mount => ({
  method: 'GET',
  path: '/work-lists/on-site',
  operationId: 'listOnSite',
  scope: 'attendance:read',
  tag: 'attendance',
  summary: 'List who is on site now',
  description:
    'The fire list: every pupil on the roll and where they are by the latest sign of them, a session mark, a lesson mark or a movement through the gate. Whom nothing tells of is unknown and to be looked for.',
  query: Type.Object(
    {
      state: Type.Optional(
        oneOf(['on-site', 'off-site', 'unknown'], { description: 'Only these.', examples: ['on-site'] }),
      ),
    },
    { additionalProperties: false },
  ),
  answers: { 200: { description: 'The pupils.', schema: wholeOf(Presence) } },
  problems: [],
  cost: 5,
  handler: answerOnSite,
})

async function answerOnSite(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { state } = request.query as { state?: string }
  const now = db.clock.now()
  const { date, time } = localTime(now)
  const values = { date, at: now.toISOString() }
  const [pupils = [], taken = [], settings = []] = await readTogether(db, actor, [
    { query: readPresence, values },
    { query: readTakenToday, values },
    { query: readSettings, values: {} },
  ])
  const session = sessionAt(settingsFrom(settings), date, time)
  const data = fireList(pupils, taken, { session }).filter(
    (one) => state === undefined || one.state === state,
  )
  await disclose(
    context,
    data.map(({ pupilId }) => pupilId),
  )
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

export const presenceMounts = (): Mount[] => [
  list(siteMovement),
  read(siteMovement),
  create(siteMovement, { body: NewSiteMovement, insert: movePupil }),
  listOnSite(),
]
