import type { PgTable } from 'drizzle-orm/pg-core'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { emptyFile } from '../../../../operations/imports/report.ts'
import { existingIds, openSourceBook, type SourceBook } from '../../../../operations/imports/source-book.ts'
import type { Outcome } from '../../../../operations/imports/sync.ts'
import { academicYears, terms } from '../../../../records/calendar/table.ts'
import { groups, memberships } from '../../../../records/groups/table.ts'
import { people } from '../../../../records/people/table.ts'
import { subjects } from '../../../../records/subjects/table.ts'
import { type FileName, spelling } from '../read/files.ts'
import type { Notebook, ReadResult, Row } from '../read/read.ts'
import type { SchoolFiles } from '../read/schools.ts'

/** The part of an archive that is about one school. */
export interface SchoolPart extends SchoolFiles, Pick<ReadResult, 'isDelta' | 'isOwn'> {
  /** Every row of the archive, to which those of the part may refer. */
  whole: ReadResult['files']
}

/** Whom a change concerns. */
interface About {
  pupilId?: string | undefined
  groupId?: string
  staffId?: string
}

/** Everything a step of an import needs. */
export interface Step extends SchoolPart {
  tx: Tx
  notes: Notebook
  /** Ids of rows of a file, kept between imports. */
  book(kind: string): Promise<SourceBook>
  /** Of these ids of a file those that became records in an earlier import. */
  known(file: FileName, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Counts what became of a row. */
  count(file: FileName, outcome: Outcome | 'ignored', times?: number): void
  /** Notes each record's change in the change log. */
  log(resource: string, outcomes: ReadonlyMap<string, Outcome>, about?: (id: string) => About): void
  save(): Promise<void>
}

/** Where the rows of a file are kept. */
const tables: Partial<Record<FileName, readonly PgTable[]>> = {
  academicsessions: [academicYears, terms],
  courses: [subjects],
  classes: [groups],
  users: [people],
  enrollments: [memberships],
}

export function startStep(tx: Tx, part: SchoolPart, notes: Notebook): Step {
  const books = new Map<string, SourceBook>()
  const book = async (kind: string) => {
    const opened = books.get(kind) ?? (await openSourceBook(tx, notes.report.format, kind))
    books.set(kind, opened)
    return opened
  }
  return {
    ...part,
    tx,
    notes,
    book,
    async known(file, ids) {
      const records = await book(bookOf(file))
      const pairs = ids.map((id): [string, string | undefined] => [id, records.known(id)])
      const there = await existingIds(
        tx,
        tables[file] ?? [],
        pairs.flatMap(([, id]) => id ?? []),
      )
      return new Set(pairs.flatMap(([id, record]) => (record && there.has(record) ? [id] : [])))
    },
    count(file, outcome, times = 1) {
      const name = spelling[file] ?? file
      notes.report.files[name] ??= emptyFile()
      notes.report.files[name][outcome] += times
    },
    log(resource, outcomes, about = () => ({})) {
      for (const [recordId, outcome] of outcomes) {
        if (outcome === 'unchanged') continue
        const { pupilId, ...rest } = about(recordId)
        tx.log({
          resource,
          recordId,
          action: outcome,
          ...(outcome === 'changed' && { fields: [] }),
          ...(pupilId && { pupilIds: [pupilId] }),
          ...rest,
        })
      }
    },
    async save() {
      for (const opened of books.values()) await opened.save()
    },
  }
}

export const bookOf = (file: FileName): string => spelling[file] ?? file

/** Whether somebody else keeps the row no longer. */
export const isGone = (row: Row): boolean => row.cell('status').toLowerCase() === 'tobedeleted'

export const orNull = (text: string): string | null => (text === '' ? null : text)
