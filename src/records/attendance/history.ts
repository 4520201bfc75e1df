import { unpackCode } from './packing.ts'

/** A change of one mark. Characters are packed ones; the blank is no mark. */
export interface Amendment {
  position: number
  was: string
  becomes: string
  /** An instant that Date.parse understands, as PostgreSQL and JSON write it. */
  at: string
}

/**
 * A pupil's marks as they stood at an instant: the current ones with every later amendment taken back, latest first.
 * Amendments of one instant are in the order in which they were made. An amendment made at the instant itself counts.
 * Marks that were first written after the instant are only taken back when their first entry is handed in as well
 * (`was` is the blank): the amendments of a register begin with its second version.
 */
export function historyOf(current: string, amendments: readonly Amendment[], at: string): string {
  const limit = instantOf(at)
  const later = amendments
    .map((amendment, order) => ({ ...amendment, order, instant: instantOf(amendment.at) }))
    .filter(({ instant }) => instant > limit)
    .sort((a, b) => b.instant - a.instant || b.order - a.order)
  const characters = [...current]
  for (const { position, was } of later) {
    if (position < 0 || position >= characters.length)
      throw new RangeError('The session lies outside the academic year.')
    unpackCode(was)
    characters[position] = was
  }
  return characters.join('')
}

function instantOf(text: string): number {
  const instant = Date.parse(text)
  if (Number.isNaN(instant)) throw new RangeError('An instant is written as in RFC 3339.')
  return instant
}

/** True when each place's amendments lead from one to the next and end at the current mark: nothing was written past them. */
export function isUnbroken(current: string, amendments: readonly Amendment[]): boolean {
  const standing = new Map<number, string>()
  const inOrder = [...amendments].sort((a, b) => instantOf(a.at) - instantOf(b.at))
  for (const { position, was, becomes } of inOrder) {
    if ((standing.get(position) ?? was) !== was) return false
    standing.set(position, becomes)
  }
  return [...standing].every(([position, character]) => current.charAt(position) === character)
}
