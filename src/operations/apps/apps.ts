import { and, eq, isNull, or } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import { clients } from '../../oauth/table.ts'

type StoredApp = typeof clients.$inferSelect

/** An app that the school may see: its own, or one for any school. Throws 404. */
export async function findApp(tx: Tx, id: string): Promise<StoredApp> {
  const [found] = await appsOf(tx, id)
  if (!found) throw problem('not-found', { detail: `There is no app ${id}.` })
  return found
}

/** Apps that the school may see, by name. */
export function appsOf(tx: Tx, id?: string): Promise<StoredApp[]> {
  const isVisible = or(eq(clients.schoolId, tx.schoolId), isNull(clients.schoolId))
  return tx.orm
    .select()
    .from(clients)
    .where(id === undefined ? isVisible : and(isVisible, eq(clients.id, id)))
    .orderBy(clients.name, clients.id)
    .limit(1000)
}

/** The app as the API speaks of it. */
export function spokenApp(app: StoredApp) {
  const { optionalScopes } = app
  return {
    id: app.id,
    name: app.name,
    publisher: app.publisher || app.name,
    kind: app.kind,
    authMethod: app.authMethod,
    requiredScopes: app.scopes.filter((scope) => !optionalScopes.includes(scope)),
    optionalScopes,
    redirectUris: app.redirectUris,
    postLogoutRedirectUris: app.postLogoutRedirectUris,
    privacyNotice: app.privacyNotice,
    dataLocation: app.dataLocation,
    subProcessors: app.subProcessors,
    isActive: app.isActive,
    isOwn: app.schoolId !== null,
    createdAt: new Date(app.createdAt).toISOString(),
  }
}
