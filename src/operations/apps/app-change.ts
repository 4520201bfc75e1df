import type { Static } from '@sinclair/typebox'
import { and, eq, inArray } from 'drizzle-orm'
import { announceAccess } from '../../foundation/access/announce.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { WriteHeaders } from '../../foundation/http/parameters.ts'
import { problem, refuse } from '../../foundation/http/problems.ts'
import { requireSoundAddresses } from '../../oauth/app-addresses.ts'
import { requirePublicKeys } from '../../oauth/client-keys.ts'
import { type AuthMethod, requireSound } from '../../oauth/clients.ts'
import type { AppKind } from '../../oauth/registered-clients.ts'
import { clients } from '../../oauth/table.ts'
import { findApp, spokenApp } from './apps.ts'
import { App, AppChange, AppParams } from './schema.ts'
import { agreements } from './table.ts'

type Change = Static<typeof AppChange>
type StoredApp = typeof clients.$inferSelect

/** Changes what the school has registered itself; kind and proof stay, since they decide what kind of tokens there are. */
export async function changeApp(tx: Tx, id: string, change: Change): Promise<StoredApp> {
  const own = and(eq(clients.id, id), eq(clients.schoolId, tx.schoolId))
  const [found] = await tx.orm.select().from(clients).where(own).for('update')
  if (!found?.isActive) throw problem('not-found', { detail: `The school has no active app ${id}.` })
  const { requiredScopes, optionalScopes, ...details } = change
  const scopes = scopesOf(found, requiredScopes, optionalScopes)
  const next = { ...found, ...details, ...scopes }
  requireSoundApp(next)
  refuse(await faultsOfGranted(tx, next))
  await tx.orm
    .update(clients)
    .set({ ...details, ...scopes })
    .where(own)
  await announceAccess(tx)
  return findApp(tx, id)
}

/** Who says which scopes are required leaves the optional ones as they are, and the other way round. */
function scopesOf(
  { scopes, optionalScopes }: StoredApp,
  newRequired: string[] | undefined,
  newOptional: string[] | undefined,
): Pick<StoredApp, 'scopes' | 'optionalScopes'> {
  const required = newRequired ?? scopes.filter((scope) => !optionalScopes.includes(scope))
  const optional = (newOptional ?? optionalScopes).filter((scope) => !required.includes(scope))
  return { scopes: [...required, ...optional], optionalScopes: optional }
}

function requireSoundApp({ privacyNotice, dataLocation, ...app }: StoredApp): void {
  const authMethod = app.authMethod as AuthMethod
  requireSound({ name: app.name, scopes: app.scopes, authMethod, jwks: app.jwks ?? undefined })
  if (app.jwks) requirePublicKeys(app.jwks)
  const { redirectUris, postLogoutRedirectUris } = app
  const notice = privacyNotice === null ? {} : { privacyNotice }
  requireSoundAddresses(app.kind as AppKind, authMethod, { redirectUris, postLogoutRedirectUris, ...notice })
}

/** What an agreement grants stays registered: so tokens that are out never hold more than the app wants. */
async function faultsOfGranted(tx: Tx, { id, scopes }: StoredApp) {
  const [agreed] = await tx.orm
    .select({ scopes: agreements.scopes })
    .from(agreements)
    .where(
      and(
        eq(agreements.schoolId, tx.schoolId),
        eq(agreements.appId, id),
        inArray(agreements.state, ['in-force', 'suspended']),
      ),
    )
  return (agreed?.scopes ?? [])
    .filter((scope) => !scopes.includes(scope))
    .map((scope) => ({
      path: '/requiredScopes',
      message: `The agreement in force grants ${scope}: narrow that one first.`,
    }))
}

export const changeAppMount = (): Mount =>
  byPerson({
    method: 'PATCH',
    path: '/apps/{id}',
    operationId: 'changeApp',
    scope: 'apps:write',
    tag: 'apps',
    summary: 'Change an app',
    description:
      'Changes an app that the school registered itself. What an agreement in force grants cannot be taken away here.',
    params: AppParams,
    headers: WriteHeaders,
    body: AppChange,
    answers: { 200: { description: 'The app as it is now.', schema: App } },
    problems: [404, 412, 413, 415, 422],
    cost: 5,
    handler(context) {
      const { id } = context.request.params as { id: string }
      return answerWrite(context, async (tx) => {
        const app = await changeApp(tx, id, context.request.body as Change)
        return { status: 200, headers: {}, body: JSON.stringify(spokenApp(app)), affected: 1 }
      })
    },
  })
