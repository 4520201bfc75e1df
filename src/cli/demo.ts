import { Command } from 'commander'
import { allScopes } from '../foundation/access/scopes.ts'
import { createClient } from '../oauth/clients.ts'
import { createDemoSchool } from '../operations/demo/create.ts'
import { asJson } from './options.ts'
import { answer, note, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('Creates another demo school, with a client that may do everything in it.')
    .option(...asJson)
    .action(async (options: OutputOptions) => {
      const made = await withSession(async ({ db }) => {
        const school = await createDemoSchool(db, note)
        const scopes = allScopes
        const { client, secret } = await createClient(db.pool, db.clock, {
          schoolId: school.schoolId,
          name: 'Demo client',
          scopes,
        })
        return { school, client: client.id, secret }
      })
      const { school, client, secret } = made
      answer(
        options,
        made,
        `Created ${school.name} (${school.schoolId}) with ${school.pupils} pupils.\nClient  ${client}\nSecret  ${secret}`,
      )
    })
}
