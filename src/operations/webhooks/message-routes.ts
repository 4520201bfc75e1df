import { Type } from '@sinclair/typebox'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../foundation/http/parameters.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { pageOf } from '../../foundation/resource/schemas.ts'
import { defaultPage, Id, oneOf, paging } from '../../foundation/resource/spoken.ts'
import { systemClock } from '../../foundation/time/clock.ts'
import { requireApp } from './endpoints.ts'
import { messageFrom, readMessages, resend } from './messages.ts'
import { WebhookMessage } from './schema.ts'
import { insertMessage } from './statements.ts'

/** Messages live in real time, whatever the time at the school. */
const realTime = () => systemClock.now().toISOString()

export async function sendPing(tx: Tx, endpoint: string): Promise<void> {
  const at = realTime()
  const body = JSON.stringify({ type: 'ping', timestamp: at, data: { schoolId: tx.schoolId } })
  const id = newId()
  await tx.rows(insertMessage, { id, endpoint, type: 'ping', from: null, until: null, body, at })
  tx.log({ resource: 'webhook-messages', recordId: id, action: 'created' })
}

const listMessages = (): Mount => ({
  method: 'GET',
  path: '/webhook-messages',
  operationId: 'listWebhookMessages',
  scope: 'webhooks:read',
  tag: 'webhooks',
  summary: 'List messages and what became of them',
  description:
    'To endpoints of the calling app, newest first, for 30 days: every attempt with status and latency.',
  query: Type.Object(
    {
      endpointId: Type.Optional(Id('The endpoint.')),
      state: Type.Optional(
        oneOf(['pending', 'delivered', 'dead'], { description: 'The state.', examples: ['dead'] }),
      ),
      ...paging,
    },
    { additionalProperties: false },
  ),
  answers: { 200: { description: 'A page.', schema: pageOf(WebhookMessage) } },
  problems: [],
  cost: 1,
  async handler({ db, actor, who, cursors, request, reply }) {
    const app = requireApp(who)
    const {
      endpointId,
      state,
      limit = defaultPage,
      after,
    } = request.query as {
      endpointId?: string
      state?: string
      limit?: number
      after?: string
    }
    const scope = JSON.stringify([who.schoolId, 'webhook-messages', app, endpointId, state])
    const position = after === undefined ? null : (cursors.open(scope, after)[0] ?? null)
    const values = {
      app,
      endpoint: endpointId ?? null,
      state: state ?? null,
      after: position,
      limit: limit + 1,
    }
    const rows = await readInSchool(db, actor, (tx) => tx.rows(readMessages, values))
    const data = rows.slice(0, limit).map(messageFrom)
    const last = data.at(-1)
    const next = last && rows.length > limit ? cursors.seal(scope, [last.id]) : null
    return sendJson(reply, JSON.stringify({ data, next }))
  },
})

const resendMessage = (): Mount => ({
  method: 'POST',
  path: '/webhook-messages/{id}/resend',
  operationId: 'resendWebhookMessage',
  scope: 'webhooks:write',
  tag: 'webhooks',
  summary: 'Send a message again',
  description: 'Under its own id, as it was, with all attempts before it: for what was given up or got lost.',
  params: IdParams,
  headers: CreateHeaders,
  body: Type.Object({}, { additionalProperties: false }),
  answers: { 200: { description: 'The message as it is now.', schema: WebhookMessage } },
  problems: [404, 409, 412, 413, 415, 422],
  cost: 5,
  handler(context) {
    const app = requireApp(context.who)
    const { id } = context.request.params as { id: string }
    return answerWrite(context, async (tx) => {
      const body = JSON.stringify(await resend(tx, app, id, realTime()))
      return { status: 200, headers: {}, body, affected: 1 }
    })
  },
})

export const messageRoutes = (): Mount[] => [listMessages(), resendMessage()]
