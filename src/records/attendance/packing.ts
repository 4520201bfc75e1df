/**
 * A pupil's marks of one academic year as one text: a character per session. Nobody outside this file and its
 * callers in this folder sees the characters. Row-per-mark storage was 12.7 times larger and 61-128 times slower.
 *
 * Place of a session: (days since the first day of the academic year) * 2, plus 1 for the afternoon.
 */
import { addDays, dateOfNumber, dayNumber, daysBetween, type Session } from '../../foundation/time/days.ts'
import { attendanceCodes, type Category } from './codes.ts'

/** The character of a session without a mark. */
export const blank = '.'

/**
 * Characters of the codes that are not their own character. The table only ever grows: a character once given to a
 * code is never given to another, since stored years are not rewritten.
 * The afternoon's backslash is stored as a bar, because COPY, arrays and JSON would each escape it in their own way.
 */
const ownCharacters: Record<string, string> = {
  '\\': '|',
  C1: 'c',
  C2: 'd',
  J1: 'j',
  Y1: '1',
  Y2: '2',
  Y3: '3',
  Y4: '4',
  Y5: '5',
  Y6: '6',
  Y7: '7',
}

/** How many marks of each kind; `late` (codes L and U) counts marks that present or unauthorised count as well. */
export interface Counts {
  present: number
  educational: number
  authorised: number
  unauthorised: number
  notPossible: number
  late: number
}

const counterOf = {
  present: 'present',
  'approved-educational-activity': 'educational',
  authorised: 'authorised',
  unauthorised: 'unauthorised',
  'not-possible': 'notPossible',
} as const satisfies Record<Category, keyof Counts>

const codeCharacters = new Map(attendanceCodes.map(({ code }) => [code, ownCharacters[code] ?? code]))
const characterCodes = new Map([...codeCharacters].map(([code, character]) => [character, code]))

/** By character: the code's index in `attendanceCodes` plus 1, or 0. An array look-up per mark keeps counting fast. */
const indexOfByte = new Uint8Array(256)
for (const [index, { code }] of attendanceCodes.entries())
  indexOfByte[packCode(code).charCodeAt(0)] = index + 1

export function noCounts(): Counts {
  return { present: 0, educational: 0, authorised: 0, unauthorised: 0, notPossible: 0, late: 0 }
}

/** The character of a code; null (no mark) is the blank. Throws RangeError for what is no code. */
export function packCode(code: string | null): string {
  const character = code === null ? blank : codeCharacters.get(code)
  if (character === undefined) throw new RangeError('Only national attendance codes can be packed.')
  return character
}

/** The code of a character; null for the blank. */
export function unpackCode(character: string): string | null {
  if (character === blank) return null
  const code = characterCodes.get(character)
  if (code === undefined) throw new RangeError(`No attendance code is stored as '${character}'.`)
  return code
}

/** A year of `days` days without a mark. */
export function emptyYear(days: number): string {
  return blank.repeat(days * 2)
}

/** Place of a session in the year that begins on `yearStart`; it may lie outside the year, which writing refuses. */
export function positionOf(yearStart: string, date: string, session: Session): number {
  return daysBetween(yearStart, date) * 2 + (session === 'PM' ? 1 : 0)
}

/** The reverse of positionOf. */
export function sessionAt(yearStart: string, position: number): { date: string; session: Session } {
  return { date: addDays(yearStart, Math.floor(position / 2)), session: position % 2 === 0 ? 'AM' : 'PM' }
}

/** The code at a place, null where there is no mark. */
export function readMark(marks: string, position: number): string | null {
  return unpackCode(marks.charAt(checkedPosition(marks, position)))
}

export interface MarkChange {
  position: number
  /** null removes the mark. */
  code: string | null
}

export interface WrittenMarks {
  marks: string
  /** The code that each change replaced, in the order of the changes. */
  replaced: (string | null)[]
  /** What to add to the counters of the year. */
  delta: Counts
}

/** Writes marks in order; of two changes in one place the later wins and replaces the earlier. */
export function writeMarks(marks: string, changes: readonly MarkChange[]): WrittenMarks {
  const characters = Buffer.from(marks, 'latin1')
  const delta = noCounts()
  const replaced = changes.map(({ position, code }) => {
    const old = characters[checkedPosition(marks, position)] ?? 0
    const fresh = packCode(code).charCodeAt(0)
    count(delta, old, -1)
    count(delta, fresh, 1)
    characters[position] = fresh
    return unpackCode(String.fromCharCode(old))
  })
  return { marks: characters.toString('latin1'), replaced, delta }
}

function checkedPosition(marks: string, position: number): number {
  if (!Number.isInteger(position) || position < 0 || position >= marks.length)
    throw new RangeError('The session lies outside the academic year.')
  return position
}

function count(counts: Counts, character: number, step: 1 | -1): void {
  const known = attendanceCodes[(indexOfByte[character] ?? 0) - 1]
  if (!known) return
  counts[counterOf[known.category]] += step
  if (known.isLate) counts.late += step
}

/** The counters as counted from the marks of places `from` up to `until`: the truth that deltas must agree with. */
export function countMarks(marks: string, from = 0, until = marks.length): Counts {
  // One tally per code first: a year has 742 places and a school 1,000 years, so the loop does as little as it can.
  const tally = new Uint16Array(attendanceCodes.length + 1)
  for (let i = Math.max(0, from); i < Math.min(until, marks.length); i += 1) {
    const index = indexOfByte[marks.charCodeAt(i)] ?? 0
    tally[index] = (tally[index] ?? 0) + 1
  }
  const counts = noCounts()
  for (const [index, known] of attendanceCodes.entries()) {
    const times = tally[index + 1] ?? 0
    counts[counterOf[known.category]] += times
    if (known.isLate) counts.late += times
  }
  return counts
}

/** Places of a tally: one for each code, and the first for no mark. */
export const tallyWidth = attendanceCodes.length + 1

/** Adds each mark to the tally of its slot; a slot below 0 leaves the mark out. `tallies` holds `tallyWidth` places a slot. */
export function tallyMarks(marks: string, slots: Int32Array, tallies: Uint32Array): void {
  for (let i = 0; i < marks.length; i += 1) {
    const slot = slots[i] as number
    if (slot < 0) continue
    const place = slot * tallyWidth + (indexOfByte[marks.charCodeAt(i)] ?? 0)
    tallies[place] = (tallies[place] as number) + 1
  }
}

/** How often each code stands in a tally that begins at `start`, codes without a mark left out. */
export function codesOfTally(tallies: Uint32Array, start = 0): [code: string, times: number][] {
  return attendanceCodes.flatMap(({ code }, index): [string, number][] => {
    const times = tallies[start + index + 1] as number
    return times > 0 ? [[code, times]] : []
  })
}

export interface Mark {
  date: string
  session: Session
  code: string
}

/** The marks from the day `from` up to but not including `until` (default: the whole year), in order, blanks left out. */
export function expand(marks: string, yearStart: string, from?: string, until?: string): Mark[] {
  const first = dayNumber(yearStart)
  const start = from === undefined ? 0 : Math.max(0, dayNumber(from) - first) * 2
  const end = until === undefined ? marks.length : Math.min(marks.length, (dayNumber(until) - first) * 2)
  const found: Mark[] = []
  let date = ''
  let dateDay = -1
  for (let i = start; i < end; i += 1) {
    const code = unpackCode(marks.charAt(i))
    if (code === null) continue
    const day = i >> 1
    if (day !== dateDay) {
      date = dateOfNumber(first + day)
      dateDay = day
    }
    found.push({ date, session: i % 2 === 0 ? 'AM' : 'PM', code })
  }
  return found
}
