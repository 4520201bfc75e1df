import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Connect, Listener } from '../db/listen.ts'
import type { Clock } from '../time/clock.ts'
import { accessChannel } from './announce.ts'
import type { Standings } from './standing.ts'

/** Revocations and changes of access travel together, so that one sign of life proves both. */
const channel = accessChannel
const reconnectAfterMs = 250
/** A connection whose other end has vanished never says goodbye. */
const longestGoodbyeMs = 5_000

export interface Revocation {
  /** A whole client, or one token by its `jti`. */
  kind: 'client' | 'token'
  key: string
  at: Date
  /** When every token that it concerns has expired. */
  until: Date
}

/** Stores a revocation and tells every process; within a transaction, once that commits. */
export async function announceRevocation(
  pool: Pick<Pool, 'query'>,
  { kind, key, at, until }: Revocation,
): Promise<void> {
  await pool.query(
    `with stored as (insert into revocations (kind, key, revoked_at, expires_at) values ($1, $2, $3, $4))
     select pg_notify($5, $1 || ' ' || $2)`,
    [kind, key, at.toISOString(), until.toISOString(), channel],
  )
}

/** The deny-list of this process: asked for every request, so it lives in memory. */
export interface Revocations {
  isRevoked(who: { clientId: string; tokenId: string }): boolean
  /** Whether the list is known to be complete. Access is refused otherwise: fail closed. */
  isFresh(): boolean
  stop(): Promise<void>
}

/** How often the list is checked, and when it counts as stale. */
export interface Timing {
  staleAfterMs: number
  checkEveryMs: number
}

/** Loads the list and keeps it: notifications add to it, every check and every new connection reads it again. */
export async function watchRevocations(
  connect: Connect,
  clock: Clock,
  { staleAfterMs, checkEveryMs }: Timing = { staleAfterMs: 30_000, checkEveryMs: 5_000 },
  standings?: Pick<Standings, 'forget' | 'forgetAll'>,
): Promise<Revocations> {
  const list = new DenyList(clock, staleAfterMs, standings)
  const stopping = new AbortController()
  const pause = (ms: number) => wait(ms, undefined, { ref: false, signal: stopping.signal }).catch(() => {})
  let listener = await open(connect, list)

  const watch = async () => {
    while (!stopping.signal.aborted) {
      await pause(checkEveryMs)
      await list.check(listener).catch(() => {})
    }
  }
  const reconnect = async () => {
    while (!stopping.signal.aborted) {
      await listener.ended
      if (stopping.signal.aborted) return
      await open(connect, list).then(
        (opened) => {
          listener = opened
        },
        () => pause(reconnectAfterMs),
      )
    }
  }
  void watch()
  const reconnecting = reconnect()
  return {
    isRevoked: (who) => list.has(who),
    isFresh: () => list.isFresh(),
    async stop() {
      stopping.abort()
      // A connection that was being made meanwhile is closed as well.
      const ended = listener
        .end()
        .then(() => reconnecting)
        .then(() => listener.end())
      await Promise.race([ended.catch(() => {}), wait(longestGoodbyeMs, undefined, { ref: false })])
    },
  }
}

/** Listening first and reading second leaves no gap between the two. */
async function open(connect: Connect, list: DenyList): Promise<Listener> {
  const listener = await connect(channel, (payload) => list.hear(payload))
  // What was announced while nobody listened is lost.
  list.forgetStandings()
  try {
    await list.check(listener)
    return listener
  } catch (error) {
    await listener.end().catch(() => {})
    throw error
  }
}

class DenyList {
  readonly #clock: Clock
  readonly #staleAfterMs: number
  readonly #standings: Pick<Standings, 'forget' | 'forgetAll'> | undefined
  /** What this process says to itself through the database: only a notification that arrives proves that others would. */
  readonly #beat = `beat ${randomUUID()}`
  #read: ReadonlySet<string> = new Set()
  /** Heard since the last reading began, whose snapshot may be older. */
  readonly #heard = new Set<string>()
  #aliveAt = Number.NEGATIVE_INFINITY

  constructor(
    clock: Clock,
    staleAfterMs: number,
    standings: Pick<Standings, 'forget' | 'forgetAll'> | undefined,
  ) {
    this.#clock = clock
    this.#staleAfterMs = staleAfterMs
    this.#standings = standings
  }

  forgetStandings(): void {
    this.#standings?.forgetAll()
  }

  has({ clientId, tokenId }: { clientId: string; tokenId: string }): boolean {
    return this.#holds(`client ${clientId}`) || this.#holds(`token ${tokenId}`)
  }

  #holds(entry: string): boolean {
    return this.#read.has(entry) || this.#heard.has(entry)
  }

  isFresh(): boolean {
    return performance.now() - this.#aliveAt < this.#staleAfterMs
  }

  hear(payload: string): void {
    if (payload === this.#beat) this.#aliveAt = performance.now()
    else if (payload.startsWith('access ')) this.#standings?.forget(payload.slice('access '.length))
    else if (!payload.startsWith('beat ')) this.#heard.add(payload)
  }

  /** Reads the whole list, which forgets what has expired, then asks for a sign of life. */
  async check(listener: Listener): Promise<void> {
    const earlier = [...this.#heard]
    const rows = await listener.query(
      `select kind || ' ' || key as entry from revocations where expires_at > $1`,
      [this.#clock.now().toISOString()],
    )
    this.#read = new Set(rows.map(({ entry }) => String(entry)))
    for (const entry of earlier) this.#heard.delete(entry)
    await listener.query('select pg_notify($1, $2)', [channel, this.#beat])
  }
}
