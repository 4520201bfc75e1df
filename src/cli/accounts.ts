import { Command, Option } from 'commander'
import { sql } from 'drizzle-orm'
import { announceAccess } from '../foundation/access/announce.ts'
import { systemActor, type Tx, writeInSchool } from '../foundation/db/transaction.ts'
import { problem } from '../foundation/http/problems.ts'
import { newId } from '../foundation/resource/rows.ts'
import { today } from '../foundation/time/clock.ts'
import { createAccount } from '../oauth/people/accounts.ts'
import { invite } from '../oauth/people/invitations.ts'
import { roles } from '../operations/access/roles.ts'
import { roleAssignments } from '../operations/access/table.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

interface CreateOptions extends OutputOptions {
  school: string
  staff: string
  login: string
  role?: string
}

const staffRoles = roles
  .filter(({ kind, rows }) => kind === 'staff' && rows !== 'year')
  .map(({ name }) => name)

/** `mis accounts`: the first administrator of a school, who opens all other accounts. */
export function accountCommands(): Command {
  const command = new Command('accounts').description('Opens accounts for people who sign in.')
  command
    .command('create')
    .description(
      'Opens an account for a member of staff, and prints the one-time link for choosing a password.',
    )
    .requiredOption('--school <id>', 'the school', schoolId)
    .requiredOption('--staff <code>', 'code of the member of staff')
    .requiredOption('--login <name>', 'what is typed at sign-in')
    .addOption(new Option('--role <role>', 'role that the person gets from today').choices(staffRoles))
    .option(...asJson)
    .action(async ({ school, staff, login, role, ...options }: CreateOptions) => {
      const path = await withSession(({ db }) =>
        writeInSchool(db, systemActor(school, 'mis accounts create'), (tx) =>
          open(tx, { staff, login, role }),
        ),
      )
      answer(options, { login, path }, `Send this link, below the address of your server: ${path}`)
    })
  return command
}

async function open(
  tx: Tx,
  { staff, login, role }: { staff: string; login: string; role: string | undefined },
): Promise<string> {
  const [found] = await tx.sql<{ id: string }>(
    sql`select id from staff where school_id = ${tx.schoolId} and code = ${staff}`,
  )
  if (!found) throw problem('not-found', { detail: `There is no member of staff with the code ${staff}.` })
  const id = await createAccount(tx, { personId: found.id, kind: 'staff', login })
  tx.log({ resource: 'accounts', recordId: id, action: 'created' })
  if (role !== undefined) {
    const values = {
      schoolId: tx.schoolId,
      id: newId(),
      personId: found.id,
      role,
      validFrom: today(tx.clock),
    }
    await tx.orm.insert(roleAssignments).values(values)
    tx.log({ resource: 'role-assignments', recordId: values.id, action: 'created' })
  }
  await announceAccess(tx)
  return `/oauth/invitations/${tx.schoolId}.${await invite(tx, id)}`
}
