/** What a reader can work out of a table by adding and subtracting whole sums: linear algebra. */

/** The parts make the total. */
export interface Sum<Value> {
  total: Value
  parts: readonly Value[]
}

/** Coefficients are small fractions; what is left of one after cancelling is far below this. */
const nothing = 1e-6

/** The unknown values that follow from the sums when all other values are known. */
export function deducible<Value>(sums: readonly Sum<Value>[], unknown: ReadonlySet<Value>): Value[] {
  const values = [...unknown]
  const columns = new Map(values.map((value, column) => [value, column]))
  const rows = sums.map(({ total, parts }) => {
    const row = new Float64Array(values.length)
    for (const part of parts) setAt(row, columns.get(part), 1)
    setAt(row, columns.get(total), -1)
    return row
  })
  // In the reduced form a value follows from the sums exactly if a row has nothing but it.
  return reduced(rows, values.length).flatMap((row) => {
    const filled = [...row.keys()].filter((column) => !isNothing(row[column]))
    const value = values[filled[0] ?? -1]
    return filled.length === 1 && value !== undefined ? [value] : []
  })
}

function setAt(row: Float64Array, column: number | undefined, coefficient: number): void {
  if (column !== undefined) row[column] = coefficient
}

function isNothing(coefficient = 0): boolean {
  return Math.abs(coefficient) < nothing
}

/** Gauss-Jordan elimination in place; gives the rows that have a leading value. */
function reduced(rows: Float64Array[], width: number): Float64Array[] {
  let rank = 0
  for (let column = 0; column < width && rank < rows.length; column += 1) {
    const found = rows.findIndex((row, index) => index >= rank && !isNothing(row[column]))
    const lead = rows[found]
    if (!lead) continue
    rows.splice(found, 1)
    rows.splice(rank, 0, lead)
    const scale = lead[column] ?? 1
    for (let i = 0; i < width; i += 1) lead[i] = (lead[i] ?? 0) / scale
    for (const row of rows) if (row !== lead) subtract(row, lead, row[column])
    rank += 1
  }
  return rows.slice(0, rank)
}

function subtract(row: Float64Array, lead: Float64Array, times = 0): void {
  if (isNothing(times)) return
  for (let i = 0; i < row.length; i += 1) row[i] = (row[i] ?? 0) - times * (lead[i] ?? 0)
}
