import type { Principal } from '../../foundation/access/principal.ts'
import { callerOf } from '../../foundation/access/principal.ts'
import type { Cursors } from '../../foundation/resource/cursor.ts'

/** Where a copy stands. */
export interface Position {
  /** Every number up to this one has been told. */
  number: number
  /** Sights under which the copy may have been made: more than one while it crosses from some to another. */
  sights: string[]
  /** How far it has crossed into `into`. */
  crossing: Crossing | undefined
  /** For guardians and pupils: until when what is published to families has been told. */
  publishedUntil: string | undefined
}

export interface Crossing {
  into: string
  step: number
  /** The last id that was told of the step. */
  after: string
}

/** Cursors belong to one caller, one school and one choice of resources; `named` is that choice, or undefined for all. */
export function positions(cursors: Cursors, who: Principal, named: readonly string[] | undefined) {
  const choice = named ? [...named].sort() : 'all'
  const scope = JSON.stringify([who.schoolId, 'changes', callerOf(who), choice])
  return {
    seal({ number, sights, crossing, publishedUntil }: Position): string {
      const crossed = crossing ? [crossing.into, String(crossing.step), crossing.after] : []
      return cursors.seal(scope, [String(number), publishedUntil ?? '', sights.join(' '), ...crossed])
    },
    open(cursor: string): Position {
      const [number, publishedUntil, sights, into, step, after] = cursors.open(scope, cursor)
      return {
        number: Number(number),
        sights: sights?.split(' ') ?? [],
        crossing: into === undefined ? undefined : { into, step: Number(step), after: after ?? '' },
        publishedUntil: publishedUntil || undefined,
      }
    },
  }
}

export type Positions = ReturnType<typeof positions>
