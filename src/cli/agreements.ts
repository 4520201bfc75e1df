import { Command } from 'commander'
import { asc, eq } from 'drizzle-orm'
import { readInSchool, systemActor, type Tx, writeInSchool } from '../foundation/db/transaction.ts'
import { refuse } from '../foundation/http/problems.ts'
import { today } from '../foundation/time/clock.ts'
import { act } from '../operations/apps/acts.ts'
import { findApp } from '../operations/apps/apps.ts'
import { openApp } from '../operations/apps/open.ts'
import { type Act, faultsOfScopes, stateOn } from '../operations/apps/rules.ts'
import { agreements } from '../operations/apps/table.ts'
import { addChange } from './agreement-change.ts'
import { addCreate } from './agreement-draft.ts'
import { addShow, addWithhold } from './agreement-view.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions, table } from './output.ts'
import { withSession } from './session.ts'

interface ActOptions extends OutputOptions {
  school: string
  note?: string
}

interface OpenOptions extends OutputOptions {
  school: string
  app: string
  purpose: string
  without: string
}

const verbs: { verb: string; what: Act; description: string }[] = [
  { verb: 'submit', what: 'submitted', description: 'Hands a draft in for review.' },
  { verb: 'approve', what: 'approved', description: 'Brings a submitted version into force.' },
  { verb: 'refuse', what: 'refused', description: 'Sends a submitted version back to its draft.' },
  { verb: 'suspend', what: 'suspended', description: 'Stops an app within a second, until it is resumed.' },
  { verb: 'resume', what: 'resumed', description: 'Lets a suspended app in again.' },
  { verb: 'end', what: 'ended', description: 'Ends an agreement for good.' },
  {
    verb: 'attest-deletion',
    what: 'deletion-attested',
    description: "Records that the app has deleted the school's data.",
  },
]

/** `mis agreements`: what a school has agreed with its apps. */
export function agreementCommands(): Command {
  const command = new Command('agreements').description(
    'Shows and decides what a school has agreed with apps.',
  )
  command
    .command('list')
    .description('Lists the agreements of a school.')
    .requiredOption('--school <id>', 'the school', schoolId)
    .option(...asJson)
    .action(async ({ school, ...options }: ActOptions) => {
      const found = await withSession(({ db }) =>
        readInSchool(db, systemActor(school, 'mis agreements'), listAll),
      )
      const rows = found.map(({ id, appId, state, expiresOn }) => [id, appId, state, expiresOn ?? ''])
      answer(options, { agreements: found }, rows.length === 0 ? 'There is no agreement.' : table(rows))
    })
  command
    .command('open')
    .description('Brings an agreement with an app into force at once, for twelve months.')
    .requiredOption('--school <id>', 'the school', schoolId)
    .requiredOption('--app <id>', 'the app')
    .requiredOption('--purpose <text>', 'what it is used for')
    .option('--without <scopes>', 'optional scopes that are refused, separated by spaces', '')
    .option(...asJson)
    .action(async ({ school, app, purpose, without, ...options }: OpenOptions) => {
      const agreement = await withSession(({ db }) =>
        writeInSchool(db, systemActor(school, 'mis agreements open'), async (tx) => {
          const found = await findApp(tx, app)
          const refused = without.split(/[\s,]+/)
          const scopes = found.scopes.filter((scope) => !refused.includes(scope))
          refuse(faultsOfScopes(scopes, found))
          return openApp(tx, { appId: app, scopes, purpose })
        }),
      )
      answer(options, { agreement }, `In force: ${agreement}`)
    })
  addShow(command)
  addCreate(command)
  addChange(command)
  for (const { verb, what, description } of verbs) addVerb(command, verb, what, description)
  addWithhold(command)
  return command
}

async function listAll(tx: Tx) {
  const { id, appId, state, scopes, expiresOn } = agreements
  const found = await tx.orm
    .select({ id, appId, state, scopes, expiresOn })
    .from(agreements)
    .where(eq(agreements.schoolId, tx.schoolId))
    .orderBy(asc(id))
  return found.map((each) => ({ ...each, state: stateOn(today(tx.clock), each) }))
}

function addVerb(command: Command, verb: string, what: Act, description: string): void {
  command
    .command(verb)
    .description(description)
    .argument('<agreement>', 'id of the agreement', schoolId)
    .requiredOption('--school <id>', 'the school', schoolId)
    .option('--note <text>', 'why, or what was checked')
    .option(...asJson)
    .action(async (id: string, { school, note, ...options }: ActOptions) => {
      await withSession(({ db }) =>
        writeInSchool(db, systemActor(school, `mis agreements ${verb}`), async (tx) => {
          await act(tx, id, what, note)
          tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['state'] })
        }),
      )
      answer(options, { agreement: id, act: what }, `Done: ${what}.`)
    })
}
