import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../foundation/http/parameters.ts'
import { positions } from '../feed/cursor.ts'
import { startOf } from '../feed/page.ts'
import { getEndpoint, lockEndpoint, requireApp, rotateKey, setPosition } from './endpoints.ts'
import { sendPing } from './message-routes.ts'
import { askedBy, idOf, path, type WebhookDeps, writing } from './mounting.ts'
import { WebhookEndpoint, WebhookKeyRotation, WebhookReplay } from './schema.ts'

/** A verb on one endpoint that answers with the endpoint. */
function act(
  verb: string,
  operationId: string,
  said: { summary: string; description: string; body: TSchema },
  work: (tx: Tx, app: string, context: Context) => Promise<object>,
): Mount {
  return {
    ...writing,
    ...said,
    method: 'POST',
    path: `${path}/{id}/${verb}`,
    operationId,
    params: IdParams,
    headers: CreateHeaders,
    answers: { 200: { description: 'The endpoint as it is now.', schema: WebhookEndpoint } },
    problems: [400, 404, 409, 412, 413, 415, 422],
    handler(context) {
      const app = requireApp(context.who)
      return answerWrite(context, async (tx) => {
        const body = JSON.stringify(await work(tx, app, context))
        return { status: 200, headers: {}, body, affected: 1 }
      })
    },
  }
}

const rotate = (deps: WebhookDeps): Mount =>
  act(
    'rotate-key',
    'rotateWebhookKey',
    {
      summary: 'Give an endpoint a new key',
      description: 'Messages are signed with the new key and, for some hours, with the former ones too.',
      body: WebhookKeyRotation,
    },
    (tx, app, context) =>
      rotateKey(tx, app, idOf(context), context.request.body as Static<typeof WebhookKeyRotation>, deps),
  )

const replay = (deps: WebhookDeps): Mount =>
  act(
    'replay',
    'replayWebhookEndpoint',
    {
      summary: 'Send again from a cursor on',
      description: 'The endpoint goes on from there: everything behind the cursor is sent in new messages.',
      body: WebhookReplay,
    },
    async (tx, app, context) => {
      const { after } = context.request.body as Static<typeof WebhookReplay>
      const { endpoint } = await getEndpoint(tx, app, idOf(context), deps)
      const asked = askedBy(context, deps, endpoint.resources)
      const position =
        after === 'oldest'
          ? await startOf(asked, 'oldest')
          : positions(context.cursors, context.who, endpoint.resources ?? undefined).open(after)
      await lockEndpoint(tx, app, endpoint.id)
      await setPosition(tx, endpoint.id, position)
      return (await getEndpoint(tx, app, endpoint.id, deps)).endpoint
    },
  )

const ping = (deps: WebhookDeps): Mount =>
  act(
    'ping',
    'pingWebhookEndpoint',
    {
      summary: 'Send a test message',
      description: 'A message of the type `ping`; what became of it stands in the list of messages.',
      body: Type.Object({}, { additionalProperties: false }),
    },
    async (tx, app, context) => {
      const { endpoint } = await getEndpoint(tx, app, idOf(context), deps)
      await sendPing(tx, endpoint.id)
      return (await getEndpoint(tx, app, endpoint.id, deps)).endpoint
    },
  )

export const actRoutes = (deps: WebhookDeps): Mount[] => [rotate(deps), replay(deps), ping(deps)]
