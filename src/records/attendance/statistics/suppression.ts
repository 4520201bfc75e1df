/**
 * Statistical disclosure control for tables of attendance statistics: which numbers stay hidden from a reader who may
 * not see single pupils. Hiding the small cells alone would not do, because a reader subtracts what is shown from a
 * total. So totals are part of the table here, and a hidden cell takes others with it until no subtraction is left.
 *
 * The reader is taken to know that a hidden cell is not empty, since empty cells are always shown.
 */
import { deducible } from './deduction.ts'
import {
  byName,
  type Cell,
  type Entry,
  type Margin,
  type ParentOf,
  type Place,
  type Table,
  tableOf,
} from './tabulation.ts'

export type { Cell, ParentOf, Place } from './tabulation.ts'

export interface SuppressionOptions {
  /** The smallest number of pupils that may be shown. */
  least: number
  /** The parent group of a key in each dimension (a registration group's year); undefined where it is flat. */
  parents?: readonly (ParentOf | undefined)[]
}

/** A total that must not be shown. */
export interface WithheldMargin {
  places: readonly Place[]
  pupils: number
}

export interface Suppression {
  /** Indices into the cells. */
  cells: ReadonlySet<number>
  /** Totals that are small themselves, or from which a hidden number would follow. */
  margins: readonly WithheldMargin[]
}

interface Control {
  table: Table
  least: number
  withheld: Set<Entry>
}

/** Which cells and totals must not be shown. The order of the cells does not matter: ties go by key. */
export function suppressed(cells: readonly Cell[], options: SuppressionOptions): Suppression {
  const table = tableOf(cells, options.parents ?? [])
  const small = [...table.entries.values()].filter(({ pupils }) => pupils > 0 && pupils < options.least)
  const control = { table, least: options.least, withheld: new Set(small) }
  const margins = coarseFirst(table)
  // Each step withholds one more entry, so that this ends. Starting over after each keeps the coarse totals as their
  // own table would show them, as far as the finer cells allow.
  while (margins.some((margin) => repair(control, margin)) || hideDeducible(control, margins));
  const entries = [...control.withheld]
  return {
    cells: new Set(entries.flatMap(({ cell }) => cell ?? []).sort((one, other) => one - other)),
    margins: entries
      .filter(({ cell }) => cell === undefined)
      .sort(byName)
      .map(({ places, pupils }) => ({ places, pupils })),
  }
}

/** The margins of totals before those of cells, so that a table and the tables of its totals hide the same totals. */
function coarseFirst(table: Table): Margin[] {
  const breadth = ({ parts }: Margin) => parts[0]?.places.filter((place) => place === 'all').length ?? 0
  return table.margins
    .flatMap((margins) => [...margins.values()])
    .sort((one, other) => breadth(other) - breadth(one) || byName(one.total, other.total))
}

/** Withholds one more entry where a margin gives something away; false where it gives nothing away. */
function repair(control: Control, { total, parts }: Margin): boolean {
  const { withheld } = control
  const hidden = parts.filter((part) => withheld.has(part))
  // A total that is withheld for its own sake would follow from parts that are all shown.
  if (withheld.has(total)) return hidden.length === 0 && take(control, parts)
  if (hidden.length === 0) return false
  if (!isSafe(control, hidden)) return take(control, parts) || withhold(control, total)
  for (const order of [control.table.margins, control.table.margins.toReversed()]) {
    const leak = leakBelow(control, parts, order)
    if (leak) return take(control, leak) || take(control, parts) || withhold(control, total)
  }
  return false
}

/**
 * Of withheld parts the reader may know the parts in turn, and subtract those that are shown. Opens them dimension by
 * dimension, and gives the entries among which too few are hidden.
 */
function leakBelow(
  control: Control,
  parts: readonly Entry[],
  order: readonly Map<string, Margin>[],
): Entry[] | undefined {
  const isHidden = (entry: Entry) => control.withheld.has(entry)
  let hidden = parts.filter(isHidden)
  for (const margins of order) {
    // Twice, since a dimension has at most two levels of totals.
    for (let level = 0; level < 2; level += 1) {
      const opened = hidden.flatMap((entry) => margins.get(entry.name)?.parts ?? [entry])
      hidden = opened.filter(isHidden)
      if (!isSafe(control, hidden)) return opened
    }
  }
  return undefined
}

/**
 * What a reader learns by subtraction is the sum of the hidden entries. It must be no small number, no single entry,
 * and more than one for each entry, or all of them would be seen to be 1.
 */
function isSafe({ least }: Control, hidden: readonly Entry[]): boolean {
  const pupils = hidden.reduce((sum, entry) => sum + entry.pupils, 0)
  return hidden.length >= 2 && pupils >= least && pupils > hidden.length
}

/** Withholds the smallest entry that is shown, preferably one that does not give itself away in another margin. */
function take(control: Control, entries: readonly Entry[]): boolean {
  const shown = entries
    .filter((entry) => entry.pupils > 0 && !control.withheld.has(entry))
    .sort((one, other) => one.pupils - other.pupils || byName(one, other))
  const [smallest] = shown
  if (!smallest) return false
  return withhold(control, shown.find((entry) => canHide(control, entry)) ?? smallest)
}

/** Whether hiding everything would hide an entry in each of its margins, without withholding a total. */
function canHide(control: Control, entry: Entry): boolean {
  return (control.table.marginsOf.get(entry.name) ?? []).every(({ total, parts }) => {
    const filled = parts.filter(({ pupils }) => pupils > 0)
    return control.withheld.has(total) || isSafe(control, filled)
  })
}

function withhold({ withheld }: Control, entry: Entry): true {
  withheld.add(entry)
  return true
}

/**
 * Hidden entries may still follow from several margins together, though from none alone: a cell that is the only link
 * between two blocks of hidden cells. Hides one more entry beside the first of them; false where there is none.
 */
function hideDeducible(control: Control, margins: readonly Margin[]): boolean {
  const [entry] = deducible(margins, control.withheld)
  if (!entry) return false
  const around = margins.filter(({ total, parts }) => total === entry || parts.includes(entry))
  return (
    take(
      control,
      around.flatMap(({ parts }) => parts),
    ) ||
    take(
      control,
      around.map(({ total }) => total),
    ) ||
    take(control, [...control.table.entries.values()])
  )
}
