/** A reader of a table who works out what is hidden: written apart from the control that has to withstand it. */
import type {
  Cell,
  ParentOf,
  Place,
  Suppression,
} from '../../../../src/records/attendance/statistics/suppression.ts'

export interface Known {
  cells: readonly Cell[]
  parents: readonly (ParentOf | undefined)[]
  result: Suppression
}

/** A figure of the table, with the cells that it counts. */
interface Figure {
  places: readonly Place[]
  cells: readonly number[]
  pupils: number
  hidden: boolean
}

/** All figures of the table by the text of their places. */
export function figuresOf({ cells, parents, result }: Known): Map<string, Figure> {
  const counted = new Map<string, { places: Place[]; cells: number[] }>()
  for (const [index, { keys }] of cells.entries()) {
    let lists: Place[][] = [[]]
    for (const [dimension, key] of keys.entries()) {
      const parent = parents[dimension]
      const places: Place[] = [{ key }, ...(parent ? [{ parent: parent(key) }] : []), 'all']
      lists = lists.flatMap((list) => places.map((place) => [...list, place]))
    }
    for (const places of lists) {
      const text = JSON.stringify(places)
      counted.set(text, { places, cells: [...(counted.get(text)?.cells ?? []), index] })
    }
  }
  const withheld = new Set(result.margins.map(({ places }) => JSON.stringify(places)))
  return new Map(
    [...counted].map(([text, figure]) => {
      const [first = -1] = figure.cells
      const isCell = figure.places.every((place) => place !== 'all' && 'key' in place)
      const hidden = isCell ? result.cells.has(first) : withheld.has(text)
      return [text, { ...figure, pupils: sumOf(figure.cells, cells), hidden }]
    }),
  )
}

function sumOf(indices: readonly number[], cells: readonly Cell[]): number {
  return indices.reduce((sum, index) => sum + (cells[index]?.pupils ?? 0), 0)
}

/** What subtractions from each shown total give away, and which hidden totals are sums of what is shown. */
export function differences(known: Known, least: number): string[] {
  const table = { ...known, figures: [...figuresOf(known).values()] }
  return table.figures.flatMap((total) => {
    const text = JSON.stringify(total.places)
    if (total.hidden) return isSumOfShown(table, total) ? [`${text} is the sum of what is shown`] : []
    const cells = total.cells.filter((index) => known.result.cells.has(index))
    const lists = [
      cells.map((index) => known.cells[index]?.pupils ?? 0),
      ...unions(table, [total]).map((list) => list.map(({ pupils }) => pupils)),
    ]
    return lists
      .filter((pupils) => givesAway(pupils, least))
      .map((pupils) => `${text} gives away ${JSON.stringify(pupils)}`)
  })
}

interface Table extends Known {
  figures: readonly Figure[]
}

/** A sum that is the number of hidden entries shows each of them to be 1. */
function givesAway(pupils: readonly number[], least: number): boolean {
  const sum = pupils.reduce((total, one) => total + one, 0)
  return pupils.length > 0 && (pupils.length === 1 || sum < least || sum === pupils.length)
}

function isSumOfShown(table: Table, total: Figure): boolean {
  return total.places.some((_, dimension) => {
    const parts = partsOf(table, total, dimension)
    return parts.length > 0 && parts.every(({ hidden }) => !hidden)
  })
}

/** Replaces figures by their hidden parts along a dimension, and these again, with the dimensions in any order. */
function unions(table: Table, figures: readonly Figure[]): Figure[][] {
  const dimensions = table.cells[0]?.keys ?? []
  return dimensions.flatMap((_, dimension) => {
    const parts = figures.map((figure) => partsOf(table, figure, dimension))
    if (parts.every(({ length }) => length === 0)) return []
    const opened = figures.flatMap((figure, i) =>
      parts[i]?.length ? parts[i].filter(({ hidden }) => hidden) : [figure],
    )
    return [opened, ...unions(table, opened)]
  })
}

/** One level down: the parent groups of all, the keys of a parent group. */
function partsOf({ figures, parents }: Table, total: Figure, dimension: number): Figure[] {
  const place = total.places[dimension] ?? 'all'
  if (place !== 'all' && 'key' in place) return []
  const level = place === 'all' && parents[dimension] ? 'parent' : 'key'
  return figures.filter(({ places, cells }) => {
    const part = places[dimension] ?? 'all'
    const isLevel = part !== 'all' && level in part
    const isSame = places.every((other, i) => i === dimension || same(other, total.places[i]))
    return isLevel && isSame && cells.every((index) => total.cells.includes(index))
  })
}

function same(one: Place, other: Place | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Hidden cells that follow from all shown totals together, by linear algebra. */
export function solved(known: Known): number[] {
  const hidden = [...known.result.cells]
  const rows = [...figuresOf(known).values()]
    .filter((figure) => !figure.hidden)
    .map(({ cells }) => hidden.map((index) => (cells.includes(index) ? 1n : 0n)))
  const rank = rankOf(rows)
  // A cell follows from the totals exactly if being told it as well would tell nothing new.
  return hidden.filter((_, i) => rankOf([...rows, hidden.map((_, j) => (i === j ? 1n : 0n))]) === rank)
}

/** Whole numbers without division, so that nothing is rounded. */
function rankOf(matrix: readonly (readonly bigint[])[]): number {
  let rows = matrix.map((row) => [...row])
  let rank = 0
  for (let column = 0; column < (matrix[0]?.length ?? 0); column += 1) {
    const lead = rows.find((row) => row[column] !== 0n)
    if (!lead) continue
    rank += 1
    rows = rows
      .filter((row) => row !== lead)
      .map((row) => {
        const [own, leading] = [row[column] ?? 0n, lead[column] ?? 0n]
        return own === 0n ? row : row.map((value, i) => value * leading - (lead[i] ?? 0n) * own)
      })
  }
  return rank
}
