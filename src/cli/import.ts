import { Command } from 'commander'
import { type Actor, readInSchool, systemActor } from '../foundation/db/transaction.ts'
import { isUuid } from '../foundation/db/uuid.ts'
import { problem } from '../foundation/http/problems.ts'
import { constraintMeanings } from '../foundation/resource/resource.ts'
import { newId } from '../foundation/resource/rows.ts'
import { systemClock, today } from '../foundation/time/clock.ts'
import { chooseSchool } from '../operations/imports/choose.ts'
import { ImportRefused, type ImportReport } from '../operations/imports/report.ts'
import { type Importer, type ReadySchool, runImport } from '../operations/imports/run.ts'
import { openSourceBook } from '../operations/imports/source-book.ts'
import { oneRosterImporter } from '../protocols/oneroster/csv/import/import.ts'
import { sdsImporter } from '../protocols/sds/import/import.ts'
import { resources } from '../resources.ts'
import { asJson, schoolId } from './options.ts'
import { answer, Failed, note, type OutputOptions, table } from './output.ts'
import { listSchools } from './schools.ts'
import { type Session, withSession } from './session.ts'

interface ImportOptions extends OutputOptions {
  dryRun?: boolean
  school?: string
  only?: string
}

export function importCommand(): Command {
  const command = new Command('import').description('Imports schools from a file.')
  const meanings = constraintMeanings(resources)
  const formats: [string, string, Importer][] = [
    ['oneroster', 'OneRoster 1.1 or 1.2', oneRosterImporter(meanings)],
    ['sds', 'Microsoft School Data Sync V1 or V2.1', sdsImporter(meanings)],
  ]
  for (const [name, title, importer] of formats)
    command
      .command(name)
      .description(
        `Imports a zip of ${title}, each school all or nothing. A school is created when it is new; a delta changes one that came before.`,
      )
      .argument('<file>', 'the zip file')
      .option('--dry-run', 'do everything and keep nothing')
      .option('--school <id>', 'import into this school, which exists', schoolId)
      .option('--only <sourcedId>', 'import this school of the file alone, by its id there')
      .option(...asJson)
      .action((file: string, options: ImportOptions) => importFile(importer, file, options))
  return command
}

async function importFile(
  importer: Importer,
  file: string,
  { dryRun = false, school, only, ...options }: ImportOptions,
): Promise<void> {
  try {
    note(`Reading ${file}`)
    const ready = await importer.read(file, { isDryRun: dryRun, today: today(systemClock) })
    const reports = await withSession(async (session) => {
      const targets = await targetsOf(session, importer, ready, { school, only })
      return importEach(session, importer, targets, dryRun)
    })
    const [report] = reports
    answer(options, reports.length === 1 && report ? report : { reports }, reports.map(inWords).join('\n\n'))
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error
    const { reasons, report } = error
    if (options.json) answer(options, { ...report, reasons }, '')
    else process.stderr.write(`${['Nothing was imported.', ...reasons, ...refusalsOf(report)].join('\n')}\n`)
    throw new Failed()
  }
}

/** A school of the file, and the school here that it is. */
interface Target {
  ready: ReadySchool
  actor: Actor
}

/** Several schools are tried before the first is written, so that a fault in the last leaves none half-way. */
async function importEach(
  { db }: Session,
  importer: Importer,
  targets: readonly Target[],
  isDryRun: boolean,
): Promise<ImportReport[]> {
  const run = async (rehearses: boolean) => {
    const reports: ImportReport[] = []
    for (const { ready, actor } of targets) {
      note(`${rehearses ? 'Trying' : 'Writing'} ${ready.name}`)
      reports.push(await runImport(db, actor, importer, ready, rehearses))
    }
    return reports
  }
  if (!isDryRun && targets.length > 1) await run(true)
  return run(isDryRun)
}

async function targetsOf(
  session: Session,
  importer: Importer,
  ready: readonly ReadySchool[],
  { school, only }: { school: string | undefined; only: string | undefined },
): Promise<Target[]> {
  const actorOf = (id: string) => systemActor(id, 'mis import')
  if (school !== undefined) {
    const actor = actorOf(await existing(session, school))
    return [{ actor, ready: await chooseSchool(session.db, actor, importer, ready, only) }]
  }
  const wanted = ready.filter(({ sourceId }) => only === undefined || sourceId === only)
  if (wanted.length === 0) throw new ImportRefused([`The file holds no school ${only}.`])
  const targets: Target[] = []
  for (const each of wanted)
    targets.push({ ready: each, actor: actorOf(await schoolFor(session, importer, each)) })
  return targets
}

/** A slip in an id must not make a school of that id. */
async function existing({ owner }: Session, school: string): Promise<string> {
  if ((await listSchools(owner)).some(({ id }) => id === school)) return school
  throw problem('not-found', { detail: `There is no school ${school}.` })
}

/** The school that an earlier import of the same organisation made; else a new one, which keeps its id where it is a UUID. */
async function schoolFor(
  { db, owner }: Session,
  { source }: Importer,
  { sourceId, name, isDelta }: ReadySchool,
): Promise<string> {
  for (const { id } of await listSchools(owner)) {
    const book = await readInSchool(db, systemActor(id, 'mis import'), (tx) =>
      openSourceBook(tx, source, 'orgs'),
    )
    if (book.known(sourceId) === id) return id
  }
  if (isDelta)
    throw new ImportRefused([
      `The file holds changes of ${name === '' ? 'a school that it does not name' : `the school ${name}`}, which is not known here: import all of it first, or name the school with --school.`,
    ])
  return isUuid(sourceId) ? sourceId : newId()
}

const titles = { oneroster: 'OneRoster', sds: 'School Data Sync' } as const

function inWords(report: ImportReport): string {
  const columns = ['read', 'created', 'changed', 'unchanged', 'removed', 'refused', 'ignored'] as const
  const rows = Object.entries(report.files).map(([name, counts]) => [
    name,
    ...columns.map((column) => String(counts[column])),
  ])
  const { school, isDryRun, format, version, ms } = report
  const made = school?.isNew ? 'a new school' : 'a school that was here already'
  return [
    `${titles[format]} ${version}: ${school?.name} (${school?.id}), ${made}${isDryRun ? ' - a dry run, nothing was kept' : ''}; ${ms} ms`,
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
