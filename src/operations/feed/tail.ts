import type { Bell } from '../../foundation/db/bell.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import { type Log, readLog } from './page.ts'

/** Entries of a school that are kept in memory for those who wait. */
const mostKept = 1_000

interface Kept {
  log: Log
  /** The number behind which it begins. */
  after: number
  /** How often the bell had rung when it was read. */
  rings: number
}

/** The end of each school's log: five hundred who wait for one change cost one look into the database. */
export class Tail {
  readonly #bell: Bell
  readonly #kept = new Map<string, Kept>()
  readonly #reading = new Map<string, { rings: number; done: Promise<Kept> }>()

  constructor(bell: Bell) {
    this.#bell = bell
  }

  /** The log after a number, as of the last ring at least. */
  async read(db: Database, schoolId: string, after: number): Promise<Log> {
    const kept = await this.#fresh(db, schoolId, after)
    if (after < kept.after) return readLog(db, schoolId, after)
    const { head, oldest, entries } = kept.log
    return { head, oldest, entries: entries.filter(({ number }) => number > after) }
  }

  async #fresh(db: Database, schoolId: string, after: number): Promise<Kept> {
    const rings = this.#bell.count(schoolId)
    const kept = this.#kept.get(schoolId)
    if (kept?.rings === rings) return kept
    const reading = this.#reading.get(schoolId)
    if (reading?.rings === rings) return reading.done
    const done = this.#extend(db, schoolId, kept, after, rings).finally(() => {
      if (this.#reading.get(schoolId)?.done === done) this.#reading.delete(schoolId)
    })
    this.#reading.set(schoolId, { rings, done })
    return done
  }

  async #extend(
    db: Database,
    schoolId: string,
    kept: Kept | undefined,
    after: number,
    rings: number,
  ): Promise<Kept> {
    const end = kept?.log.entries.at(-1)?.number ?? kept?.after ?? after
    const log = await readLog(db, schoolId, end)
    const entries = [...(kept?.log.entries ?? []), ...log.entries].slice(-mostKept)
    const first = entries[0]?.number
    // More has happened than one reading gives: the rest is found by those who ask for it.
    const head = Math.min(log.head, entries.at(-1)?.number ?? log.head)
    const next = { log: { ...log, head, entries }, after: first === undefined ? end : first - 1, rings }
    this.#kept.set(schoolId, next)
    return next
  }
}
