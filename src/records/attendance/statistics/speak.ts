import { percentOf } from '../figures.ts'
import type { StatisticsCell } from './cells.ts'
import { figuresOfCodes } from './counts.ts'
import { type DimensionName, isPupilDimension } from './dimensions.ts'
import type { Hidden } from './protect.ts'

type Figures = Record<string, number | null>

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
