import { sql } from 'drizzle-orm'
import * as openid from 'openid-client'
import type { Sealer } from '../../foundation/access/seal.ts'
import { type Database, readInSchool, systemActor } from '../../foundation/db/transaction.ts'

/** Where a school's people may sign in instead. */
export interface IdentityProvider {
  id: string
  kind: 'google' | 'microsoft' | 'oidc'
  name: string
  issuer: string
  clientId: string
  /** Sealed. */
  clientSecret: string
  /** Google's `hd` or Microsoft's `tid` that a token must carry. */
  allowed: string | null
}

export const providersOf = (db: Database, schoolId: string): Promise<IdentityProvider[]> =>
  readInSchool(db, systemActor(schoolId, 'sign-in'), (tx) =>
    tx.sql<IdentityProvider & Record<string, unknown>>(
      sql`select id, kind, name, issuer, client_id as "clientId", client_secret as "clientSecret", allowed
          from identity_providers where school_id = ${schoolId} order by name`,
    ),
  )

const isLoopback = (url: string) => /^http:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(url)
const longestAgeMs = 3_600_000
const known = new Map<string, { config: Promise<openid.Configuration>; at: number }>()

/** What the provider says of itself, read anew every hour. Plain http only where both ends are on this machine. */
export function discover(
  provider: IdentityProvider,
  sealer: Sealer,
  publicUrl: string,
): Promise<openid.Configuration> {
  const key = `${provider.id} ${provider.clientId} ${provider.clientSecret}`
  const before = known.get(key)
  if (before && performance.now() - before.at < longestAgeMs) return before.config
  const isLocal = isLoopback(provider.issuer) && isLoopback(publicUrl)
  const config = openid.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    openid.ClientSecretPost(sealer.open(provider.clientSecret)),
    { timeout: 10, ...(isLocal && { execute: [openid.allowInsecureRequests] }) },
  )
  known.set(key, { config, at: performance.now() })
  config.catch(() => known.delete(key))
  return config
}

/** Who it is, by what never changes: e-mail addresses do, and are given to others (OpenID Connect Core, 5.7). */
export function subjectAt({ kind }: IdentityProvider, claims: openid.IDToken): string {
  return kind === 'microsoft' ? `${String(claims.tid)}:${String(claims.oid)}` : claims.sub
}

/** Whether the token is from the school's own domain or tenant; another provider is the school's own altogether. */
export function isAllowed({ kind, allowed }: IdentityProvider, claims: openid.IDToken): boolean {
  if (kind === 'oidc') return true
  return allowed !== null && (kind === 'google' ? claims.hd : claims.tid) === allowed
}
