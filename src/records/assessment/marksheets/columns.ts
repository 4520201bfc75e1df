/** What is worked out from other columns of a row, on the numbers that their values are worth. */
import type { Fault } from '../../../foundation/http/problems.ts'
import type { MarksheetColumn } from '../table.ts'

type Calculated = Exclude<MarksheetColumn['kind'], 'result'>

/** Digits after the point of what is worked out. */
const decimals = 2
const rounded = (value: number) => Number(value.toFixed(decimals))

/**
 * difference: the second less the first. residual: the first less the second, as what was reached less what was expected.
 * on-target: 1 where the first reaches the second, else 0. mean: of those that are there. Null where a number is missing.
 */
export function calculated(kind: Calculated, values: readonly (number | null)[]): number | null {
  if (kind === 'mean') {
    const there = values.filter((value) => value !== null)
    return there.length === 0 ? null : rounded(there.reduce((sum, value) => sum + value, 0) / there.length)
  }
  const [first = null, second = null] = values
  if (first === null || second === null) return null
  if (kind === 'on-target') return first >= second ? 1 : 0
  return rounded(kind === 'difference' ? second - first : first - second)
}

/** What is wrong with the columns of a template. */
export function faultsOfColumns(columns: readonly MarksheetColumn[]): Fault[] {
  const results = new Set<string>()
  const keys = new Set<string>()
  return columns.flatMap((column, at) => {
    const path = `/columns/${at}`
    const faults: Fault[] = keys.has(column.key)
      ? [{ path: `${path}/key`, message: 'Another column has this key.' }]
      : []
    keys.add(column.key)
    if (column.kind === 'result') {
      results.add(column.key)
      return [...faults, ...faultsOfResultColumn(column, path)]
    }
    return [...faults, ...faultsOfCalculated(column, path, results)]
  })
}

function faultsOfResultColumn({ aspectId, resultSetId, type, of }: MarksheetColumn, path: string): Fault[] {
  const missing = Object.entries({ aspectId, resultSetId, type }).filter(([, value]) => value === undefined)
  return [
    ...missing.map(([name]) => ({ path: `${path}/${name}`, message: 'A column of results needs it.' })),
    ...(of ? [{ path: `${path}/of`, message: 'A column of results is worked out from nothing.' }] : []),
  ]
}

function faultsOfCalculated(
  { kind, of = [], aspectId, resultSetId, type }: MarksheetColumn,
  path: string,
  results: ReadonlySet<string>,
): Fault[] {
  const faults: Fault[] = []
  if ([aspectId, resultSetId, type].some((value) => value !== undefined))
    faults.push({ path, message: 'A column that is worked out has no aspect, result set or type.' })
  if (kind === 'mean' ? of.length < 1 : of.length !== 2)
    faults.push({
      path: `${path}/of`,
      message: kind === 'mean' ? 'Name at least one column.' : 'Name exactly two columns.',
    })
  for (const [at, key] of of.entries())
    if (!results.has(key))
      faults.push({
        path: `${path}/of/${at}`,
        message: 'There is no column of results of this key before it.',
      })
  return faults
}
