import { isDate } from '../../../foundation/time/days.ts'
import { ImportRefused } from '../../../operations/imports/report.ts'
import type { Notebook } from '../../oneroster/csv/read/read.ts'
import { BadValue } from '../../oneroster/csv/read/values.ts'
import type { Line } from './table.ts'

/** The day that a cell names, as YYYY-MM-DD; empty for an empty cell. Throws BadDay for what is none. */
export type ReadDay = (line: Line, word: string) => string

const iso = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$/
/** Both 7/1/2017 and 01/07/2017 are met, some with a time behind them. */
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?$/

/** A cell that is no day, with the word for its column. */
export class BadDay extends BadValue {
  readonly word: string

  constructor(word: string, message: string) {
    super(message)
    this.word = word
  }
}

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
  return (line, word) => {
    const text = line.cell(word)
    const day = dayOf(text, dayFirst !== undefined)
    if (day === undefined)
      throw new BadDay(word, `"${text.slice(0, 30)}" is no date; dates are written YYYY-MM-DD.`)
    if (day !== '' && !isDate(day))
      throw new BadDay(word, `"${text.slice(0, 30)}" is no day of the calendar.`)
    return day
  }
}

const told = ({ line, word }: Evidence) =>
  `"${line.cell(word).slice(0, 30)}" (${line.file}.csv, line ${line.row}, ${line.heading(word)})`

/** In the order of ISO 8601, whether or not the calendar has the day; undefined for what is written otherwise. */
function dayOf(text: string, isDayFirst: boolean): string | undefined {
  if (text === '') return ''
  const [, year, month, day] = iso.exec(text) ?? []
  if (year !== undefined) return `${year}-${month}-${day}`
  const [, first = '', second = '', last] = slashed.exec(text) ?? []
  if (last === undefined) return undefined
  const parts = isDayFirst ? [second, first] : [first, second]
  return [last, ...parts.map((part) => part.padStart(2, '0'))].join('-')
}
