/** Analysis without a statistician: each method is plain, named in the answer, and says how sure it is. */

export interface Prediction {
  value: number
  /** The interval in which 95 of 100 such values lie. */
  low: number
  high: number
  method: string
  /** Points on which it rests. */
  points: number
}

/** 97.5 % points of Student's t by degrees of freedom, from 1; the normal one beyond. */
const criticalT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]
const normal = 1.96

const rounded = (value: number) => Number(value.toFixed(4))
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

interface Line {
  slope: number
  intercept: number
  meanX: number
  /** Sum of squares of x about its mean. */
  spread: number
}

/** Ordinary least squares; undefined where every x is the same. */
export function lineThrough(points: readonly { x: number; y: number }[]): Line | undefined {
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))]
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  if (points.length < 2 || spread === 0) return undefined
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread
  return { slope, intercept: meanY - slope * meanX, meanX, spread }
}

/** The straight trend of at least three points (days, values), read at a day, with a 95 % prediction interval. */
export function trendOf(points: readonly { at: number; value: number }[], at: number): Prediction | null {
  const xy = points.map((point) => ({ x: point.at, y: point.value }))
  const line = points.length >= 3 ? lineThrough(xy) : undefined
  if (!line) return null
  const freedom = points.length - 2
  const squares = xy.reduce((sum, { x, y }) => sum + (y - line.intercept - line.slope * x) ** 2, 0)
  const error = Math.sqrt(squares / freedom)
  const wide =
    (criticalT[freedom - 1] ?? normal) *
    error *
    Math.sqrt(1 + 1 / points.length + (at - line.meanX) ** 2 / line.spread)
  const value = line.intercept + line.slope * at
  return {
    value: rounded(value),
    low: rounded(value - wide),
    high: rounded(value + wide),
    method: 'least squares on time, 95 % prediction interval',
    points: points.length,
  }
}

export interface ValueAdded {
  slope: number
  intercept: number
  pupils: number
  method: string
  rows: { id: string; baseline: number; outcome: number; expected: number; valueAdded: number }[]
}

/** Fewer pupils make no line worth drawing. */
const fewestForValueAdded = 5

/** Outcome against what pupils of the same baseline reached in this cohort. The values added sum to nothing. */
export function valueAdded(
  pairs: readonly { id: string; baseline: number; outcome: number }[],
): ValueAdded | null {
  const points = pairs.map(({ baseline, outcome }) => ({ x: baseline, y: outcome }))
  const line = pairs.length >= fewestForValueAdded ? lineThrough(points) : undefined
  if (!line) return null
  return {
    slope: rounded(line.slope),
    intercept: rounded(line.intercept),
    pupils: pairs.length,
    method: 'outcome by least squares on baseline, within this cohort',
    rows: pairs.map(({ id, baseline, outcome }) => {
      const expected = line.intercept + line.slope * baseline
      return { id, baseline, outcome, expected: rounded(expected), valueAdded: rounded(outcome - expected) }
    }),
  }
}

export interface Counted {
  value: string
  pupils: number
  percent: number
}

/** How many pupils reached each value, in the order of the grade set; values outside it come last. */
export function distributionOf(values: readonly string[], order: readonly string[]): Counted[] {
  const counts = new Map(order.map((value) => [value, 0]))
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, pupils]) => ({
    value,
    pupils,
    percent: values.length === 0 ? 0 : Math.round((pupils * 1000) / values.length) / 10,
  }))
}

/** Where somebody should stand at a day on the straight way from a baseline to a target. */
export function flightPathAt(
  from: { at: number; value: number },
  to: { at: number; value: number },
  at: number,
): number {
  if (to.at === from.at) return to.value
  const share = Math.min(1, Math.max(0, (at - from.at) / (to.at - from.at)))
  return rounded(from.value + share * (to.value - from.value))
}
