import { sql } from 'drizzle-orm'
import type { Tx } from '../../../foundation/db/transaction.ts'
import type { ConstraintMeanings } from '../../../foundation/resource/resource.ts'
import { type FileReport, ImportRefused, type ImportReport } from '../../../operations/imports/report.ts'
import type { Importer } from '../../../operations/imports/run.ts'
import { type Outcome, openSourceBook, type SourceBook } from '../../../operations/imports/sync.ts'
import { schools } from '../../../records/schools/table.ts'
import { requireWhole } from './check.ts'
import type { FileName } from './files.ts'
import { spelling } from './files.ts'
import { importCalendar } from './import-calendar.ts'
import { importClasses } from './import-classes.ts'
import { importPeople } from './import-people.ts'
import { type Files, type Notebook, notebook, type ReadResult, type Row, readArchive } from './read.ts'

/** OneRoster CSV, as the imports of this installation run it. */
export const oneRosterImporter = (meanings: ConstraintMeanings): Importer => ({
  meanings,
  async read(source, isDryRun) {
    const ready = await readOneRoster(source, isDryRun)
    return { write: (tx) => writeOneRoster(tx, ready), schoolSourceId: ready.school.id }
  },
})

/** A file that was read and found whole: ready to be written. */
export interface ReadyImport {
  read: ReadResult
  notes: Notebook
  /** The one school of the file. */
  school: Row
}

/** Everything an import step needs. */
export interface Step {
  tx: Tx
  files: Files
  notes: Notebook
  school: Row
  /** Ids of rows of a file, kept between imports. */
  book(kind: string): Promise<SourceBook>
  /** Counts what became of a row. */
  count(file: FileName, outcome: Outcome | 'ignored', times?: number): void
  /** Notes each record's change in the change log. */
  log(
    resource: string,
    outcomes: ReadonlyMap<string, Outcome>,
    pupilOf?: (id: string) => string | undefined,
  ): void
}

/** Reads and checks a file without touching the database. Throws ImportRefused. */
export async function readOneRoster(source: string | Buffer, isDryRun: boolean): Promise<ReadyImport> {
  const notes = notebook(isDryRun)
  const read = await readArchive(source, notes)
  const files = requireWhole(read.files, notes)
  const schools = files.orgs.filter((row) => row.cell('type').toLowerCase() === 'school')
  const [school, ...others] = schools
  if (!school) throw new ImportRefused(['orgs.csv holds no organisation of the type school.'], notes.report)
  if (others.length > 0)
    throw new ImportRefused(
      [`orgs.csv holds ${schools.length} schools; import one school at a time.`],
      notes.report,
    )
  return { read: { ...read, files }, notes, school }
}

/** Writes a file that was read into its school, in the transaction given. Running it again changes nothing. */
export async function writeOneRoster(tx: Tx, { read, notes, school }: ReadyImport): Promise<ImportReport> {
  const books = new Map<string, SourceBook>()
  const step: Step = {
    tx,
    files: read.files,
    notes,
    school,
    async book(kind) {
      const book = books.get(kind) ?? (await openSourceBook(tx, 'oneroster', kind))
      books.set(kind, book)
      return book
    },
    count(file, outcome, times = 1) {
      const counts = notes.report.files[spelling[file] ?? file] as FileReport
      counts[outcome] += times
    },
    log(resource, outcomes, pupilOf = () => undefined) {
      for (const [recordId, outcome] of outcomes) {
        if (outcome === 'unchanged') continue
        const pupilId = pupilOf(recordId)
        tx.log({
          resource,
          recordId,
          action: outcome,
          ...(outcome === 'changed' && { fields: [] }),
          ...(pupilId && { pupilIds: [pupilId] }),
        })
      }
    },
  }
  await importSchool(step)
  const calendar = await importCalendar(step)
  const people = await importPeople(step, calendar)
  await importClasses(step, calendar, people)
  for (const book of books.values()) await book.save()
  return notes.report
}

/** The school of the transaction is the school of the file: a new one is made, one that came from another file is refused. */
async function importSchool({ tx, school, book, count, notes, files }: Step): Promise<void> {
  const name = school.cell('name')
  const made = await tx.sql<{ name: string }>(
    sql`insert into ${schools} (school_id, name) values (${tx.schoolId}, ${name}) on conflict do nothing returning name`,
  )
  const isNew = made.length > 0
  const ids = await book('orgs')
  if (!isNew && ids.size > 0 && ids.idOf(school.id).isNew)
    throw new ImportRefused(
      [`This school was imported from another organisation than ${name}.`],
      notes.report,
    )
  ids.bind(school.id, tx.schoolId)
  const [stored] = await tx.sql<{ name: string }>(
    sql`select name from ${schools} where ${schools.schoolId} = ${tx.schoolId}`,
  )
  notes.report.school = { id: tx.schoolId, name: stored?.name ?? name, isNew }
  if (isNew) tx.log({ resource: 'schools', recordId: tx.schoolId, action: 'created' })
  count('orgs', isNew ? 'created' : 'unchanged')
  const others = files.orgs.length - 1
  if (others === 0) return
  count('orgs', 'ignored', others)
  notes.notice('orgs.csv: organisations above and beside the school are not imported.')
}
