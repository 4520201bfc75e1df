import type { Command } from 'commander'
import { configFromProcess } from '../config.ts'
import { systemActor, type Tx, writeInSchool } from '../foundation/db/transaction.ts'
import { localUrl } from '../foundation/http/address.ts'
import { today } from '../foundation/time/clock.ts'
import { addMonths } from '../foundation/time/days.ts'
import { type Client, createClient } from '../oauth/clients.ts'
import { act } from '../operations/apps/acts.ts'
import { draftAgreement } from '../operations/apps/agreements.ts'
import { openApp } from '../operations/apps/open.ts'
import { filledIn, grantedBy, type Preset, type PresetName, presets } from '../operations/apps/presets.ts'
import { type Fault, longestMonths } from '../operations/apps/rules.ts'
import { missingIn } from './agreement-change.ts'
import { type TermsOptions, termsIn } from './agreement-terms.ts'
import type { OutputOptions } from './output.ts'
import { answer } from './output.ts'
import { sayPreset } from './preset-words.ts'
import { withSession } from './session.ts'

export interface PresetOptions extends OutputOptions, TermsOptions {
  preset: PresetName
  school?: string
  name?: string
  publisher?: string
  with: string
  without: string
  open?: boolean
  submit?: boolean
}

/** What a school needs in order to connect a consumer. */
export interface Connected {
  preset: PresetName
  app: Client
  secret: string
  agreementId: string
  agreement: { id: string; state: 'draft' | 'in-review' | 'in-force'; scopes: string[] }
  connection: { version: string; url: string; tokenUrl: string; clientId: string; scopes: string[] }
  settings: { name: string; value: string }[]
  notes: string[]
  leftOut: { scope: string; gives: string }[]
  missing: Fault[]
  next: string[]
}

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean)
/** What a preset says itself. */
const itsOwn = ['scopes', 'optional', 'kind', 'authMethod', 'redirectUri']

/** `mis apps create --preset`: app, draft of its agreement, credentials, and what to paste where. */
export async function createFromPreset(command: Command, { json, ...options }: PresetOptions): Promise<void> {
  const { school, preset: name, open, submit } = options
  const said = itsOwn.filter((each) => command.getOptionValueSource(each) === 'cli')
  const dashed = said.map((each) => `--${each.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  if (said.length > 0) command.error(`error: --preset says ${dashed.join(', ')} itself`)
  if (school === undefined) return command.error('error: --preset needs --school')
  const terms = Object.keys(termsIn(options)).filter((each) => each !== 'purpose')
  if (open && (submit || terms.length > 0))
    command.error('error: --open agrees at once: it takes the purpose, and no other terms')
  const isWhole = options.lawfulBasis && options.retention && options.screening
  if (submit && !isWhole) command.error('error: --submit needs --lawful-basis, --retention and --screening')
  const preset = presets[name]
  const extras = preset.extras.map(({ scope }): string => scope)
  const unknown = words(`${options.with} ${options.without}`).filter((scope) => !extras.includes(scope))
  if (unknown.length > 0)
    command.error(
      `error: of ${name}, ${extras.join(', ')} may be added or left out, not ${unknown.join(', ')}`,
    )
  const made = await connect(preset, { ...options, school })
  answer({ ...(json && { json }) }, made, sayPreset(preset, made))
}

function connect(preset: Preset, options: PresetOptions & { school: string }): Promise<Connected> {
  const { school, name = preset.name, publisher = preset.publisher } = options
  const granted = grantedBy(preset, { plus: words(options.with), minus: words(options.without) })
  return withSession(async ({ db }) => {
    const { client, secret = '' } = await createClient(db.pool, db.clock, {
      schoolId: school,
      name,
      publisher,
      kind: 'service',
      scopes: preset.scopes,
      optionalScopes: preset.extras.map(({ scope }) => scope),
      authMethod: 'client_secret_any',
    })
    const agreed = await writeInSchool(db, systemActor(school, 'mis apps create'), (tx) =>
      agree(tx, client.id, granted, preset, options),
    )
    return told(preset, options, { app: client, secret, granted, ...agreed })
  })
}

interface Agreed {
  id: string
  state: Connected['agreement']['state']
  missing: Fault[]
}

/** A draft that the school completes, unless whoever runs the installation answers for it. */
async function agree(
  tx: Tx,
  appId: string,
  scopes: string[],
  preset: Preset,
  { open, submit, ...options }: PresetOptions,
): Promise<Agreed> {
  const purpose = options.purpose ?? preset.purpose
  if (open) return { id: await openApp(tx, { appId, scopes, purpose }), state: 'in-force', missing: [] }
  const said = termsIn(options)
  const expiresOn = said.expiresOn ?? addMonths(today(tx.clock), longestMonths)
  const id = await draftAgreement(tx, {
    ...said,
    appId,
    scopes,
    purpose,
    expiresOn,
    reviewOn: said.reviewOn ?? addMonths(expiresOn, -1),
  })
  tx.log({ resource: 'agreements', recordId: id, action: 'created' })
  if (submit) await act(tx, id, 'submitted')
  return { id, state: submit ? 'in-review' : 'draft', missing: await missingIn(tx, id) }
}

function told(
  preset: Preset,
  { preset: name, school = '' }: PresetOptions,
  made: Agreed & { app: Client; secret: string; granted: string[] },
): Connected {
  const { host, port, publicUrl } = configFromProcess()
  const url = publicUrl ?? localUrl(host, port)
  const family = `https://purl.imsglobal.org/spec/or/${preset.version === '1.1' ? 'v1p1' : 'v1p2'}/scope/`
  const scopes = preset.asks.map((each) => family + each)
  const known = { url, school, client: made.app.id, secret: made.secret, scopes: scopes.join(' ') }
  const values = { ...known, encodedScopes: encodeURIComponent(known.scopes) }
  return {
    preset: name,
    app: made.app,
    secret: made.secret,
    agreementId: made.id,
    agreement: { id: made.id, state: made.state, scopes: made.granted },
    connection: {
      version: preset.version,
      url: `${url}/ims/oneroster${preset.version === '1.1' ? '/v1p1' : ''}`,
      tokenUrl: `${url}/oauth/token`,
      clientId: made.app.id,
      scopes,
    },
    settings: preset.settings.map(([label, value]) => ({ name: label, value: filledIn(value, values) })),
    notes: [
      ...preset.notes.map((each) => filledIn(each, values)),
      ...(publicUrl ? [] : [`PUBLIC_URL is not set: ${url} is reached from this machine alone.`]),
    ],
    leftOut: preset.extras
      .filter(({ scope }) => !made.granted.includes(scope))
      .map(({ scope, gives }) => ({ scope, gives })),
    missing: made.missing,
    next: stepsAfter(made, school),
  }
}

/** What remains to be done, as commands. */
function stepsAfter({ id, state, missing }: Agreed, school: string): string[] {
  const at = `${id} --school ${school}`
  const names = missing.map(({ path }) => path.slice(1))
  const flags: [string, string][] = [
    ['lawfulBasis', "--lawful-basis '...'"],
    ['retention', "--retention '...'"],
    ['screening', "--screening '...'"],
    ['safeguards', "--safeguards '...'"],
    ['assessmentReference', "--assessment '...'"],
  ]
  const wanted = flags.filter(([name]) => names.includes(name)).map(([, flag]) => flag)
  return [
    ...(wanted.length > 0 ? [`mis agreements change ${at} ${wanted.join(' ')}`] : []),
    ...(state === 'draft' || (state === 'in-review' && wanted.length > 0)
      ? [`mis agreements submit ${at}`]
      : []),
    ...(state === 'in-force' ? [] : [`mis agreements approve ${at}`]),
  ]
}
