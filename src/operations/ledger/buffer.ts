import type { Disclosure } from '../../foundation/access/disclosure.ts'

/** What is noted of one pupil within one hour, for one caller, operation and set of groups. */
export interface Tally {
  times: number
  firstAt: number
  lastAt: number
}

/** Everything that is the same for the pupils of an answer. */
export interface Occasion extends Omit<Disclosure, 'pupilIds'> {
  /** Start of the hour, in ms. */
  hour: number
  pupils: Map<string, Tally>
}

const hourMs = 3_600_000

/** Disclosures that are not stored yet, added up: a page that is read again and again stays one row for each pupil and hour. */
export class DisclosureBuffer {
  #occasions = new Map<string, Occasion>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add({ pupilIds, ...about }: Disclosure, now: number): void {
    const hour = now - (now % hourMs)
    const { pupils } = this.#occasion(about, hour)
    for (const id of pupilIds) {
      if (!id) continue
      const tally = pupils.get(id)
      if (tally) {
        tally.times += 1
        tally.lastAt = now
      } else {
        pupils.set(id, { times: 1, firstAt: now, lastAt: now })
        this.#size += 1
      }
    }
  }

  #occasion(about: Omit<Disclosure, 'pupilIds'>, hour: number): Occasion {
    const { schoolId, appId, accountId = '', agreementVersion, operation, fieldGroups } = about
    const key = `${schoolId}${appId}${accountId} ${agreementVersion} ${operation} ${fieldGroups} ${hour}`
    const known = this.#occasions.get(key)
    if (known) return known
    const made = { ...about, hour, pupils: new Map<string, Tally>() }
    this.#occasions.set(key, made)
    return made
  }

  /** Hands everything over and begins anew. */
  take(): Occasion[] {
    const taken = [...this.#occasions.values()]
    this.#occasions = new Map()
    this.#size = 0
    return taken
  }

  /** Puts back what could not be stored. */
  giveBack(occasions: readonly Occasion[]): void {
    for (const { hour, pupils, ...about } of occasions) {
      const own = this.#occasion(about, hour)
      for (const [id, { times, firstAt, lastAt }] of pupils) {
        const tally = own.pupils.get(id)
        if (!tally) this.#size += 1
        own.pupils.set(id, {
          times: times + (tally?.times ?? 0),
          firstAt: Math.min(firstAt, tally?.firstAt ?? firstAt),
          lastAt: Math.max(lastAt, tally?.lastAt ?? lastAt),
        })
      }
    }
  }
}
