/**
 * What a caller without access to single pupils is shown. No figure stands for fewer than five pupils, and none can be
 * worked out from the others: each measure is a table of its own for suppression.ts, by the pupils behind it.
 */
import { problem } from '../../../foundation/http/problems.ts'
import type { Measure, StatisticsCell } from './cells.ts'
import { type Cell, type ParentOf, suppressed } from './suppression.ts'

/** The smallest number of pupils for whom a figure is shown. */
export const least = 5

/** Names of what is hidden in a cell; everything where `members` is among them. */
export type Hidden = ReadonlySet<Family>

/** Figures that give each other away are hidden together. */
const families = {
  members: ['attendance', 'absence', 'present', 'authorised', 'late', 'notPossible', 'persistent', 'severe'],
  /** Either of them follows from the other and the possible sessions. */
  attendance: ['present', 'authorised', 'persistent', 'severe'],
  present: [],
  authorised: [],
  late: [],
  notPossible: [],
  persistent: [],
  severe: [],
} as const satisfies Record<string, readonly string[]>
type Family = keyof typeof families

/** The numbers of pupils that must not be small, by family. */
const behind: Record<Family, readonly ((cell: StatisticsCell) => number)[]> = {
  members: [(cell) => cell.members],
  attendance: [of('attendance'), of('absence')],
  present: [of('present'), of('educational')],
  authorised: [of('authorised'), of('unauthorised')],
  late: [of('late')],
  notPossible: [of('notPossible')],
  persistent: [(cell) => cell.persistentlyAbsent, (cell) => cell.pupils - cell.persistentlyAbsent],
  severe: [(cell) => cell.severelyAbsent, (cell) => cell.pupils - cell.severelyAbsent],
}

function of(name: Measure): (cell: StatisticsCell) => number {
  return (cell) => cell.contributors[name]
}

/** For each cell what is hidden in it. Throws 422 where a table would give away what another one hides. */
export function protect(
  cells: readonly StatisticsCell[],
  parents: readonly (ParentOf | undefined)[],
): Hidden[] {
  const hidden = cells.map(() => new Set<Family>())
  for (const family of Object.keys(families) as Family[])
    for (const count of behind[family])
      for (const index of hiddenBy(cells, parents, count))
        for (const each of [family, ...families[family]]) hidden[index]?.add(each as Family)
  return hidden
}

function hiddenBy(
  cells: readonly StatisticsCell[],
  parents: readonly (ParentOf | undefined)[],
  count: (cell: StatisticsCell) => number,
): ReadonlySet<number> {
  const table: Cell[] = cells.map((cell) => ({ keys: cell.keys, pupils: count(cell) }))
  const outcome = suppressed(table, { least, parents })
  // A large total that must be hidden is shown by the table of that total.
  const isTold = outcome.margins.some(({ pupils }) => pupils >= least)
  if (isTold && table.length > 1)
    throw problem('rule-broken', {
      errors: [
        {
          path: '?by',
          message: `This table would let numbers under ${least} be worked out from its totals; ask for fewer dimensions.`,
        },
      ],
    })
  return outcome.cells
}
