import { isDate } from '../../foundation/time/days.ts'
import { ImportRefused } from '../../operations/imports/report.ts'
import type { Notebook } from '../oneroster/csv/read.ts'
import { BadValue } from '../oneroster/csv/values.ts'
import type { Line } from './table.ts'

/** The day that a cell names, as YYYY-MM-DD; empty for an empty cell. Throws BadValue for what is no day. */
export type ReadDay = (line: Line, word: string) => string

const iso = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$/
/** Both 7/1/2017 and 01/07/2017 are met, some with a time behind them. */
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?$/

interface Evidence {
  line: Line
  word: string
}

/**
 * Spreadsheets write dates as their country does, so whether the day or the month comes first is found out once for the
 * whole archive: a first number above 12 is a day, and so is a second one. Both at once cannot be one country.
 */
export function dayReader(
  cells: readonly (readonly [lines: readonly Line[], ...words: string[]])[],
  notes: Notebook,
): ReadDay {
  let dayFirst: Evidence | undefined
  let monthFirst: Evidence | undefined
  let open: Evidence | undefined
  for (const [lines, ...words] of cells)
    for (const line of lines)
      for (const word of words) {
        const [, first, second] = (slashed.exec(line.cell(word)) ?? []).map(Number)
        if (first === undefined || second === undefined) continue
        if (first > 12 && first <= 31 && second <= 12) dayFirst ??= { line, word }
        else if (second > 12 && second <= 31 && first <= 12) monthFirst ??= { line, word }
        else if (first !== second) open ??= { line, word }
      }
  if (dayFirst && monthFirst)
    throw new ImportRefused(
      [
        `Dates are written in two ways: the day comes first in ${told(dayFirst)}, the month in ${told(monthFirst)}. Write them as YYYY-MM-DD.`,
      ],
      notes.report,
    )
  if (open && !dayFirst && !monthFirst)
    notes.notice(
      `Whether the day or the month comes first cannot be told from the dates, such as ${told(open)}; they were read month first, as Microsoft documents. YYYY-MM-DD leaves no doubt.`,
    )
  return (line, word) => dayOf(line.cell(word), dayFirst !== undefined)
}

const told = ({ line, word }: Evidence) =>
  `"${line.cell(word).slice(0, 30)}" (${line.file}.csv, line ${line.row}, ${line.heading(word)})`

function dayOf(text: string, isDayFirst: boolean): string {
  if (text === '') return ''
  const written = iso.exec(text)
  const loose = slashed.exec(text)
  const [year, month, day] = written
    ? written.slice(1)
    : loose
      ? [loose[3], ...(isDayFirst ? [loose[2], loose[1]] : [loose[1], loose[2]])]
      : []
  const found = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  if (year === undefined)
    throw new BadValue(`"${text.slice(0, 30)}" is no date; dates are written YYYY-MM-DD.`)
  if (!isDate(found)) throw new BadValue(`"${text.slice(0, 30)}" is no day of the calendar.`)
  return found
}
