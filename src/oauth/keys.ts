import { randomBytes } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Pool } from 'pg'
import type { Clock } from '../foundation/time/clock.ts'
import { inTransaction, type Queries } from './transaction.ts'

/** A new key is published this long before it signs: by then every process has read it. */
export const activationDelayMs = 60_000
/** How often a process reads the keys anew. */
export const reloadEveryMs = 20_000
/** A key signs for this long, then the next one takes over. */
const lifeMs = 90 * 24 * 3_600_000
/** Kept for verification after retirement: longer than any access token lives. */
const graceMs = 2 * 3_600_000

interface StoredKey {
  kid: string
  privateJwk: JWK
  publicJwk: JWK
  activatesAt: string
  retiresAt: string | null
}

/** The keys as one process knows them. */
export interface SigningKeys {
  /** Private keys for the authorization server, the one that signs now first. */
  signing(): { key: string; jwks: JWK[] }
  /** For verification. An unknown `kid` reads the keys anew, at most once a second: a key that signs is a minute old. */
  keyOf(kid: string): Promise<CryptoKey | undefined>
  reload(): Promise<void>
}

/** Reads the keys; makes the first one, and the next one when the present one is due. */
export async function openKeys(pool: Pool, clock: Clock): Promise<SigningKeys> {
  let stored: StoredKey[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  const imported = new Map<string, CryptoKey>()

  const read = async () => {
    const began = performance.now()
    await rotateWhenDue(pool, clock)
    stored = await readKeys(pool, clock)
    // Only a reading that succeeded counts: after a failed one the next caller tries again, and learns of the failure.
    readAt = began
  }
  // Whoever asks while the keys are being read waits for that reading.
  const reload = () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  const isKnown = (kid: string) => stored.some((each) => each.kid === kid)
  await reload()
  return {
    signing() {
      const now = clock.now().toISOString()
      const active = stored
        .filter((each) => instant(each.activatesAt) <= now)
        .sort((a, b) => (a.activatesAt < b.activatesAt ? 1 : -1))
      const ordered = [...active, ...stored.filter((each) => !active.includes(each))]
      return {
        key: ordered.map(({ kid }) => kid).join(' '),
        jwks: ordered.map(({ privateJwk }) => privateJwk),
      }
    },
    async keyOf(kid) {
      if (!isKnown(kid) && performance.now() - readAt > 1_000) await reload()
      const found = stored.find((each) => each.kid === kid)
      if (!found) return undefined
      const known = imported.get(kid) ?? ((await importJWK(found.publicJwk, 'ES256')) as CryptoKey)
      imported.set(kid, known)
      return known
    },
    reload,
  }
}

const instant = (text: string) => new Date(text).toISOString()

async function readKeys(pool: Pool, clock: Clock): Promise<StoredKey[]> {
  const { rows } = await pool.query<StoredKey>(
    `select kid, private_jwk as "privateJwk", public_jwk as "publicJwk", activates_at as "activatesAt", retires_at as "retiresAt"
     from signing_keys where expires_at is null or expires_at > $1 order by activates_at`,
    [clock.now().toISOString()],
  )
  return rows
}

/** Two processes may start at once: the lock lets one of them make the key. */
async function rotateWhenDue(pool: Pool, clock: Clock): Promise<void> {
  const latest = await latestActivation(pool)
  if (latest && clock.now().getTime() - new Date(latest).getTime() < lifeMs) return
  await rotateKeys(pool, clock, { expected: latest })
}

/**
 * Publishes a new key that signs after the delay (at once when it is the first). With `expected`, nothing happens when
 * somebody else was quicker.
 */
export async function rotateKeys(
  pool: Pool,
  clock: Clock,
  { expected }: { expected?: string | null } = {},
): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = randomBytes(12).toString('base64url')
  const marks = { kid, use: 'sig', alg: 'ES256' }
  const [publicJwk, privateJwk] = [
    { ...(await exportJWK(publicKey)), ...marks },
    { ...(await exportJWK(privateKey)), ...marks },
  ]
  const now = clock.now()
  await inTransaction(pool, async (queries) => {
    await queries.query(`select pg_advisory_xact_lock(hashtextextended('mis signing keys', 0))`)
    const latest = await latestActivation(queries)
    if (expected !== undefined && expected !== latest) return
    const activates = new Date(now.getTime() + (latest === null ? 0 : activationDelayMs))
    await queries.query(`update signing_keys set retires_at = $1, expires_at = $2 where retires_at is null`, [
      activates.toISOString(),
      new Date(activates.getTime() + graceMs).toISOString(),
    ])
    await queries.query(
      `insert into signing_keys (kid, private_jwk, public_jwk, created_at, activates_at) values ($1, $2, $3, $4, $5)`,
      [
        kid,
        JSON.stringify(privateJwk),
        JSON.stringify(publicJwk),
        now.toISOString(),
        activates.toISOString(),
      ],
    )
  })
}

async function latestActivation(queries: Queries): Promise<string | null> {
  const { rows } = await queries.query<{ latest: string | null }>(
    'select max(activates_at) as latest from signing_keys',
  )
  return rows[0]?.latest ?? null
}
