import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Connect, Listener } from '../db/listen.ts'
import type { Clock } from '../time/clock.ts'

/** Channel on which every process learns of a revocation. */
const channel = 'mis_revocations'
/** Access is refused when nothing was heard from the database for longer: fail closed. */
const staleAfterMs = 30_000
const checkEveryMs = 5_000
const reconnectAfterMs = 250

export interface Revocation {
  /** A whole client, or one token by its `jti`. */
  kind: 'client' | 'token'
  key: string
  at: Date
  /** When every token that it concerns has expired. */
  until: Date
}

/** Stores a revocation and tells every process. */
export async function announceRevocation(pool: Pool, { kind, key, at, until }: Revocation): Promise<void> {
  await pool.query(
    `with stored as (insert into revocations (kind, key, revoked_at, expires_at) values ($1, $2, $3, $4))
     select pg_notify($5, $1 || ' ' || $2)`,
    [kind, key, at.toISOString(), until.toISOString(), channel],
  )
}

/** The deny-list of this process: asked for every request, so it lives in memory. */
export interface Revocations {
  isRevoked(who: { clientId: string; tokenId: string }): boolean
  /** Whether the list is known to be complete. */
  isFresh(): boolean
  stop(): Promise<void>
}

/** Loads the list and keeps it: notifications add to it, a lost connection reloads it. */
export async function watchRevocations(connect: Connect, clock: Clock): Promise<Revocations> {
  const denied = new Set<string>()
  let heardAt = 0
  let isStopped = false
  let listener: Listener | undefined

  const load = async () => {
    listener = await connect(channel, (payload) => denied.add(payload))
    // Listening first and reading second leaves no gap between the two.
    const rows = await listener.query(
      `select kind || ' ' || key as entry from revocations where expires_at > $1`,
      [clock.now().toISOString()],
    )
    denied.clear()
    for (const { entry } of rows) denied.add(String(entry))
    heardAt = performance.now()
  }
  const watch = async () => {
    while (!isStopped) {
      await wait(checkEveryMs, undefined, { ref: false })
      await listener?.query('select 1', []).then(
        () => {
          heardAt = performance.now()
        },
        () => {},
      )
    }
  }
  const reconnect = async () => {
    while (!isStopped) {
      await listener?.ended
      if (isStopped) return
      await load().catch(() => wait(reconnectAfterMs, undefined, { ref: false }))
    }
  }
  await load()
  void watch()
  void reconnect()
  return {
    isRevoked: ({ clientId, tokenId }) => denied.has(`client ${clientId}`) || denied.has(`token ${tokenId}`),
    isFresh: () => performance.now() - heardAt < staleAfterMs,
    async stop() {
      isStopped = true
      await listener?.end()
    },
  }
}
