import { createHash } from 'node:crypto'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Pool } from 'pg'
import type { Clock } from '../foundation/time/clock.ts'
import { graceSeconds, successorOf } from './rotation.ts'

/** What the authorization server keeps, in PostgreSQL. One class serves every model but clients. */
export class StoredPayloads implements Adapter {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #model: string

  constructor(pool: Pool, clock: Clock, model: string) {
    this.#pool = pool
    this.#clock = clock
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const expiresAt = expiresIn
      ? new Date(this.#clock.now().getTime() + expiresIn * 1000).toISOString()
      : null
    await this.#pool.query(
      `insert into oauth_payloads (model, id, payload, grant_id, uid, user_code, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
         uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
      [
        this.#model,
        id,
        JSON.stringify(payload),
        payload.grantId ?? null,
        payload.uid ?? null,
        payload.userCode ?? null,
        expiresAt,
      ],
    )
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#one('id', id)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#one('uid', uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#one('user_code', userCode)
  }

  async #one(column: 'id' | 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> {
    // Values come straight from a request: PostgreSQL fails on a NUL, and nothing of ours holds one.
    if (value.includes('\0')) return undefined
    const { rows } = await this.#pool.query<{ payload: AdapterPayload; consumed: number | null }>(
      `select payload, extract(epoch from consumed_at)::float8 as consumed from oauth_payloads
       where model = $1 and ${column} = $2 and (expires_at is null or expires_at > $3)`,
      [this.#model, value, this.#clock.now().toISOString()],
    )
    const found = rows[0]
    if (!found) return undefined
    return found.consumed === null
      ? found.payload
      : { ...found.payload, consumed: Math.floor(found.consumed) }
  }

  /** Atomic: of twenty parallel redemptions of one code exactly one gets a row, the others an error. */
  async consume(id: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      `update oauth_payloads set consumed_at = $3 where model = $1 and id = $2 and consumed_at is null`,
      [this.#model, id, this.#clock.now().toISOString()],
    )
    if (rowCount !== 1) throw new errors.InvalidGrant('it was used already')
  }

  async destroy(id: string): Promise<void> {
    await this.#pool.query(`delete from oauth_payloads where model = $1 and id = $2`, [this.#model, id])
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#pool.query(`delete from oauth_payloads where grant_id = $1`, [grantId])
  }
}

/**
 * Whether a JWT is seen for the first time, by the client's name and its `jti`. The server's own way reads first and
 * writes second, and two requests at once both pass.
 */
export async function noteOnce(
  pool: Pool,
  clock: Clock,
  { iss, jti, exp }: { iss: string; jti: string; exp: number },
): Promise<boolean> {
  const id = createHash('sha256')
    .update(JSON.stringify([iss, jti]))
    .digest('base64url')
  const { rowCount } = await pool.query(
    `insert into oauth_payloads as kept (model, id, payload, expires_at) values ('ReplayDetection', $1, '{}', $2)
     on conflict (model, id) do update set expires_at = excluded.expires_at where kept.expires_at <= $3`,
    [id, new Date(exp * 1000).toISOString(), clock.now().toISOString()],
  )
  return rowCount === 1
}

/** Removes what has expired: payloads, secrets, revocations, keys. */
export async function purgeExpired(pool: Pool, clock: Clock): Promise<void> {
  const now = clock.now().toISOString()
  for (const table of ['oauth_payloads', 'client_secrets', 'revocations', 'signing_keys'])
    await pool.query(`delete from ${table} where expires_at < $1`, [now])
}

/** Refresh tokens: one that was used a moment ago, and whose successor was not, may be used again (rotation.ts). */
export class StoredRefreshTokens extends StoredPayloads {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #secret: string

  constructor(pool: Pool, clock: Clock, secret: string) {
    super(pool, clock, 'RefreshToken')
    this.#pool = pool
    this.#clock = clock
    this.#secret = secret
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await super.find(id)
    if (!payload?.consumed || !(await this.#isInGrace(id))) return payload
    const { consumed: _, ...unused } = payload
    return unused
  }

  override async consume(id: string): Promise<void> {
    await super.consume(id).catch(async (error: unknown) => {
      if (!(await this.#isInGrace(id))) throw error
    })
  }

  async #isInGrace(id: string): Promise<boolean> {
    const since = new Date(this.#clock.now().getTime() - graceSeconds * 1000).toISOString()
    const { rowCount } = await this.#pool.query(
      `select from oauth_payloads used where model = 'RefreshToken' and id = $1 and consumed_at > $2
         and not exists (select from oauth_payloads next where next.model = 'RefreshToken' and next.id = $3
           and next.consumed_at is not null)`,
      [id, since, successorOf(this.#secret, id)],
    )
    return rowCount === 1
  }
}
