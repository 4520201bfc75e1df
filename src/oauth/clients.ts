import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import { announceRevocation } from '../foundation/access/revocations.ts'
import { isScope } from '../foundation/access/scopes.ts'
import { databaseError } from '../foundation/db/errors.ts'
import { problem } from '../foundation/http/problems.ts'
import type { Clock } from '../foundation/time/clock.ts'

export const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type AuthMethod = (typeof authMethods)[number]

/** A client as those who run the installation see it. Secrets are never read back. */
export interface Client {
  id: string
  schoolId: string
  name: string
  authMethod: AuthMethod
  scopes: string[]
  isActive: boolean
  createdAt: string
}

export interface NewClient {
  schoolId: string
  name: string
  scopes: readonly string[]
  authMethod?: AuthMethod
  /** Public keys; for private_key_jwt only. */
  jwks?: { keys: object[] }
}

/** Longest life of an access token: a revocation is kept at least as long. */
const longestTokenMs = 3_600_000

const columns = `id, school_id as "schoolId", name, auth_method as "authMethod", scopes, is_active as "isActive", created_at as "createdAt"`

/** Registers a client of a school. The secret is shown here and never again. */
export async function createClient(
  pool: Pool,
  clock: Clock,
  { schoolId, name, scopes, authMethod = 'client_secret_basic', jwks }: NewClient,
): Promise<{ client: Client; secret: string | undefined }> {
  requireSound({ scopes, authMethod, jwks })
  const id = `app_${randomBytes(12).toString('base64url')}`
  const { rows } = await pool
    .query<Client>(
      `insert into clients (id, school_id, name, auth_method, jwks, scopes, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
      [id, schoolId, name, authMethod, jwks ? JSON.stringify(jwks) : null, scopes, clock.now().toISOString()],
    )
    .catch((error: unknown) => {
      if (databaseError(error)?.constraint !== 'clients__school_id') throw error
      throw problem('not-found', { detail: `There is no school ${schoolId}.` })
    })
  const client = rows[0] as Client
  const secret = authMethod === 'private_key_jwt' ? undefined : await addSecret(pool, clock, id)
  return { client, secret }
}

function requireSound({
  scopes,
  authMethod,
  jwks,
}: {
  scopes: readonly string[]
  authMethod: AuthMethod
  jwks: object | undefined
}) {
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

/** Gives a new secret; the ones before it work for `overlapHours` more, so that a client can change over. */
export async function rotateSecret(pool: Pool, clock: Clock, id: string, overlapHours = 24): Promise<string> {
  const { rows } = await pool.query<{ authMethod: AuthMethod }>(
    `select auth_method as "authMethod" from clients where id = $1 and is_active`,
    [id],
  )
  if (!rows[0]) throw problem('not-found', { detail: `There is no active client ${id}.` })
  if (rows[0].authMethod === 'private_key_jwt')
    throw problem('rule-broken', { detail: 'This client has keys, not secrets.' })
  const until = new Date(clock.now().getTime() + overlapHours * 3_600_000).toISOString()
  await pool.query(
    `update client_secrets set expires_at = least(expires_at, $2::timestamptz) where client_id = $1`,
    [id, until],
  )
  return addSecret(pool, clock, id)
}

/** Ends a client at once: it gets no more tokens, and those it has are refused within a second everywhere. */
export async function revokeClient(pool: Pool, clock: Clock, id: string): Promise<void> {
  const now = clock.now()
  const { rowCount } = await pool.query(
    `update clients set is_active = false, revoked_at = coalesce(revoked_at, $2) where id = $1`,
    [id, now.toISOString()],
  )
  if (!rowCount) throw problem('not-found', { detail: `There is no client ${id}.` })
  await announceRevocation(pool, {
    kind: 'client',
    key: id,
    at: now,
    until: new Date(now.getTime() + longestTokenMs),
  })
}

async function addSecret(pool: Pool, clock: Clock, id: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await pool.query(`insert into client_secrets (client_id, hash, created_at) values ($1, $2, $3)`, [
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
