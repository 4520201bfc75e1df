import { sql } from 'drizzle-orm'
import { refreshStatistics } from '../../../../foundation/db/statistics.ts'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import type { ConstraintMeanings } from '../../../../foundation/resource/resource.ts'
import { ImportRefused, type ImportReport } from '../../../../operations/imports/report.ts'
import type { Importer, ReadySchool } from '../../../../operations/imports/run.ts'
import { contacts, pupilContacts } from '../../../../records/contacts/table.ts'
import { groups, memberships } from '../../../../records/groups/table.ts'
import { people } from '../../../../records/people/table.ts'
import { enrolments, pupils } from '../../../../records/pupils/table.ts'
import { faultOfLaestab, faultOfUrn } from '../../../../records/schools/identifiers.ts'
import { schools } from '../../../../records/schools/table.ts'
import { staff } from '../../../../records/staff/table.ts'
import { subjects } from '../../../../records/subjects/table.ts'
import { type Notebook, notebook, type ReadResult, readArchive } from '../read/read.ts'
import { schoolsOf } from '../read/schools.ts'
import { importCalendar } from './calendar.ts'
import { requireWhole } from './check.ts'
import { importClasses, removeClasses } from './classes.ts'
import { importEnrollments } from './enrollments.ts'
import { importGradebook } from './gradebook.ts'
import { importPeople } from './people.ts'
import { type SchoolPart, type Step, startStep } from './step.ts'

/** OneRoster CSV, as the imports of this installation run it. */
export const oneRosterImporter = (meanings: ConstraintMeanings): Importer => ({
  meanings,
  source: 'oneroster',
  async read(source, { isDryRun }) {
    const notes = notebook('oneroster', isDryRun)
    return readySchools(await readArchive(source, notes), notes)
  },
})

/** The schools of an archive that was read, each ready to be written. Throws ImportRefused where there is none. */
export function readySchools(read: ReadResult, notes: Notebook): ReadySchool[] {
  const parts = schoolsOf(read.files)
  if (parts.length === 0 && !read.isDelta)
    throw new ImportRefused(['orgs.csv holds no organisation of the type school.'], notes.report)
  const { isDelta, isOwn, files: whole } = read
  // A delta in which nothing has changed is about whichever school takes it.
  const found = parts.length > 0 ? parts : [{ sourceId: '', school: undefined, files: whole }]
  return found.map((part) => ({
    sourceId: part.sourceId,
    name: part.school?.cell('name') ?? part.sourceId,
    identifier: part.school?.cell('identifier') ?? '',
    isDelta,
    write: (tx) => writeSchool(tx, { ...part, whole, isDelta, isOwn }, notes.part(part.files)),
  }))
}

/** Writes the part of a file that is about one school into its school, in the transaction given. Running it again changes nothing. */
async function writeSchool(tx: Tx, part: SchoolPart, notes: Notebook): Promise<ImportReport> {
  const step = startStep(tx, part, notes)
  await importSchool(step)
  const checked: Step = { ...step, files: await requireWhole(step) }
  const calendar = await importCalendar(checked)
  await importPeople(checked, calendar)
  const classes = await importClasses(checked, calendar)
  await importEnrollments(checked, calendar, classes)
  await removeClasses(checked)
  await lookAgain(checked)
  await importGradebook(checked, calendar)
  await step.save()
  return notes.report
}

/** So many rows change what a good plan is. */
const manyRows = 1_000
const filled = [people, pupils, enrolments, staff, contacts, pupilContacts, groups, memberships, subjects]

/** The gradebook is read as it is written, by plans for what has come in just now. */
async function lookAgain({ tx, notes }: Step): Promise<void> {
  const created = Object.values(notes.report.files).reduce((sum, counts) => sum + counts.created, 0)
  if (created >= manyRows) await refreshStatistics(tx, filled)
}

/** The school of the transaction is the school of the file: a new one is made, one that came from another file is refused. */
async function importSchool(step: Step): Promise<void> {
  const { tx, school, sourceId, book, count, notes, files } = step
  const isNew = await makeSchool(step)
  const ids = await book('orgs')
  if (!isNew && sourceId !== '' && ids.size > 0 && ids.known(sourceId) !== tx.schoolId)
    throw new ImportRefused(
      [`This school was imported from another organisation than ${school?.cell('name') ?? sourceId}.`],
      notes.report,
    )
  if (sourceId !== '') ids.bind(sourceId, tx.schoolId)
  const [stored] = await tx.sql<{ name: string }>(
    sql`select name from ${schools} where ${schools.schoolId} = ${tx.schoolId}`,
  )
  notes.report.school = { id: tx.schoolId, name: stored?.name ?? '', isNew }
  if (isNew) tx.log({ resource: 'schools', recordId: tx.schoolId, action: 'created' })
  if (school) count('orgs', isNew ? 'created' : 'unchanged')
  const others = files.orgs.length - (school ? 1 : 0)
  if (others === 0) return
  count('orgs', 'ignored', others)
  notes.notice('orgs.csv: organisations above and beside the school are not imported.')
}

/** Whether the school is made by this import: a school that was here keeps what is said of it. */
async function makeSchool({ tx, school, sourceId, notes }: Step): Promise<boolean> {
  if (school) {
    const identifier = school.cell('identifier')
    const laestab = faultOfLaestab(identifier) ? null : identifier
    const urn = faultOfUrn(Number(identifier)) ? null : Number(identifier)
    const made = await tx.sql(
      sql`insert into ${schools} (school_id, name, laestab, urn) values (${tx.schoolId}, ${school.cell('name')}, ${laestab}, ${urn})
          on conflict do nothing returning school_id`,
    )
    return made.length > 0
  }
  const [there] = await tx.sql(sql`select 1 from ${schools} where ${schools.schoolId} = ${tx.schoolId}`)
  if (there) return false
  throw new ImportRefused(
    [`The archive holds changes of the school ${sourceId}, which is not here: import all of it first.`],
    notes.report,
  )
}
