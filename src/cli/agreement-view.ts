import { type Command, InvalidArgumentError } from 'commander'
import { readInSchool, systemActor, writeInSchool } from '../foundation/db/transaction.ts'
import { isUuid } from '../foundation/db/uuid.ts'
import { wholeRecord } from '../foundation/resource/record.ts'
import { agreement } from '../operations/apps/agreements.ts'
import { readActs, readVersions } from '../operations/apps/history.ts'
import { readWithheld, withholdPupils } from '../operations/apps/withheld.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions, table } from './output.ts'
import { withSession } from './session.ts'

interface SchoolOptions extends OutputOptions {
  school: string
}

function recordId(text: string): string {
  if (isUuid(text)) return text
  throw new InvalidArgumentError('An id is a UUID.')
}

/** `mis agreements show` */
export function addShow(command: Command): void {
  command
    .command('show')
    .description('Shows an agreement with its versions, what was done with it, and who is withheld.')
    .argument('<agreement>', 'id of the agreement', recordId)
    .requiredOption('--school <id>', 'the school', schoolId)
    .option(...asJson)
    .action(async (id: string, { school, ...options }: SchoolOptions) => {
      const shown = await withSession(({ db }) =>
        readInSchool(db, systemActor(school, 'mis agreements show'), async (tx) => ({
          agreement: await wholeRecord(tx, agreement, id),
          versions: await readVersions(tx, id),
          acts: await readActs(tx, id),
          withheldPupils: await readWithheld(tx, id),
        })),
      )
      const { appId, state, scopes, expiresOn } = shown.agreement
      const head = table([
        ['App', String(appId)],
        ['State', String(state)],
        ['Scopes', (scopes as string[]).join(' ') || 'none'],
        ['Last day', String(expiresOn ?? 'none')],
        ['Versions', String(shown.versions.length)],
        ['Withheld', `${shown.withheldPupils.length} pupils`],
      ])
      const acts = shown.acts.map((each) => [each.actedAt, each.act, each.actedBy, each.note ?? ''])
      answer(options, shown, acts.length === 0 ? head : `${head}\n\n${table(acts)}`)
    })
}

interface WithholdOptions extends SchoolOptions {
  pupil: string[]
  reason: string
}

const eachPupil = (value: string, before: string[]) => [...before, recordId(value)]

/** `mis agreements withhold`: the way back for pupils whom an app can no longer see, so not its own list either. */
export function addWithhold(command: Command): void {
  command
    .command('withhold')
    .description('Sets which pupils the app never sees: these and no others. Without --pupil it sees all.')
    .argument('<agreement>', 'id of the agreement', recordId)
    .requiredOption('--school <id>', 'the school', schoolId)
    .option('--pupil <id>', 'a pupil; may be given several times', eachPupil, [])
    .option('--reason <text>', 'why the app must not see them', 'Not said.')
    .option(...asJson)
    .action(async (id: string, { school, pupil, reason, ...options }: WithholdOptions) => {
      await withSession(({ db }) =>
        writeInSchool(db, systemActor(school, 'mis agreements withhold'), async (tx) => {
          const pupils = pupil.map((pupilId) => ({ pupilId, reason }))
          await withholdPupils(tx, id, pupils)
          tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['hasWithheld'] })
        }),
      )
      answer(options, { agreement: id, withheldPupils: pupil }, `Withheld: ${pupil.length} pupils.`)
    })
}
