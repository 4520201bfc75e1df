import { Command } from 'commander'
import type { Pool } from 'pg'
import { systemActor, writeInSchool } from '../foundation/db/transaction.ts'
import { newId } from '../foundation/resource/rows.ts'
import { schools } from '../records/schools/table.ts'
import { asJson, schoolName } from './options.ts'
import { answer, type OutputOptions, table } from './output.ts'
import { withSession } from './session.ts'

interface ListedSchool {
  id: string
  name: string
}

export async function listSchools(owner: Pool): Promise<ListedSchool[]> {
  const { rows } = await owner.query<ListedSchool>(
    'select school_id as id, name from schools order by name, school_id',
  )
  return rows
}

export function schoolCommands(): Command {
  const command = new Command('schools').description('Lists and creates schools.')
  command
    .command('list')
    .description('Lists the schools of this installation.')
    .option(...asJson)
    .action(async (options: OutputOptions) => {
      const found = await withSession(({ owner }) => listSchools(owner))
      const words =
        found.length === 0 ? 'There is no school yet.' : table(found.map(({ id, name }) => [id, name]))
      answer(options, { schools: found }, words)
    })
  command
    .command('create')
    .description('Creates a school without any records.')
    .requiredOption('--name <name>', 'name of the school', schoolName)
    .option(...asJson)
    .action(async ({ name, ...options }: OutputOptions & { name: string }) => {
      const id = newId()
      await withSession(({ db }) =>
        writeInSchool(db, systemActor(id, 'mis schools create'), async (tx) => {
          await tx.orm.insert(schools).values({ schoolId: id, name })
          tx.log({ resource: 'schools', recordId: id, action: 'created' })
        }),
      )
      answer(options, { school: { id, name } }, `Created ${name}: ${id}`)
    })
  return command
}
