import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Connect, Listener } from './listen.ts'

const channel = 'mis_changes'
/** Rings of this long go out together: a notification within the writer's transaction would queue every commit behind it. */
const gatherMs = 10
/** A notification holds 8,000 bytes, an id 37 of them. */
const mostInOne = 200
const reconnectAfterMs = 250
/** Whoever waits looks by itself this often: a ring may be lost with its process. */
export const recheckMs = 5_000

/** Tells those who wait for changes of a school that there are some, in every process. */
export interface Bell {
  ring(schoolId: string): void
  /** How often it has rung for a school here. */
  count(schoolId: string): number
  /** Until it rings for the school after `count` rings, time is up, or the signal says so. */
  wait(schoolId: string, count: number, timeoutMs: number, signal: AbortSignal): Promise<void>
  /** Called for every ring of this process, not for what others tell. */
  onRing(listener: (schoolId: string) => void): void
  /** Fires once nobody may wait any longer: the server is closing. */
  closing: AbortSignal
  /** Ends every wait, for good. */
  close(): void
  stop(): Promise<void>
}

/** For those who only want to know which operations there are. */
export const silentBell: Bell = {
  ring: () => {},
  count: () => 0,
  wait: async () => {},
  onRing: () => {},
  closing: AbortSignal.abort(),
  close: () => {},
  stop: async () => {},
}

export async function openBell(pool: Pool, connect: Connect): Promise<Bell> {
  const bell = new LocalBell()
  const own = randomUUID()
  const listeners: ((schoolId: string) => void)[] = []
  const heard = (payload: string) => {
    const [from, ...schools] = payload.split(' ')
    if (from !== own) for (const school of schools) bell.sound(school)
  }
  const stopping = new AbortController()
  const closing = new AbortController()
  let listener = await connect(channel, heard)
  const listening = keepListening(
    () => connect(channel, heard),
    () => listener,
    (next) => {
      listener = next
      bell.soundAll()
    },
    stopping.signal,
  )
  const outgoing = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const send = () => {
    timer = undefined
    const schools = [...outgoing].slice(0, mostInOne)
    for (const school of schools) outgoing.delete(school)
    if (outgoing.size > 0) timer = setTimeout(send, gatherMs)
    // Whoever waits looks by itself soon: a lost ring is late, not lost.
    pool.query('select pg_notify($1, $2)', [channel, [own, ...schools].join(' ')]).catch(() => {})
  }
  return {
    ring(schoolId) {
      bell.sound(schoolId)
      for (const each of listeners) each(schoolId)
      outgoing.add(schoolId)
      timer ??= setTimeout(send, gatherMs)
    },
    count: (schoolId) => bell.count(schoolId),
    wait: (...how) => bell.wait(...how),
    onRing: (each) => listeners.push(each),
    closing: closing.signal,
    close: () => closing.abort(),
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      bell.soundAll()
      await listener.end().catch(() => {})
      await listening
    },
  }
}

async function keepListening(
  connect: () => Promise<Listener>,
  current: () => Listener,
  replace: (next: Listener) => void,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    await current().ended
    if (stopping.aborted) return
    const next = await connect().catch(() => undefined)
    if (!next) await wait(reconnectAfterMs, undefined, { ref: false })
    else if (stopping.aborted) await next.end().catch(() => {})
    else replace(next)
  }
}

/** Within this process. */
class LocalBell {
  readonly #counts = new Map<string, number>()
  readonly #waiting = new Map<string, Set<() => void>>()
  count(schoolId: string): number {
    return this.#counts.get(schoolId) ?? 0
  }

  sound(schoolId: string): void {
    this.#counts.set(schoolId, this.count(schoolId) + 1)
    const waiting = this.#waiting.get(schoolId)
    this.#waiting.delete(schoolId)
    for (const wake of waiting ?? []) wake()
  }

  soundAll(): void {
    for (const schoolId of [...this.#waiting.keys()]) this.sound(schoolId)
  }

  wait(schoolId: string, count: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.count(schoolId) !== count || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(schoolId) ?? new Set()
      this.#waiting.set(schoolId, waiting)
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(timeoutMs, recheckMs))
      signal.addEventListener('abort', wake)
      waiting.add(wake)
    })
  }
}
