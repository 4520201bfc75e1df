import { percentOf, possibleOf } from '../figures.ts'
import type { StatisticsCell } from './cells.ts'
import { countsOfCodes, figuresOfCodes } from './counts.ts'
import { type DimensionName, isMarkDimension, isPupilDimension } from './dimensions.ts'
import type { Hidden } from './protect.ts'

export type Figures = Record<string, number | null>

/** Which figures belong to which family of protect.ts. */
const ofFamilies: Record<string, readonly string[]> = {
  attendance: ['attendance', 'absence', 'attendancePercent', 'absencePercent'],
  present: ['present', 'approvedEducationalActivity', 'approvedEducationalActivityPercent'],
  authorised: ['authorised', 'unauthorised', 'authorisedPercent', 'unauthorisedPercent'],
  late: ['late', 'lateBeforeClose', 'lateAfterClose', 'latePercent'],
  notPossible: ['notPossible'],
  persistent: ['persistentlyAbsent', 'persistentlyAbsentPercent'],
  severe: ['severelyAbsent', 'severelyAbsentPercent'],
}

/** The keys by name; a registration group is told by its id alone. */
export function spokenKeys(by: readonly DimensionName[], keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    by.map((name, at) => [
      name,
      name === 'registrationGroup' ? (keys[at] as string).split('|')[0] : keys[at],
    ]),
  ) as Record<string, string>
}

/** How often a code or a category stands, of the possible sessions of the cell that it is a part of. */
export function spokenShare({ codes, members }: StatisticsCell, possible: number, decimals: number): Figures {
  const sessions = [...codes.values()].reduce((sum, times) => sum + times, 0)
  return { pupils: members, sessions, percentOfPossible: percentOf(sessions, possible, decimals) }
}

/** Possible sessions by the keys that are not of the marks themselves. */
export function possibleSessions(
  by: readonly DimensionName[],
  cells: readonly StatisticsCell[],
): (cell: StatisticsCell) => number {
  const keyOf = ({ keys }: StatisticsCell) =>
    JSON.stringify(keys.filter((_, at) => !isMarkDimension(by[at] as string)))
  const totals = new Map<string, number>()
  for (const cell of cells)
    totals.set(keyOf(cell), (totals.get(keyOf(cell)) ?? 0) + possibleOf(countsOfCodes(cell.codes)))
  return (cell) => totals.get(keyOf(cell)) ?? 0
}

/** The figures of a cell; null where they are hidden. */
export function spokenFigures(
  cell: StatisticsCell,
  by: readonly DimensionName[],
  decimals: number,
  hidden: Hidden | undefined,
): Figures {
  const figures: Figures = {
    pupils: cell.pupils,
    ...figuresOfCodes(cell.codes, decimals),
    ...(by.every(isPupilDimension) && {
      persistentlyAbsent: cell.persistentlyAbsent,
      persistentlyAbsentPercent: percentOf(cell.persistentlyAbsent, cell.pupils, decimals),
      severelyAbsent: cell.severelyAbsent,
      severelyAbsentPercent: percentOf(cell.severelyAbsent, cell.pupils, decimals),
    }),
  }
  if (!hidden || hidden.size === 0) return figures
  // Late after the register closed is part of unauthorised, and before it of present: split only where nothing is hidden.
  const splits = ['lateBeforeClose', 'lateAfterClose']
  const names = hidden.has('members')
    ? Object.keys(figures)
    : [...splits, ...[...hidden].flatMap((family) => ofFamilies[family] ?? [])]
  for (const name of names) if (name in figures) figures[name] = null
  return figures
}
