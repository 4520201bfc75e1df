import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import { announceRevocation } from '../foundation/access/revocations.ts'
import { isScope } from '../foundation/access/scopes.ts'
import { databaseError } from '../foundation/db/errors.ts'
import { problem } from '../foundation/http/problems.ts'
import type { Clock } from '../foundation/time/clock.ts'
import { isPublic, requireSoundAddresses } from './app-addresses.ts'
import { requirePublicKeys } from './client-keys.ts'
import type { AppKind } from './registered-clients.ts'
import { inTransaction, type Queries } from './transaction.ts'

/** How an app proves itself: those of RFC 7591, 2, and `client_secret_any` for a secret by Basic or in the body. */
export const authMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_any',
  'private_key_jwt',
  'none',
] as const
export type AuthMethod = (typeof authMethods)[number]

/** A client as those who run the installation see it. Secrets are never read back. */
export interface Client {
  id: string
  schoolId: string | null
  name: string
  kind: AppKind
  authMethod: AuthMethod
  scopes: string[]
  isActive: boolean
  createdAt: string
}

export interface NewClient extends AppDetails {
  /** The school that alone may use it; null for an app that any school may agree to. */
  schoolId: string | null
  name: string
  scopes: readonly string[]
  authMethod?: AuthMethod
  /** Public keys; for private_key_jwt only. */
  jwks?: { keys: object[] }
}

/** What else is known of an app. */
export interface AppDetails {
  kind?: AppKind
  publisher?: string
  optionalScopes?: readonly string[]
  redirectUris?: readonly string[]
  postLogoutRedirectUris?: readonly string[]
  privacyNotice?: string
  dataLocation?: string
  subProcessors?: readonly { name: string; purpose: string; country: string }[]
}

/**
 * A revocation outlives every token it concerns: an hour at most (TOKEN_TTL_SECONDS), plus what clocks may differ, plus
 * a token request that was under way.
 */
const revocationMs = 2 * 3_600_000
/** A month: longer, and the old secret is simply a second one. */
const longestOverlapHours = 31 * 24
const longestName = 200

const columns = `id, school_id as "schoolId", name, kind, auth_method as "authMethod", scopes, is_active as "isActive", created_at as "createdAt"`

/** Registers a client of a school. The secret is shown here and never again. */
export async function createClient(
  pool: Pool,
  clock: Clock,
  app: NewClient,
): Promise<{ client: Client; secret: string | undefined }> {
  const { schoolId, name, scopes, kind = 'service', jwks, optionalScopes = [] } = app
  const authMethod = app.authMethod ?? (isPublic(kind) ? 'none' : 'client_secret_basic')
  requireSound({ name, scopes: [...scopes, ...optionalScopes], authMethod, jwks })
  requireSoundAddresses(kind, authMethod, app)
  if (jwks) requirePublicKeys(jwks)
  const id = `app_${randomBytes(12).toString('base64url')}`
  const keys = jwks ? JSON.stringify(jwks) : null
  return inTransaction(pool, async (queries) => {
    const { rows } = await queries.query<Client>(
      `insert into clients (id, school_id, name, auth_method, jwks, scopes, created_at, kind, publisher, optional_scopes,
         redirect_uris, post_logout_redirect_uris, privacy_notice, data_location, sub_processors)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning ${columns}`,
      [
        id,
        schoolId,
        name,
        authMethod,
        keys,
        [...new Set([...scopes, ...optionalScopes])],
        clock.now().toISOString(),
        kind,
        app.publisher ?? '',
        optionalScopes,
        app.redirectUris ?? [],
        app.postLogoutRedirectUris ?? [],
        app.privacyNotice ?? null,
        app.dataLocation ?? null,
        JSON.stringify(app.subProcessors ?? []),
      ],
    )
    const secret = authMethod.startsWith('client_secret') ? await addSecret(queries, clock, id) : undefined
    return { client: rows[0] as Client, secret }
  }).catch((error: unknown) => {
    if (databaseError(error)?.constraint !== 'clients__school_id') throw error
    throw problem('not-found', { detail: `There is no school ${schoolId}.` })
  })
}

/** Throws 422 unless name, scopes and keys can be those of an app. */
export function requireSound({
  name,
  scopes,
  authMethod,
  jwks,
}: {
  name: string
  scopes: readonly string[]
  authMethod: AuthMethod
  jwks: object | undefined
}) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL cannot store a NUL, and a terminal obeys the others
  if (name.trim() === '' || name.length > longestName || /[\u0000-\u001f\u007f]/.test(name))
    throw problem('rule-broken', {
      detail: `A name has 1 to ${longestName} characters and no control characters.`,
    })
  const unknown = scopes.filter((scope) => !isScope(scope))
  if (unknown.length > 0)
    throw problem('rule-broken', { detail: `These scopes do not exist: ${unknown.join(', ')}.` })
  if (scopes.length === 0) throw problem('rule-broken', { detail: 'A client needs at least one scope.' })
  if ((authMethod === 'private_key_jwt') !== (jwks !== undefined))
    throw problem('rule-broken', {
      detail: 'Public keys (jwks) go with private_key_jwt, and with nothing else.',
    })
}

export async function listClients(pool: Pool, schoolId?: string): Promise<Client[]> {
  const { rows } = await pool.query<Client>(
    `select ${columns} from clients where $1::uuid is null or school_id = $1 order by created_at, id`,
    [schoolId ?? null],
  )
  return rows
}

/**
 * Gives a new secret; the one before it works for `overlapHours` more, so that a client can change over. Never more
 * than two are live: one that was already on its way out ends now.
 */
export async function rotateSecret(pool: Pool, clock: Clock, id: string, overlapHours = 24): Promise<string> {
  if (!(overlapHours >= 0 && overlapHours <= longestOverlapHours))
    throw problem('rule-broken', { detail: `The overlap is 0 to ${longestOverlapHours} hours.` })
  return inTransaction(pool, async (queries) => {
    // The lock makes two rotations at once follow each other.
    const { rows } = await queries.query<{ authMethod: AuthMethod }>(
      `select auth_method as "authMethod" from clients where id = $1 and is_active for update`,
      [id],
    )
    if (!rows[0]) throw problem('not-found', { detail: `There is no active client ${id}.` })
    if (!rows[0].authMethod.startsWith('client_secret'))
      throw problem('rule-broken', { detail: 'This client has no secret to rotate.' })
    const until = new Date(clock.now().getTime() + overlapHours * 3_600_000)
    await queries.query(`delete from client_secrets where client_id = $1 and expires_at is not null`, [id])
    await queries.query(`update client_secrets set expires_at = $2 where client_id = $1`, [
      id,
      until.toISOString(),
    ])
    return addSecret(queries, clock, id)
  })
}

/** Ends a client at once: it gets no more tokens, and those it has are refused within a second everywhere. */
export async function revokeClient(pool: Pool, clock: Clock, id: string): Promise<void> {
  const at = clock.now()
  await inTransaction(pool, async (queries) => {
    const { rowCount } = await queries.query(
      `update clients set is_active = false, revoked_at = coalesce(revoked_at, $2) where id = $1`,
      [id, at.toISOString()],
    )
    if (!rowCount) throw problem('not-found', { detail: `There is no client ${id}.` })
    const until = new Date(at.getTime() + revocationMs)
    await announceRevocation(queries, { kind: 'client', key: id, at, until })
  })
}

async function addSecret(queries: Queries, clock: Clock, id: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await queries.query(`insert into client_secrets (client_id, hash, created_at) values ($1, $2, $3)`, [
    id,
    hashOf(secret),
    clock.now().toISOString(),
  ])
  return secret
}

/** 256 random bits need no slow hash. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Compares with every live secret, in the same time whichever fits. */
export function isSecret(candidate: string, hashes: readonly Buffer[]): boolean {
  const given = hashOf(candidate)
  return hashes.map((hash) => timingSafeEqual(given, hash)).some(Boolean)
}
