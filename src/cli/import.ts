import { Command } from 'commander'
import { readInSchool, systemActor } from '../foundation/db/transaction.ts'
import { problem } from '../foundation/http/problems.ts'
import { constraintMeanings } from '../foundation/resource/resource.ts'
import { newId } from '../foundation/resource/rows.ts'
import { ImportRefused, type ImportReport } from '../operations/imports/report.ts'
import { runImport } from '../operations/imports/run.ts'
import { openSourceBook } from '../operations/imports/sync.ts'
import { oneRosterImporter } from '../protocols/oneroster/csv/import.ts'
import { resources } from '../resources.ts'
import { asJson, schoolId } from './options.ts'
import { answer, Failed, note, type OutputOptions, table } from './output.ts'
import { listSchools } from './schools.ts'
import { type Session, withSession } from './session.ts'

interface ImportOptions extends OutputOptions {
  dryRun?: boolean
  school?: string
}

export function importCommand(): Command {
  const command = new Command('import').description('Imports a school from a file.')
  command
    .command('oneroster')
    .description('Imports a OneRoster 1.1 or 1.2 zip, all or nothing. The school is created when it is new.')
    .argument('<file>', 'the zip file')
    .option('--dry-run', 'do everything and keep nothing')
    .option('--school <id>', 'import into this school, which exists', schoolId)
    .option(...asJson)
    .action(importOneRoster)
  return command
}

async function importOneRoster(
  file: string,
  { dryRun = false, school, ...options }: ImportOptions,
): Promise<void> {
  try {
    const importer = oneRosterImporter(constraintMeanings(resources))
    note(`Reading ${file}`)
    const ready = await importer.read(file, dryRun)
    const report = await withSession(async (session) => {
      const target = school
        ? await existing(session, school)
        : await knownSchool(session, ready.schoolSourceId)
      note(dryRun ? 'Trying' : 'Writing')
      return runImport(session.db, systemActor(target ?? newId(), 'mis import'), importer, ready, dryRun)
    })
    answer(options, report, inWords(report))
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error
    const { reasons, report } = error
    if (options.json) answer(options, { ...report, reasons }, '')
    else process.stderr.write(`${['Nothing was imported.', ...reasons, ...refusalsOf(report)].join('\n')}\n`)
    throw new Failed()
  }
}

/** A slip in an id must not make a school of that id. */
async function existing({ owner }: Session, school: string): Promise<string> {
  if ((await listSchools(owner)).some(({ id }) => id === school)) return school
  throw problem('not-found', { detail: `There is no school ${school}.` })
}

/** The school that an earlier import of the same organisation made. */
async function knownSchool({ db, owner }: Session, sourceId: string): Promise<string | undefined> {
  for (const { id } of await listSchools(owner)) {
    const actor = systemActor(id, 'mis import')
    const book = await readInSchool(db, actor, (tx) => openSourceBook(tx, 'oneroster', 'orgs'))
    if (!book.idOf(sourceId).isNew) return id
  }
  return undefined
}

function inWords(report: ImportReport): string {
  const columns = ['read', 'created', 'changed', 'unchanged', 'refused', 'ignored'] as const
  const rows = Object.entries(report.files).map(([name, counts]) => [
    name,
    ...columns.map((column) => String(counts[column])),
  ])
  const { school, isDryRun, version, ms } = report
  const made = school?.isNew ? 'a new school' : 'a school that was here already'
  return [
    `OneRoster ${version}: ${school?.name} (${school?.id}), ${made}${isDryRun ? ' - a dry run, nothing was kept' : ''}; ${ms} ms`,
    '',
    table([['file', ...columns], ...rows]),
    ...refusalsOf(report),
    ...(report.notices.length > 0 ? ['', ...report.notices] : []),
  ].join('\n')
}

function refusalsOf(report: ImportReport | undefined): string[] {
  if (!report || report.refusals.length === 0) return []
  return [
    '',
    ...report.refusals.map(({ file, row, field, reason }) => `${file}.csv line ${row}, ${field}: ${reason}`),
  ]
}
