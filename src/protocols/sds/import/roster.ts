import { emptyFile, type FileReport } from '../../../operations/imports/report.ts'
import { type FileName, shapes, spelling } from '../../oneroster/csv/read/files.ts'
import type { Files, Notebook, Row } from '../../oneroster/csv/read/read.ts'
import { BadValue } from '../../oneroster/csv/read/values.ts'
import { BadDay } from './dates.ts'
import type { Line } from './table.ts'

type Cells = Readonly<Record<string, string>>

/** The files of OneRoster while they are made of lines of School Data Sync. Rows are counted by what they became. */
export interface Roster {
  files: Files
  /** Whether a line may become a row of this id; otherwise it is refused, with the word for the column of its id. */
  accepts(to: FileName, line: Line, id: string, idWord: string): boolean
  add(to: FileName, line: Line, id: string, cells: Cells): void
  refuse(to: FileName, line: Line, id: string, word: string, reason: string): void
  /** What is read from a line; a bad value refuses the line, naming its own column where it knows it, and answers nothing. */
  attempt<T>(to: FileName, line: Line, id: string, word: string, read: () => T): T | undefined
}

export function newRoster(notes: Notebook): Roster {
  const names = Object.keys(shapes) as FileName[]
  const files = Object.fromEntries(names.map((name) => [name, [] as Row[]])) as Record<FileName, Row[]>
  const ids = new Map(names.map((name) => [name, new Set<string>()]))
  const counted = (to: FileName) => countsOf(to, notes)
  const refuse: Roster['refuse'] = (to, line, id, word, reason) => {
    counted(to).read++
    notes.refuse(to, rowOf(line, id, {}), line.heading(word), reason)
  }
  return {
    files,
    refuse,
    attempt(to, line, id, word, read) {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof BadValue)) throw error
        refuse(to, line, id, error instanceof BadDay ? error.word : word, error.message)
        return undefined
      }
    },
    accepts(to, line, id, idWord) {
      const isTaken = ids.get(to)?.has(id)
      const fault = line.fault ?? (isTaken ? { word: idWord, reason: 'Another row has this id.' } : undefined)
      if (fault) refuse(to, line, id, fault.word, fault.reason)
      return !fault
    },
    add(to, line, id, cells) {
      counted(to).read++
      ids.get(to)?.add(id)
      files[to].push(rowOf(line, id, cells))
    },
  }
}

function countsOf(file: FileName, { report }: Notebook): FileReport {
  const name = spelling[file] ?? file
  const counts = report.files[name] ?? emptyFile()
  report.files[name] = counts
  return counts
}

function rowOf({ row, file }: Line, id: string, cells: Cells): Row {
  const cell = (column: string) => (column === 'sourcedId' ? id : (cells[column] ?? ''))
  // Schools fill few of the columns: an empty cell says nothing, and takes nothing away.
  return { row, file, id, cell, has: (column) => cell(column) !== '' }
}
