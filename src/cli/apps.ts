import { Command, Option } from 'commander'
import { readInSchool, systemActor, writeInSchool } from '../foundation/db/transaction.ts'
import {
  type AuthMethod,
  authMethods,
  createClient,
  listClients,
  revokeClient,
  rotateSecret,
} from '../oauth/clients.ts'
import type { AppKind } from '../oauth/registered-clients.ts'
import { findApp, spokenApp } from '../operations/apps/apps.ts'
import { openApp } from '../operations/apps/open.ts'
import { type PresetName, presetNames } from '../operations/apps/presets.ts'
import { addTermsOptions, type TermsOptions } from './agreement-terms.ts'
import { createFromPreset } from './apps-preset.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions, table } from './output.ts'
import { withSession } from './session.ts'

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean)
const collect = (value: string, before: string[]) => [...before, value]

interface NewAppOptions extends OutputOptions {
  school?: string
  name: string
  publisher?: string
  kind: AppKind
  scopes: string
  optional: string
  redirectUri: string[]
  authMethod?: AuthMethod
  open?: boolean
}

interface CreateOptions extends Omit<NewAppOptions, 'name' | 'scopes'>, TermsOptions {
  name?: string
  scopes?: string
  preset?: PresetName
  with: string
  without: string
  submit?: boolean
}

/** `mis apps`: programs that act for a school or its people. */
export function appCommands(): Command {
  const command = new Command('apps').description('Registers apps that act for a school or its people.')
  addCreate(command)
  command
    .command('list')
    .description('Lists the apps, of one school or of all.')
    .option('--school <id>', 'only those of this school', schoolId)
    .option(...asJson)
    .action(async ({ school, ...options }: OutputOptions & { school?: string }) => {
      const apps = await withSession(({ db }) => listClients(db.pool, school))
      const rows = apps.map(({ id, kind, isActive, name }) => [
        id,
        kind,
        isActive ? 'active' : 'revoked',
        name,
      ])
      answer(options, { apps }, rows.length === 0 ? 'There is no app.' : table(rows))
    })
  addShow(command)
  addRotate(command)
  addRevoke(command)
  return command
}

function addShow(command: Command): void {
  command
    .command('show')
    .description('Shows an app as a school sees it.')
    .argument('<app>', 'id of the app')
    .requiredOption('--school <id>', 'the school', schoolId)
    .option(...asJson)
    .action(async (id: string, { school, ...options }: OutputOptions & { school: string }) => {
      const app = await withSession(({ db }) =>
        readInSchool(db, systemActor(school, 'mis apps show'), async (tx) =>
          spokenApp(await findApp(tx, id)),
        ),
      )
      const rows = Object.entries(app).map(([name, value]) => [name, inWords(value)])
      answer(options, { app }, table(rows))
    })
}

/** A value in one line; empty where there is none. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(' ')
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? '')
}

function addRotate(command: Command): void {
  command
    .command('rotate')
    .description('Gives an app a new secret; the old one works for 24 more hours.')
    .argument('<app>', 'id of the app')
    .option(...asJson)
    .action(async (id: string, options: OutputOptions) => {
      const secret = await withSession(({ db }) => rotateSecret(db.pool, db.clock, id))
      answer(options, { app: id, secret }, `Secret  ${secret}   (not shown again)`)
    })
}

function addRevoke(command: Command): void {
  command
    .command('revoke')
    .description('Ends an app at once: no new tokens, and those it has are refused within a second.')
    .argument('<app>', 'id of the app')
    .option(...asJson)
    .action(async (id: string, options: OutputOptions) => {
      await withSession(({ db }) => revokeClient(db.pool, db.clock, id))
      answer(options, { app: id, revoked: true }, `Revoked ${id}`)
    })
}

function addCreate(command: Command): void {
  const create = command
    .command('create')
    .description(
      'Registers an app; with --open the school agrees to all it wants, for twelve months. With --preset: app, draft of the agreement, and what to paste where.',
    )
    .option(
      '--school <id>',
      'school that registers it and alone may use it; left out, any school may agree',
      schoolId,
    )
    .addOption(
      new Option('--preset <consumer>', 'a consumer of OneRoster that is known here').choices(presetNames),
    )
    .option('--name <name>', 'what people call it; needed without --preset')
    .option('--publisher <name>', 'who makes it')
    .addOption(
      new Option('--kind <kind>', 'service acts for the school, the others for people')
        .choices(['service', 'web', 'native', 'device'])
        .default('service'),
    )
    .option(
      '--scopes <scopes>',
      'scopes without which it does not work, separated by spaces; needed without --preset',
    )
    .option('--optional <scopes>', 'scopes that may be refused', '')
    .option('--redirect-uri <address>', 'where people return to; may be given several times', collect, [])
    .addOption(new Option('--auth-method <method>', 'how it proves itself').choices([...authMethods]))
    .option('--open', 'bring an agreement into force at once')
    .option('--with <scopes>', 'of a preset: scopes to grant that it leaves out', '')
    .option('--without <scopes>', 'of a preset: scopes to leave out that it grants', '')
    .option('--submit', 'of a preset: hand the agreement in for review at once')
  addTermsOptions(create)
    .option(...asJson)
    .action((options: CreateOptions) => createAs(create, options))
}

/** Of these, the terms of an agreement, only a preset makes use. */
const ofPresets = [
  'with',
  'without',
  'submit',
  'purpose',
  'lawfulBasis',
  'retention',
  'screening',
  'reviewOn',
]
const ofPresetsToo = [...ofPresets, 'expiresOn', 'safeguards', 'assessment']

async function createAs(command: Command, { preset, ...options }: CreateOptions): Promise<void> {
  if (preset !== undefined) return createFromPreset(command, { ...options, preset })
  const { name, scopes, json, ...more } = options
  if (name === undefined || scopes === undefined)
    return command.error(
      `error: required option '--${name === undefined ? 'name' : 'scopes'}' not specified, nor a --preset`,
    )
  if (ofPresetsToo.some((each) => command.getOptionValueSource(each) === 'cli'))
    command.error('error: terms of an agreement go with --preset; else see mis agreements create')
  if (options.open && options.school === undefined) command.error('error: --open needs --school')
  const { client, secret, agreementId } = await register({ ...more, name, scopes })
  const lines = [`App        ${client.id}`]
  if (secret !== undefined) lines.push(`Secret     ${secret}   (not shown again)`)
  lines.push(
    agreementId
      ? `Agreement  ${agreementId}, in force`
      : 'No agreement yet: it gets no token before one is in force.',
  )
  const document = { app: client, secret: secret ?? null, agreementId: agreementId ?? null }
  answer({ ...(json && { json }) }, document, lines.join('\n'))
}

function register({
  school,
  name,
  publisher,
  kind,
  scopes,
  optional,
  redirectUri,
  authMethod,
  open,
}: Omit<NewAppOptions, 'json'>) {
  return withSession(async ({ db }) => {
    const { client, secret } = await createClient(db.pool, db.clock, {
      schoolId: school ?? null,
      name,
      kind,
      scopes: words(scopes),
      optionalScopes: words(optional),
      redirectUris: redirectUri,
      ...(publisher !== undefined && { publisher }),
      ...(authMethod && { authMethod }),
    })
    const purpose = 'Opened with mis apps create.'
    const agreementId =
      open && school !== undefined
        ? await writeInSchool(db, systemActor(school, 'mis apps create'), (tx) =>
            openApp(tx, { appId: client.id, scopes: client.scopes, purpose }),
          )
        : undefined
    return { client, secret, agreementId }
  })
}
