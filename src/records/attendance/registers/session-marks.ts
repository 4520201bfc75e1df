import type { TextRow, Tx } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { daysBetween } from '../../../foundation/time/days.ts'
import { addCounts } from '../figures.ts'
import { type Counts, emptyYear, packCode, positionOf, writeMarks } from '../packing.ts'
import { lockYears, startYears, writeYears } from '../queries.ts'
import type { RegisterState } from './register-state.ts'

/** A mark that replaces another, in packed characters. */
export interface Replaced {
  pupilId: string
  was: string
  becomes: string
}

/** A pupil's year as stored. */
export interface YearRow {
  /** The academic year, where rows of several are at work. */
  yearId?: string
  pupilId: string
  startsOn: string
  marks: string
  counts: Counts
}

export function yearRowsFrom(rows: readonly TextRow[]): Map<string, YearRow> {
  return new Map(
    rows.map((row) => {
      const [pupilId, startsOn, marks, ...counters] = row as string[]
      return [pupilId, { pupilId, startsOn, marks, counts: yearCountsFrom(counters) }] as [string, YearRow]
    }),
  )
}

/** The six counters in the order in which every statement reads them. */
export function yearCountsFrom(counters: readonly (string | null)[]): Counts {
  const [present = 0, educational = 0, authorised = 0, unauthorised = 0, notPossible = 0, late = 0] =
    counters.map(Number)
  return { present, educational, authorised, unauthorised, notPossible, late }
}

/** Packs session marks into the years of their pupils and keeps the counters; returns what changed. */
export async function storeSessionMarks(
  tx: Tx,
  register: RegisterState,
  marks: readonly { pupilId: string; code: string }[],
  locked: Map<string, YearRow>,
): Promise<Replaced[]> {
  const { year, date, session } = register
  if (!year) throw problem('rule-broken', { detail: `No academic year covers ${date}; create it first.` })
  if (marks.length === 0) return []
  const years = await withMissing(tx, register.id, year, marks, locked)
  const written: YearRow[] = []
  const replaced: Replaced[] = []
  for (const { pupilId, code } of marks) {
    const row = years.get(pupilId) as YearRow
    const outcome = writeMarks(row.marks, [{ position: positionOf(row.startsOn, date, session), code }])
    const was = outcome.replaced[0] ?? null
    if (was === code) continue
    replaced.push({ pupilId, was: packCode(was), becomes: packCode(code) })
    written.push({ ...row, marks: outcome.marks, counts: addCounts(row.counts, outcome.delta) })
  }
  if (written.length > 0) await tx.rows(writeYears, { year: year.id, ...yearColumns(written) })
  return replaced
}

export function yearColumns(rows: readonly YearRow[]) {
  const counter = (name: keyof Counts) => rows.map(({ counts }) => counts[name])
  return {
    pupils: rows.map(({ pupilId }) => pupilId),
    marks: rows.map(({ marks }) => marks),
    present: counter('present'),
    educational: counter('educational'),
    authorised: counter('authorised'),
    unauthorised: counter('unauthorised'),
    notPossible: counter('notPossible'),
    late: counter('late'),
  }
}

/** A pupil's first mark of the year makes their row; two registers may try at once, so it is read again under its lock. */
async function withMissing(
  tx: Tx,
  id: string,
  year: NonNullable<RegisterState['year']>,
  marks: readonly { pupilId: string }[],
  locked: Map<string, YearRow>,
): Promise<Map<string, YearRow>> {
  const pupils = marks.map(({ pupilId }) => pupilId).filter((pupilId) => !locked.has(pupilId))
  if (pupils.length === 0) return locked
  const empty = emptyYear(daysBetween(year.startsOn, year.endsOn) + 1)
  const [, rows] = await Promise.all([
    tx.rows(startYears, { year: year.id, startsOn: year.startsOn, empty, pupils }),
    tx.rows(lockYears, { id, pupils }),
  ])
  return new Map([...locked, ...yearRowsFrom(rows)])
}
