import fc from 'fast-check'
import t from 'tap'
import {
  distributionOf,
  flightPathAt,
  lineThrough,
  trendOf,
  valueAdded,
} from '../../../../src/records/assessment/analysis/numbers.ts'

const close = (one: number, other: number, by = 1e-3) =>
  Math.abs(one - other) <= by * Math.max(1, Math.abs(one))
const number = fc.integer({ min: -100, max: 100 })

t.test('least squares by hand', async (t) => {
  // (0, 1), (1, 2), (2, 4): slope 1.5, intercept 5/6.
  const line = lineThrough([
    { x: 0, y: 1 },
    { x: 1, y: 2 },
    { x: 2, y: 4 },
  ])
  t.ok(close(line?.slope ?? 0, 1.5) && close(line?.intercept ?? 0, 5 / 6))
  const trend = trendOf(
    [
      { at: 0, value: 1 },
      { at: 1, value: 2 },
      { at: 2, value: 4 },
    ],
    3,
  )
  // Residual sum of squares 1/6 with one degree of freedom; x = 3 lies 2 from the mean, spread 2.
  const wide = 12.706 * Math.sqrt(1 / 6) * Math.sqrt(1 + 1 / 3 + 4 / 2)
  t.ok(close(trend?.value ?? 0, 5.3333))
  t.ok(close(trend?.high ?? 0, 5.3333 + wide) && close(trend?.low ?? 0, 5.3333 - wide))
})

t.test('a trend of an exact line is that line, without doubt', async () => {
  fc.assert(
    fc.property(number, number, fc.integer({ min: 3, max: 40 }), number, (slope, start, points, at) => {
      const line = Array.from({ length: points }, (_, day) => ({ at: day, value: start + slope * day }))
      const trend = trendOf(line, at)
      return trend !== null && close(trend.value, start + slope * at) && close(trend.low, trend.high)
    }),
  )
})

t.test('an interval holds its value, and moves and grows with the points', async () => {
  const points = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 400 }), value: number }), {
    selector: ({ at }) => at,
    minLength: 3,
    maxLength: 30,
  })
  fc.assert(
    fc.property(points, number, (given, shift) => {
      const one = trendOf(given, 500)
      const moved = trendOf(
        given.map(({ at, value }) => ({ at, value: value + shift })),
        500,
      )
      return (
        one !== null &&
        moved !== null &&
        one.low <= one.value &&
        one.value <= one.high &&
        close(moved.value - shift, one.value, 1e-2) &&
        close(moved.high - moved.low, one.high - one.low, 1e-2)
      )
    }),
  )
  fc.assert(
    fc.property(
      fc.array(number, { maxLength: 2 }),
      (few) =>
        trendOf(
          few.map((value, at) => ({ at, value })),
          9,
        ) === null,
    ),
  )
})

t.test('values added sum to nothing, and a step of every outcome adds none', async () => {
  const cohort = fc.array(fc.record({ baseline: number, outcome: number }), { minLength: 5, maxLength: 60 })
  fc.assert(
    fc.property(cohort, number, (pairs, step) => {
      const named = pairs.map((pair, at) => ({ id: String(at), ...pair }))
      const found = valueAdded(named)
      if (!found) return new Set(pairs.map(({ baseline }) => baseline)).size === 1
      const sum = found.rows.reduce((total, row) => total + row.valueAdded, 0)
      const moved = valueAdded(named.map((pair) => ({ ...pair, outcome: pair.outcome + step })))
      return (
        Math.abs(sum) < 0.01 &&
        found.rows.every((row, at) => close(row.valueAdded, moved?.rows[at]?.valueAdded ?? Number.NaN, 1e-2))
      )
    }),
  )
  fc.assert(
    fc.property(
      fc.array(number, { maxLength: 4 }),
      (few) => valueAdded(few.map((value, at) => ({ id: `${at}`, baseline: value, outcome: at }))) === null,
    ),
  )
})

t.test('a distribution counts everybody once, in the order of the grades', async () => {
  const order = ['9', '8', '7']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...order, 'X', 'U')), (values) => {
      const counted = distributionOf(values, order)
      const sum = counted.reduce((total, { pupils }) => total + pupils, 0)
      return sum === values.length && order.every((grade, at) => counted[at]?.value === grade)
    }),
  )
})

t.test('a flight path is straight, and ends at the target', async (t) => {
  const [from, to] = [
    { at: 0, value: 3 },
    { at: 100, value: 7 },
  ]
  t.same(
    [-10, 0, 25, 50, 100, 200].map((at) => flightPathAt(from, to, at)),
    [3, 3, 4, 5, 7, 7],
  )
  t.equal(flightPathAt(from, { at: 0, value: 5 }, 0), 5)
})
