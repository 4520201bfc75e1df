import fc from 'fast-check'
import t from 'tap'
import {
  type Cell,
  type ParentOf,
  suppressed,
} from '../../../../src/records/attendance/statistics/suppression.ts'
import { differences, solved } from './reader.ts'

const seeded = { seed: 20_260_901, numRuns: 300 }
/** Many small cells and some empty ones, or nothing would be hidden. */
const pupils = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 30 }) },
)
const leasts = fc.integer({ min: 2, max: 10 })
/** Groups '0' and '1' are of one year, '2' and '3' of the next; the last year may have a single group. */
const yearOf: ParentOf = (group) => `year ${Math.floor(Number(group) / 2)}`

interface Drawn {
  cells: Cell[]
  parents: (ParentOf | undefined)[]
  least: number
}

function drawn(columns: number | undefined, parents: (ParentOf | undefined)[]): fc.Arbitrary<Drawn> {
  const rows = fc.array(fc.array(pupils, { minLength: columns ?? 1, maxLength: columns ?? 1 }), {
    maxLength: 9,
  })
  return fc.record({ rows, least: leasts }).map(({ rows, least }) => {
    const cells = rows.flatMap((row, i) =>
      row.map((pupils, j) => ({ keys: columns === undefined ? [`${i}`] : [`${i}`, `${j}`], pupils })),
    )
    return { cells, parents, least }
  })
}

const kinds = {
  'one dimension': drawn(undefined, []),
  'one dimension with parents': drawn(undefined, [yearOf]),
  'two dimensions': drawn(5, []),
  'two dimensions, two columns': drawn(2, []),
  'two dimensions, the first with parents': drawn(4, [yearOf]),
  'two dimensions, both with parents': drawn(4, [yearOf, yearOf]),
}
const anyTable = fc.oneof(...Object.values(kinds))

for (const [kind, tables] of Object.entries(kinds)) {
  t.test(`${kind}: no subtraction gives a hidden number or a small one away`, async (t) => {
    fc.assert(
      fc.property(tables, ({ cells, parents, least }) => {
        const result = suppressed(cells, { least, parents })
        t.same(differences({ cells, parents, result }, least), [])
      }),
      seeded,
    )
  })

  t.test(`${kind}: no hidden cell follows from all shown totals together`, async (t) => {
    fc.assert(
      fc.property(tables, ({ cells, parents, least }) => {
        const result = suppressed(cells, { least, parents })
        t.same(solved({ cells, parents, result }), [])
      }),
      { ...seeded, numRuns: 100 },
    )
  })
}

t.test('small cells are hidden and empty ones are not, and more so for a larger least number', async (t) => {
  fc.assert(
    fc.property(anyTable, ({ cells, parents, least }) => {
      const hidden = suppressed(cells, { least, parents }).cells
      const more = suppressed(cells, { least: least + 3, parents }).cells
      for (const [index, { pupils }] of cells.entries()) {
        const isSmall = pupils > 0 && pupils < least
        t.ok(!isSmall || (hidden.has(index) && more.has(index)))
        t.ok(pupils > 0 || !hidden.has(index))
      }
    }),
    seeded,
  )
})

t.test('a table without small cells is shown whole', async (t) => {
  fc.assert(
    fc.property(anyTable, ({ cells, parents, least }) => {
      const large = cells.map((cell) => ({ ...cell, pupils: cell.pupils === 0 ? 0 : cell.pupils + least }))
      const { cells: hidden, margins } = suppressed(large, { least, parents })
      t.same([hidden.size, margins.length], [0, 0])
    }),
    seeded,
  )
})

t.test('the result is the same again and in any order of the cells, which stay as they are', async (t) => {
  fc.assert(
    fc.property(anyTable, ({ cells, parents, least }) => {
      const before = structuredClone(cells)
      const result = suppressed(cells, { least, parents })
      t.same(suppressed(cells, { least, parents }), result)
      const backwards = suppressed(cells.toReversed(), { least, parents })
      t.same(new Set([...backwards.cells].map((index) => cells.length - 1 - index)), result.cells)
      t.same(backwards.margins, result.margins)
      t.same(cells, before)
    }),
    { ...seeded, numRuns: 100 },
  )
})

t.test('the totals that their own table hides are hidden in a crossed table too', async (t) => {
  fc.assert(
    fc.property(kinds['two dimensions, two columns'], ({ cells, least }) => {
      const rows = Map.groupBy(cells, ({ keys }) => keys[0] ?? '')
      const totals = [...rows].map(([key, row]) => ({
        keys: [key],
        pupils: row.reduce((sum, c) => sum + c.pupils, 0),
      }))
      const { margins } = suppressed(cells, { least })
      const hidden = new Set(margins.map(({ places }) => JSON.stringify(places)))
      for (const index of suppressed(totals, { least }).cells)
        t.ok(hidden.has(JSON.stringify([{ key: totals[index]?.keys[0] }, 'all'])))
    }),
    seeded,
  )
})

function crossed(rows: readonly (readonly number[])[]): Cell[] {
  return rows.flatMap((row, i) => row.map((pupils, j) => ({ keys: [`${i}`, `${j}`], pupils })))
}

/** A table of one dimension, by key. */
function flat(pupils: Record<string, number>): Cell[] {
  return Object.entries(pupils).map(([key, pupils]) => ({ keys: [key], pupils }))
}

t.test('a small cell takes the smallest other cell with it', async (t) => {
  const { cells, margins } = suppressed(flat({ a: 3, b: 20, c: 0, d: 9 }), { least: 5 })
  t.same([...cells], [0, 3])
  t.same(margins, [])
})

t.test('small cells that are enough together take none, unless each would be seen to be 1', async (t) => {
  t.same([...suppressed(flat({ a: 3, b: 20, c: 2 }), { least: 5 }).cells], [0, 2])
  t.same([...suppressed(flat({ a: 1, b: 2, c: 20 }), { least: 5 }).cells], [0, 1, 2])
  t.same([...suppressed(flat({ a: 1, b: 1, c: 1, d: 20 }), { least: 3 }).cells], [0, 1, 2, 3])
})

t.test('a cell is not hidden in vain: where its row has no other, the next larger one is', async (t) => {
  const rows = [
    [3, 9],
    [10, 0],
    [12, 15],
  ]
  const { cells, margins } = suppressed(crossed(rows), { least: 5 })
  t.same([...cells], [0, 1, 4, 5])
  t.same(margins, [])
})

t.test('a table of one small cell hides its total', async (t) => {
  const { cells, margins } = suppressed(flat({ a: 3, b: 0 }), { least: 5 })
  t.same([...cells], [0])
  t.same(margins, [{ places: ['all'], pupils: 3 }])
})

t.test(
  'a small year hides another year and so much of it that the year is no sum of its groups',
  async (t) => {
    const cells = flat({ '0': 2, '1': 1, '2': 12, '3': 8, '4': 30, '5': 31 })
    const result = suppressed(cells, { least: 5, parents: [yearOf] })
    t.same([...result.cells], [0, 1, 3])
    t.same(result.margins, [
      { places: [{ parent: 'year 0' }], pupils: 3 },
      { places: [{ parent: 'year 1' }], pupils: 20 },
    ])
  },
)

t.test(
  'a cell that alone links two hidden blocks is protected, though no single total gives it away',
  async (t) => {
    // Hidden by their own size: two squares of cells and the one between them at row 1, column 2.
    const rows = [
      [4, 4, 20, 20],
      [4, 4, 4, 20],
      [20, 20, 4, 4],
      [20, 20, 4, 4],
    ]
    const cells = crossed(rows)
    const small = cells.flatMap(({ pupils }, index) => (pupils < 5 ? index : []))
    t.same(solved({ cells, parents: [], result: { cells: new Set(small), margins: [] } }), [6])
    const result = suppressed(cells, { least: 5 })
    t.same(solved({ cells, parents: [], result }), [])
    t.ok(result.cells.size > small.length)
    t.same(result.margins, [])
  },
)

t.test('cells of different dimensions and two cells in one place are refused', async (t) => {
  const [cell] = flat({ a: 3 })
  t.throws(() => suppressed(flat({ a: 3 }).concat(cell ?? []), { least: 5 }), RangeError)
  t.throws(() => suppressed([...flat({ a: 3 }), { keys: ['a', 'b'], pupils: 3 }], { least: 5 }), RangeError)
})

t.test('a large table is done quickly', async (t) => {
  const cells = Array.from({ length: 60 * 20 }, (_, i) => ({
    keys: [`${Math.floor(i / 20)}`, `${i % 20}`],
    pupils: (i * 7919) % 13,
  }))
  const start = performance.now()
  suppressed(cells, { least: 5, parents: [yearOf] })
  t.ok(performance.now() - start < 2_000)
})
