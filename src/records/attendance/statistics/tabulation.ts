/** A table of cells with all its totals, in any number of dimensions, as statistical disclosure control needs it. */

/** A cell as the control sees it. Cells share no pupil: a pupil in two cells would make totals that are no sums. */
export interface Cell {
  /** One value per dimension, in order. */
  keys: readonly string[]
  /** Pupils who contribute. */
  pupils: number
}

export type ParentOf = (key: string) => string

/** Where a number stands in one dimension: at a key, at a parent group of keys, or over all of them. */
export type Place = { key: string } | { parent: string } | 'all'

/** A number of the table: a cell or a total. */
export interface Entry {
  name: string
  places: readonly Place[]
  pupils: number
  /** Index of the cell; undefined of a total. */
  cell: number | undefined
}

/** A sum that the reader can do: the parts along one dimension make the total. */
export interface Margin {
  total: Entry
  parts: Entry[]
}

export interface Table {
  entries: Map<string, Entry>
  /** By dimension, then by name of the total. */
  margins: Map<string, Margin>[]
  /** By name of a part. */
  marginsOf: Map<string, Margin[]>
}

/** The cells, all their totals, and which sums connect them. */
export function tableOf(cells: readonly Cell[], parents: readonly (ParentOf | undefined)[]): Table {
  const dimensions = cells[0]?.keys.length ?? 0
  const table: Table = {
    entries: new Map(),
    margins: Array.from({ length: dimensions }, () => new Map()),
    marginsOf: new Map(),
  }
  for (const [index, { keys, pupils }] of cells.entries()) {
    if (keys.length !== dimensions) throw new RangeError('All cells of a table have the same dimensions.')
    const chains = keys.map((key, dimension) => chainOf(key, parents[dimension]))
    if (table.entries.has(nameOf(chains.map(([place]) => place)))) {
      throw new RangeError('A table has one cell for each combination of keys.')
    }
    for (const steps of combinations(chains.map(({ length }) => length))) {
      addTo(table, chains, steps, { index, pupils })
    }
  }
  return table
}

type Chain = readonly [Place, ...Place[]]

/** From the key outwards. */
function chainOf(key: string, parentOf: ParentOf | undefined): Chain {
  return parentOf ? [{ key }, { parent: parentOf(key) }, 'all'] : [{ key }, 'all']
}

/** Every list of whole numbers below the lengths. */
function combinations(lengths: readonly number[]): number[][] {
  return lengths.reduce<number[][]>(
    (lists, length) => lists.flatMap((list) => Array.from({ length }, (_, step) => [...list, step])),
    [[]],
  )
}

function nameOf(places: readonly Place[]): string {
  return JSON.stringify(places)
}

/** Adds a cell's pupils to the entry at some steps of its chains, and links a new entry to the totals it is part of. */
function addTo(
  table: Table,
  chains: readonly Chain[],
  steps: readonly number[],
  { index, pupils }: { index: number; pupils: number },
): void {
  const placesAt = (at: readonly number[]) =>
    chains.map((chain, dimension) => chain[at[dimension] ?? 0] ?? 'all')
  const entry = entryAt(table, placesAt(steps))
  const isNew = !table.marginsOf.has(entry.name)
  entry.pupils += pupils
  if (steps.every((step) => step === 0)) entry.cell = index
  if (!isNew) return
  const outer = table.margins.flatMap((margins, dimension) => {
    if (entry.places[dimension] === 'all') return []
    const total = entryAt(table, placesAt(steps.with(dimension, (steps[dimension] ?? 0) + 1)))
    const margin = margins.get(total.name) ?? { total, parts: [] }
    margins.set(total.name, margin)
    margin.parts.push(entry)
    return [margin]
  })
  table.marginsOf.set(entry.name, outer)
}

function entryAt(table: Table, places: readonly Place[]): Entry {
  const name = nameOf(places)
  const entry = table.entries.get(name) ?? { name, places, pupils: 0, cell: undefined }
  table.entries.set(name, entry)
  return entry
}

/** An order that does not depend on the order of the cells. */
export function byName(one: Entry, other: Entry): number {
  return one.name < other.name ? -1 : 1
}
