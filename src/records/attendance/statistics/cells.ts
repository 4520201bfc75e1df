import type { TextRow } from '../../../foundation/db/transaction.ts'
import { addDays, mondayOf, weekday } from '../../../foundation/time/days.ts'
import { findCode } from '../codes.ts'
import { absenceOf, attendanceOf, isPersistentlyAbsent, isSeverelyAbsent, possibleOf } from '../figures.ts'
import { type Counts, codesOfTally, tallyMarks, tallyWidth } from '../packing.ts'
import { countsOfCodes } from './counts.ts'
import {
  type DimensionName,
  isMarkDimension,
  isPupilDimension,
  isSessionDimension,
  type MarkDimensionName,
} from './dimensions.ts'

/** Which sessions of the range count. */
export interface SessionFilter {
  session?: string | undefined
  weekday?: number | undefined
}

/** Pupils behind a measure, so that no number stands for a few of them. */
export type Measure =
  | 'possible'
  | 'attendance'
  | 'absence'
  | 'present'
  | 'educational'
  | 'authorised'
  | 'unauthorised'
  | 'late'
  | 'notPossible'
export const measures: readonly Measure[] = [
  'possible',
  'attendance',
  'absence',
  'present',
  'educational',
  'authorised',
  'unauthorised',
  'late',
  'notPossible',
]

export interface StatisticsCell {
  /** A value for each dimension, in the order asked. */
  keys: readonly string[]
  codes: Map<string, number>
  /** Pupils with any mark. */
  members: number
  /** Pupils with a possible session. */
  pupils: number
  persistentlyAbsent: number
  severelyAbsent: number
  contributors: Record<Measure, number>
}

/** What has no value, such as a characteristic that is not recorded. */
export const unknownKey = 'unknown'

/** Adds the rows of `readTable` up to cells, in one pass over the marks. */
export function tabulate(
  rows: readonly TextRow[],
  by: readonly DimensionName[],
  filter: SessionFilter,
): StatisticsCell[] {
  const cells = new Map<string, StatisticsCell>()
  const slotsOf = slotting(by, filter)
  const ofPupils = by.filter(isPupilDimension)
  const mark = by.find(isMarkDimension)
  for (const [, own] of Map.groupBy(rows, ([pupilId]) => pupilId as string)) {
    const { tallies, slots } = tallyPupil(own, slotsOf)
    const values = ofPupils.map((_, at) => own[0]?.[3 + at] ?? unknownKey)
    for (const [slot, sessionKeys] of slots.entries()) {
      const codes = codesOfTally(tallies, slot * tallyWidth)
      if (codes.length > 0) addPupil(cells, byCell(codes, placesOf(by, values, sessionKeys, mark), mark))
    }
  }
  return [...cells.values()].sort((one, other) => compareKeys(one.keys, other.keys))
}

type Codes = [string, number][]

/** The cell of each code, or one cell for all. */
function placesOf(
  by: readonly DimensionName[],
  values: readonly string[],
  sessionKeys: readonly string[],
  mark: MarkDimensionName | undefined,
): (code: string | undefined) => string[] {
  return (code = '') => {
    const [ofPupil, ofSession] = [[...values], [...sessionKeys]]
    return by.map((name) => {
      if (isPupilDimension(name)) return ofPupil.shift() as string
      if (isSessionDimension(name)) return ofSession.shift() as string
      return mark === 'code' ? code : (findCode(code)?.category ?? unknownKey)
    })
  }
}

/** Without a dimension of the marks themselves all of them belong to one cell. */
function byCell(codes: Codes, placeOf: ReturnType<typeof placesOf>, mark: MarkDimensionName | undefined) {
  if (mark === undefined) return new Map([[JSON.stringify(placeOf(undefined)), codes]])
  return Map.groupBy(codes, ([code]) => JSON.stringify(placeOf(code)))
}

function addPupil(cells: Map<string, StatisticsCell>, ofCells: ReadonlyMap<string, Codes>): void {
  for (const [key, own] of ofCells) {
    const cell = cells.get(key) ?? emptyCell(JSON.parse(key))
    cells.set(key, cell)
    for (const [code, times] of own) cell.codes.set(code, (cell.codes.get(code) ?? 0) + times)
    const counts = countsOfCodes(own)
    cell.members += 1
    if (possibleOf(counts) > 0) cell.pupils += 1
    if (isPersistentlyAbsent(counts)) cell.persistentlyAbsent += 1
    if (isSeverelyAbsent(counts)) cell.severelyAbsent += 1
    for (const name of measures) if (measureOf(counts, name) > 0) cell.contributors[name] += 1
  }
}

function measureOf(counts: Counts, name: Measure): number {
  if (name === 'possible') return possibleOf(counts)
  if (name === 'attendance') return attendanceOf(counts)
  return name === 'absence' ? absenceOf(counts) : counts[name]
}

function emptyCell(keys: string[]): StatisticsCell {
  return {
    keys,
    codes: new Map(),
    members: 0,
    pupils: 0,
    persistentlyAbsent: 0,
    severelyAbsent: 0,
    contributors: Object.fromEntries(measures.map((name) => [name, 0])) as Record<Measure, number>,
  }
}

/** The marks of a pupil, whose range may touch several years, by the values of the session dimensions. */
function tallyPupil(rows: readonly TextRow[], slotsOf: ReturnType<typeof slotting>) {
  const parts = rows.map(([, startsOn, marks]) => ({
    marks: marks as string,
    ...slotsOf(startsOn as string, (marks as string).length),
  }))
  const slots = parts.at(-1)?.keys ?? []
  const tallies = new Uint32Array(slots.length * tallyWidth)
  for (const part of parts) tallyMarks(part.marks, part.slots, tallies)
  return { tallies, slots }
}

/** Which slot each place of a text belongs to. Texts begin on few days, so each beginning is worked out once. */
function slotting(by: readonly DimensionName[], filter: SessionFilter) {
  const dimensions = by.filter(isSessionDimension)
  const keys: string[][] = []
  const indexOf = new Map<string, number>()
  const known = new Map<string, Int32Array>()
  const slotOf = (date: string, session: string): number => {
    if (filter.session !== undefined && filter.session !== session) return -1
    if (filter.weekday !== undefined && filter.weekday !== weekday(date)) return -1
    const values = dimensions.map((name) => sessionKeys[name](date, session))
    const name = values.join(' ')
    const index = indexOf.get(name) ?? keys.push(values) - 1
    indexOf.set(name, index)
    return index
  }
  return (startsOn: string, length: number) => {
    const name = `${startsOn} ${length}`
    const slots =
      known.get(name) ??
      Int32Array.from({ length }, (_, at) => slotOf(addDays(startsOn, at >> 1), at % 2 === 0 ? 'AM' : 'PM'))
    known.set(name, slots)
    return { slots, keys }
  }
}

const sessionKeys = {
  session: (_: string, session: string) => session,
  weekday: (date: string) => String(weekday(date)),
  week: (date: string) => mondayOf(date),
  month: (date: string) => date.slice(0, 7),
}

function compareKeys(one: readonly string[], other: readonly string[]): number {
  for (const [at, key] of one.entries()) {
    const order = key.localeCompare(other[at] ?? '', 'en', { numeric: true })
    if (order !== 0) return order
  }
  return 0
}
