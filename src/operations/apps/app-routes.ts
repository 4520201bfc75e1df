import { type Static, Type } from '@sinclair/typebox'
import { requirePerson } from '../../foundation/access/principal.ts'
import { readInSchool } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { createClient, revokeClient, rotateSecret } from '../../oauth/clients.ts'
import { changeAppMount } from './app-change.ts'
import { appsOf, findApp, spokenApp } from './apps.ts'
import { App, AppParams, AppSecret, NewApp, RegisteredApp } from './schema.ts'

const common = { tag: 'apps', problems: [404, 409, 412, 413, 415, 422] as number[], cost: 5 } as const
const strict = { additionalProperties: false }

const listApps = (): Mount => ({
  ...common,
  method: 'GET',
  path: '/apps',
  operationId: 'listApps',
  scope: 'apps:read',
  summary: 'List apps',
  description:
    'Apps that the school registered itself, and those that any school may agree to. At most 1,000, by name.',
  query: Type.Object({}, strict),
  answers: {
    200: {
      description: 'The apps.',
      schema: wholeOf(App),
    },
  },
  problems: [],
  cost: 1,
  async handler({ db, actor, reply }) {
    const apps = await readInSchool(db, actor, (tx) => appsOf(tx))
    return sendJson(reply, JSON.stringify({ data: apps.map(spokenApp), next: null }))
  },
})

const readApp = (): Mount => ({
  ...common,
  method: 'GET',
  path: '/apps/{id}',
  operationId: 'readApp',
  scope: 'apps:read',
  summary: 'Read an app',
  description: 'Reads an app by its id.',
  params: AppParams,
  answers: { 200: { description: 'The app.', schema: App } },
  problems: [404],
  cost: 1,
  async handler({ db, actor, request, reply }) {
    const { id } = request.params as { id: string }
    const app = await readInSchool(db, actor, (tx) => findApp(tx, id))
    return sendJson(reply, JSON.stringify(spokenApp(app)))
  },
})

const createApp = (): Mount => ({
  ...common,
  method: 'POST',
  path: '/apps',
  operationId: 'createApp',
  scope: 'apps:write',
  summary: 'Register an app',
  description:
    'Registers an app of the school. It gets no token before an agreement with it is in force. The secret is shown once. Needs a person.',
  body: NewApp,
  answers: { 201: { description: 'Registered.', schema: RegisteredApp } },
  problems: [413, 415, 422],
  async handler(context) {
    const { db, actor, who, request, reply } = context
    requirePerson(who)
    const { requiredScopes, ...app } = request.body as Static<typeof NewApp>
    const { client, secret = null } = await createClient(db.pool, db.clock, {
      ...app,
      scopes: requiredScopes,
      schoolId: who.schoolId,
    })
    note(context, 'app.registered', client.id)
    const made = await readInSchool(db, actor, (tx) => findApp(tx, client.id))
    reply.code(201).header('location', `/v1/apps/${client.id}`)
    return sendJson(reply, JSON.stringify({ ...spokenApp(made), secret }))
  },
})

/** Apps belong to the installation, not to the change log of a school: what is done with them is in the audit log. */
function note({ audit, who }: Context, event: string, app: string): void {
  const { clientId: appId, schoolId, person } = who
  audit.note(schoolId, { event, appId, accountId: person?.accountId, subject: `apps/${app}` })
}

/** Only what the school registered itself is its own to change. */
async function requireOwn({ db, actor, request, who }: Context): Promise<string> {
  requirePerson(who)
  const { id } = request.params as { id: string }
  const { schoolId } = await readInSchool(db, actor, (tx) => findApp(tx, id))
  if (schoolId !== who.schoolId)
    throw problem('not-found', { detail: 'The app was not registered by this school.' })
  return id
}

const rotate = (): Mount => ({
  ...common,
  method: 'POST',
  path: '/apps/{id}/secrets',
  operationId: 'rotateAppSecret',
  scope: 'apps:write',
  summary: 'Give an app a new secret',
  description: 'The secret before it works for 24 more hours. Needs a person.',
  params: AppParams,
  answers: { 201: { description: 'The new secret.', schema: AppSecret } },
  async handler(context) {
    const id = await requireOwn(context)
    const secret = await rotateSecret(context.db.pool, context.db.clock, id)
    note(context, 'app-secret.rotated', id)
    return sendJson(context.reply.code(201), JSON.stringify({ secret }))
  },
})

const revoke = (): Mount => ({
  ...common,
  method: 'POST',
  path: '/apps/{id}/revoke',
  operationId: 'revokeApp',
  scope: 'apps:write',
  summary: 'Revoke an app',
  description:
    'Ends the app at once: no new tokens, and those it has are refused within a second. Needs a person.',
  params: AppParams,
  answers: { 200: { description: 'The app as it is now.', schema: App } },
  async handler(context) {
    const { db, actor, reply } = context
    const id = await requireOwn(context)
    await revokeClient(db.pool, db.clock, id)
    note(context, 'app.revoked', id)
    const app = await readInSchool(db, actor, (tx) => findApp(tx, id))
    return sendJson(reply, JSON.stringify(spokenApp(app)))
  },
})

export const appRoutes = (): Mount[] => [
  listApps(),
  readApp(),
  createApp(),
  changeAppMount(),
  rotate(),
  revoke(),
]
