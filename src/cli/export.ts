import { createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { noAgreement } from '../foundation/access/principal.ts'
import { isScope, type Scope } from '../foundation/access/scopes.ts'
import { problem } from '../foundation/http/problems.ts'
import { StartError } from '../foundation/start-error.ts'
import { today } from '../foundation/time/clock.ts'
import { isDate } from '../foundation/time/days.ts'
import { asOf, type Export, openExport } from '../operations/exports/export.ts'
import { type Mode, oneRosterExport, releases } from '../protocols/oneroster/csv/export/export.ts'
import { sdsExport } from '../protocols/sds/export/export.ts'
import { asJson, schoolId } from './options.ts'
import { answer, note, type OutputOptions, table } from './output.ts'
import { listSchools } from './schools.ts'
import { type Session, withSession } from './session.ts'

interface ExportOptions extends OutputOptions {
  school?: string
  out?: string
  force?: boolean
  /** Everything when left out. */
  scopes?: ReadonlySet<Scope>
}

interface OneRosterOptions extends ExportOptions {
  release: string
  mode: Mode
  since?: string
}

export function exportCommand(): Command {
  const command = new Command('export').description('Writes a school to a file that other programs take.')
  withCommon(
    command
      .command('oneroster')
      .description('Writes a zip of OneRoster CSV.')
      .addOption(
        new Option('--release <release>', 'of the standard').choices(Object.keys(releases)).default('1.2'),
      )
      .addOption(
        new Option('--mode <mode>', 'everything that is so today, or what has changed')
          .choices(['bulk', 'delta'])
          .default('bulk'),
      )
      .option('--since <when>', 'of a delta: what the export before it printed, or a day', instant),
  ).action(exportOneRoster)
  withCommon(
    command.command('sds').description('Writes a zip for Microsoft School Data Sync (V2.1).'),
  ).action((options: ExportOptions) => write(options, 'sds', (may) => sdsExport(may)))
  return command
}

const withCommon = (command: Command): Command =>
  command
    .option('--school <id>', 'the school, where there are several', schoolId)
    .option('--out <file>', 'the file to write; a name with the day in it when left out')
    .option('--force', 'write over a file that is there')
    .option('--scopes <scopes>', 'show what these scopes open, and no more', scopes)
    .option(...asJson)

function scopes(text: string): ReadonlySet<Scope> {
  const names = text.split(/[\s,]+/).filter(Boolean)
  const unknown = names.filter((name) => !isScope(name))
  if (names.length === 0 || unknown.length > 0)
    throw new InvalidArgumentError(`Scopes are those of openapi/scopes.md; unknown: ${unknown.join(', ')}.`)
  return new Set(names.filter(isScope))
}

function instant(text: string): string {
  const [day = ''] = text.split('T')
  if (isDate(day) && !Number.isNaN(Date.parse(text))) return text
  throw new InvalidArgumentError('An instant such as 2026-11-23T08:50:00Z, or a day.')
}

async function exportOneRoster(options: OneRosterOptions, command: Command): Promise<void> {
  const { release, mode, since } = options
  if ((mode === 'delta') !== (since !== undefined))
    command.error('error: --mode delta and --since go together')
  const version = releases[release] ?? 'v1p2'
  await write(options, `oneroster-${release}-${mode}`, (may) =>
    oneRosterExport({ version, key: 'mis export', may }, { mode, since }),
  )
}

async function write(
  options: ExportOptions,
  name: string,
  make: (may: (scope: Scope) => boolean) => Export,
): Promise<void> {
  const written = await withSession(async (session) => {
    const { db } = session
    const made = make((scope) => options.scopes?.has(scope) ?? true)
    if (made.files.length === 0) throw new StartError('These scopes open nothing of it.')
    const school = await schoolOf(session, options.school)
    const file = options.out ?? `${name}-${today(db.clock)}.zip`
    if (existsSync(file) && !options.force)
      throw new StartError(`There is a file ${file}; --force writes over it.`)
    const until = asOf(db.clock)
    note(`Writing ${file}`)
    return { school, file, asOf: until, files: await save(session, school, made, file) }
  })
  const rows = Object.entries(written.files).map(([each, count]) => [each, String(count)])
  const next = name.startsWith('oneroster') ? `\n\nNext: --mode delta --since ${written.asOf}` : ''
  answer(options, written, `${written.file}\n\n${table([['file', 'rows'], ...rows])}${next}`)
}

/** Under another name until it is whole: a file that was cut off is never taken for one. */
async function save(
  { db }: Session,
  school: string,
  made: Export,
  file: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const draft = join(dirname(file), `.${process.pid}-${basename(file)}.part`)
  try {
    const receiver = { schoolId: school, reach: 'everyone' as const, agreementId: noAgreement }
    const stream = await openExport(db, receiver, made, {
      wrote: (name, rows) => {
        counts[name] = rows
      },
    })
    await pipeline(stream, createWriteStream(draft, { flags: 'wx', mode: 0o600 }))
    await rename(draft, file)
    return counts
  } finally {
    await rm(draft, { force: true })
  }
}

async function schoolOf({ owner }: Session, wanted: string | undefined): Promise<string> {
  const known = await listSchools(owner)
  if (wanted !== undefined) {
    if (known.some(({ id }) => id === wanted)) return wanted
    throw problem('not-found', { detail: `There is no school ${wanted}.` })
  }
  const [only] = known
  if (known.length === 1 && only) return only.id
  throw new StartError(
    known.length === 0
      ? 'There is no school yet.'
      : `Say which school: ${known.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
  )
}
