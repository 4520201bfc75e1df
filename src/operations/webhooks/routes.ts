import type { Static } from '@sinclair/typebox'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { requiredVersions, requireMatch } from '../../foundation/http/etag.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { ChangeHeaders, CreateHeaders, etagHeader, IdParams } from '../../foundation/http/parameters.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { startOf } from '../feed/page.ts'
import { actRoutes } from './act-routes.ts'
import {
  changeEndpoint,
  getEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  removeEndpoint,
  requireApp,
} from './endpoints.ts'
import { messageRoutes } from './message-routes.ts'
import { askedBy, idOf, path, tagOf, type WebhookDeps, writing } from './mounting.ts'
import { NewWebhookEndpoint, WebhookEndpoint, WebhookEndpointChange } from './schema.ts'

const reading = { scope: 'webhooks:read', tag: 'webhooks', cost: 1 } as const

const listAll = (deps: WebhookDeps): Mount => ({
  ...reading,
  method: 'GET',
  path,
  operationId: 'listWebhookEndpoints',
  summary: 'List the endpoints of the app',
  description: 'Those that the calling app has at the school, with how far each has come.',
  answers: { 200: { description: 'The endpoints.', schema: wholeOf(WebhookEndpoint) } },
  problems: [],
  async handler(context) {
    const app = requireApp(context.who)
    const data = await readInSchool(context.db, context.actor, (tx) => listEndpoints(tx, app, deps))
    return sendJson(context.reply, JSON.stringify({ data, next: null }))
  },
})

const readOne = (deps: WebhookDeps): Mount => ({
  ...reading,
  method: 'GET',
  path: `${path}/{id}`,
  operationId: 'readWebhookEndpoint',
  summary: 'Read an endpoint',
  description: 'One endpoint of the calling app.',
  params: IdParams,
  answers: { 200: { description: 'The endpoint.', schema: WebhookEndpoint, headers: etagHeader } },
  problems: [404],
  async handler(context) {
    const app = requireApp(context.who)
    const found = await readInSchool(context.db, context.actor, (tx) =>
      getEndpoint(tx, app, idOf(context), deps),
    )
    context.reply.header('etag', tagOf(found.version))
    return sendJson(context.reply, JSON.stringify(found.endpoint))
  },
})

const createOne = (deps: WebhookDeps): Mount => ({
  ...writing,
  method: 'POST',
  path,
  operationId: 'createWebhookEndpoint',
  summary: 'Create an endpoint',
  description:
    'From now on the app is told what changes, by messages of ids and numbers signed as Standard Webhooks says: `{type: "changes", timestamp, data: {schoolId, from, until, unseen, entries: [{number, resource, recordId, action}]}}`. At least once; tried for three days; 410 ends it. The secret is told in this answer only.',
  headers: CreateHeaders,
  body: NewWebhookEndpoint,
  answers: {
    201: { description: 'Created.', schema: WebhookEndpoint, headers: { ...etagHeader, ...locationHeader } },
  },
  problems: [409, 412, 413, 415, 422],
  async handler(context) {
    const app = requireApp(context.who)
    const body = context.request.body as Static<typeof NewWebhookEndpoint>
    const position = await startOf(askedBy(context, deps, body.resources), 'latest')
    return answerWrite(context, async (tx) => {
      const endpoint = await insertEndpoint(tx, app, body, position, deps)
      const headers = { location: `/v1${path}/${endpoint.id}`, etag: tagOf(1) }
      return { status: 201, headers, body: JSON.stringify(endpoint), affected: 1 }
    })
  },
})

const changeOne = (deps: WebhookDeps): Mount => ({
  ...writing,
  method: 'PATCH',
  path: `${path}/{id}`,
  operationId: 'changeWebhookEndpoint',
  summary: 'Change an endpoint',
  description:
    'Changes what is sent. `state: active` wakes an endpoint that was disabled. If-Match is required.',
  params: IdParams,
  headers: ChangeHeaders,
  body: WebhookEndpointChange,
  answers: {
    200: { description: 'The endpoint as it is now.', schema: WebhookEndpoint, headers: etagHeader },
  },
  problems: [404, 409, 412, 413, 415, 422, 428],
  handler(context) {
    const app = requireApp(context.who)
    const required = requiredVersions(context.request.headers['if-match'])
    const body = context.request.body as Static<typeof WebhookEndpointChange>
    return answerWrite(context, async (tx) => {
      const { version } = await lockEndpoint(tx, app, idOf(context))
      requireMatch(required, version)
      await changeEndpoint(tx, idOf(context), body, deps)
      return answerEndpoint(tx, app, context, deps)
    })
  },
})

async function answerEndpoint(tx: Tx, app: string, context: Context, deps: WebhookDeps) {
  const { endpoint, version } = await getEndpoint(tx, app, idOf(context), deps)
  return { status: 200, headers: { etag: tagOf(version) }, body: JSON.stringify(endpoint), affected: 1 }
}

const removeOne = (): Mount => ({
  ...writing,
  method: 'DELETE',
  path: `${path}/{id}`,
  operationId: 'removeWebhookEndpoint',
  summary: 'Remove an endpoint',
  description: 'With its messages; what is on its way may still arrive. If-Match is required.',
  params: IdParams,
  headers: ChangeHeaders,
  answers: { 204: { description: 'Removed.' } },
  problems: [404, 409, 412, 422, 428],
  handler(context) {
    const app = requireApp(context.who)
    const required = requiredVersions(context.request.headers['if-match'])
    return answerWrite(context, async (tx) => {
      const { version } = await lockEndpoint(tx, app, idOf(context))
      requireMatch(required, version)
      await removeEndpoint(tx, app, idOf(context))
      return { status: 204, headers: {}, body: '', affected: 1 }
    })
  },
})

export const webhookRoutes = (deps: WebhookDeps): Mount[] => [
  listAll(deps),
  readOne(deps),
  createOne(deps),
  changeOne(deps),
  removeOne(),
  ...actRoutes(deps),
  ...messageRoutes(),
]
