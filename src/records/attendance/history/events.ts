import { blank, unpackCode } from '../packing.ts'
import type { Entry } from './acts.ts'

/** A change of one mark. Characters are packed ones; the blank is no mark. */
export interface Amendment {
  position: number
  was: string
  becomes: string
  /** An instant that Date.parse understands, as PostgreSQL and JSON write it. */
  at: string
}

/**
 * Everything that ever happened to one mark, oldest first. Entries tell all but the first plain mark of a register: where
 * they do not begin with the blank, the earliest of the first acts wrote what they begin with. Such a mark without any
 * known act was there from the beginning, as after an import.
 */
export function eventsOf(
  current: string,
  entries: readonly Entry[],
  firstActs: readonly Entry[],
  place: Pick<Entry, 'pupilId' | 'date' | 'session'>,
): Entry[] {
  const first = entries[0]?.was ?? current
  if (first === blank) return [...entries]
  const act = firstActs[0] ?? { ...imported, ...place }
  return [{ ...act, was: blank, becomes: first }, ...entries]
}

const imported = {
  kind: 'filled',
  registerId: null,
  minutesLate: null,
  comment: null,
  reason: null,
  at: '1970-01-01T00:00:00Z',
  actor: 'import',
  name: null,
  position: null,
  deviceAt: null,
} as const

/** What stood at an instant: the last event up to it. */
export function standingAt(events: readonly Entry[], at: string | undefined): Entry | undefined {
  if (at === undefined) return events.at(-1)
  const limit = instantOf(at)
  return events.findLast((event) => instantOf(event.at) <= limit)
}

/**
 * A pupil's marks as they stood at an instant: the current ones with every later amendment taken back, latest first.
 * Amendments of one instant are in the order in which they were made. An amendment made at the instant itself counts.
 * A first mark is taken back when its entry is handed in as well (`was` is the blank).
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
