import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { type Fault, Problem, problem, refuse } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import type { MarksheetColumn } from '../table.ts'
import { putResults } from '../write.ts'
import { calculated } from './columns.ts'
import { readGrid, readTemplate } from './queries.ts'
import type { Marksheet, MarksheetCells } from './schema.ts'

type Grid = Static<typeof Marksheet>

/** A marksheet: the template's columns over the pupils who are in the group today. */
export async function readMarksheet(tx: Tx, id: string, group: string): Promise<Grid> {
  const columns = await columnsOf(tx, id)
  const rows = await tx.rows(readGrid, {
    group,
    today: today(tx.clock),
    aspects: columns.flatMap(({ aspectId }) => aspectId ?? []),
    sets: columns.flatMap(({ resultSetId }) => resultSetId ?? []),
  })
  return {
    columns: columns as Grid['columns'],
    rows: rows.map(([pupilId, name, results]) => ({
      pupilId: pupilId as string,
      name: name as string,
      cells: cellsOf(columns, JSON.parse(results as string) as StoredResult[]),
    })),
  }
}

async function columnsOf(tx: Tx, id: string): Promise<MarksheetColumn[]> {
  const [row] = await tx.rows(readTemplate, { id })
  if (!row) throw problem('not-found')
  return JSON.parse(row[0] as string) as MarksheetColumn[]
}

/** Aspect, result set, type, value, number. */
type StoredResult = [string, string, string, string, number | null]

function cellsOf(columns: readonly MarksheetColumn[], results: readonly StoredResult[]): (string | null)[] {
  const numbers = new Map<string, number | null>()
  return columns.map((column) => {
    if (column.kind !== 'result') {
      const values = (column.of ?? []).map((key) => numbers.get(key) ?? null)
      return calculated(column.kind, values)?.toString() ?? null
    }
    const found = results.find(
      ([aspect, set, type]) =>
        aspect === column.aspectId && set === column.resultSetId && type === column.type,
    )
    numbers.set(column.key, found?.[4] ?? null)
    return found?.[3] ?? null
  })
}

/** Writes cells, all or nothing; each cell at fault is named. */
export async function writeMarksheet(
  tx: Tx,
  id: string,
  group: string,
  { cells }: Static<typeof MarksheetCells>,
) {
  const columns = new Map((await columnsOf(tx, id)).map((column) => [column.key, column]))
  const { rows } = await readMarksheet(tx, id, group)
  const inGroup = new Set(rows.map(({ pupilId }) => pupilId))
  const faults: Fault[] = []
  const items = cells.map(({ pupilId, column: key, value }, at) => {
    const column = columns.get(key)
    if (!column) faults.push({ path: `/cells/${at}/column`, message: 'The marksheet has no such column.' })
    else if (column.kind !== 'result')
      faults.push({ path: `/cells/${at}/column`, message: 'This column is worked out, not written.' })
    if (!inGroup.has(pupilId))
      faults.push({ path: `/cells/${at}/pupilId`, message: 'The pupil is not in the group today.' })
    const { aspectId = '', resultSetId = '', type = 'R' } = column ?? {}
    return { pupilId, aspectId, resultSetId, type: type as 'R', value }
  })
  refuse(faults)
  return putResults(tx, items, (at) => `/cells/${at}`).catch((error: unknown) => {
    throw error instanceof Problem ? inCells(error) : error
  })
}

/** A cell knows its column, not the aspect and the set behind it. */
function inCells({ code, detail, errors }: Problem): Problem {
  const said = errors?.map(({ path, message }) => ({
    path: path.replace(/\/(aspectId|resultSetId|type)$/, '/column'),
    message,
  }))
  return problem(code, { ...(detail !== undefined && { detail }), ...(said && { errors: said }) })
}
