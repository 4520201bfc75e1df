import { type Command, Option } from 'commander'
import { systemActor, type Tx, writeInSchool } from '../foundation/db/transaction.ts'
import { wholeRecord } from '../foundation/resource/record.ts'
import { today } from '../foundation/time/clock.ts'
import { addMonths } from '../foundation/time/days.ts'
import { act } from '../operations/apps/acts.ts'
import { agreement, draftAgreement } from '../operations/apps/agreements.ts'
import { findApp, spokenApp } from '../operations/apps/apps.ts'
import { lawfulBases, longestMonths, type Screening, type Terms } from '../operations/apps/rules.ts'
import { day, screeningOf } from './agreement-terms.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

interface CreateOptions extends OutputOptions {
  school: string
  app: string
  scopes?: string
  purpose: string
  lawfulBasis: Terms['lawfulBasis']
  retention: string
  screening: Screening
  reviewOn?: string
  expiresOn?: string
  safeguards?: string
  assessment?: string
  submit?: boolean
}

/** `mis agreements create`: a first draft with its screening. */
export function addCreate(command: Command): void {
  command
    .command('create')
    .description('Drafts an agreement with an app; it opens nothing before it is submitted and approved.')
    .requiredOption('--school <id>', 'the school', schoolId)
    .requiredOption('--app <id>', 'the app; see mis apps list')
    .option(
      '--scopes <scopes>',
      'scopes granted, separated by spaces; else those that the app cannot do without',
    )
    .requiredOption('--purpose <text>', 'what the app is used for')
    .addOption(
      new Option('--lawful-basis <basis>', 'UK GDPR, Article 6(1)')
        .choices([...lawfulBases])
        .makeOptionMandatory(),
    )
    .requiredOption('--retention <text>', 'how long the app keeps data')
    .requiredOption(
      '--screening <answers>',
      'what is so of the app, separated by commas, or "none"',
      screeningOf,
    )
    .option('--review-on <day>', 'when the school looks at it again; a month before its end unless said', day)
    .option('--expires-on <day>', 'last day; in twelve months unless said', day)
    .option('--safeguards <text>', 'needed when the screening says medium or high')
    .option('--assessment <reference>', 'where the full assessment is kept; needed when it says high')
    .option('--submit', 'hand it in for review at once')
    .option(...asJson)
    .action(async ({ json, ...options }: CreateOptions) => {
      const drafted = await withSession(({ db }) =>
        writeInSchool(db, systemActor(options.school, 'mis agreements create'), (tx) => draft(tx, options)),
      )
      const words = [`Agreement  ${drafted.id}`, `State      ${drafted.state}`]
      answer({ ...(json && { json }) }, { agreement: drafted }, words.join('\n'))
    })
}

async function draft(tx: Tx, options: CreateOptions): Promise<Record<string, unknown>> {
  const { app, scopes, purpose, lawfulBasis, retention, screening, submit } = options
  const expiresOn = options.expiresOn ?? addMonths(today(tx.clock), longestMonths)
  const id = await draftAgreement(tx, {
    appId: app,
    scopes: scopes?.split(/[\s,]+/).filter(Boolean) ?? spokenApp(await findApp(tx, app)).requiredScopes,
    purpose,
    lawfulBasis,
    retention,
    screening,
    expiresOn,
    reviewOn: options.reviewOn ?? addMonths(expiresOn, -1),
    safeguards: options.safeguards ?? null,
    assessmentReference: options.assessment ?? null,
  })
  tx.log({ resource: 'agreements', recordId: id, action: 'created' })
  if (submit) await act(tx, id, 'submitted')
  return wholeRecord(tx, agreement, id)
}
