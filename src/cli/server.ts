import { Command } from 'commander'
import type { ServeOptions } from '../serve.ts'
import { asJson } from './options.ts'
import { answer, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serves until it is stopped (as npm start does).')
    .option(...asJson)
    .action(async (options: ServeOptions) => (await import('../serve.ts')).serve(options))
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Brings the database up to date and creates the serving role; runs at every start as well.')
    .option(...asJson)
    .action(async (options: OutputOptions) => {
      await withSession(async () => {})
      answer(options, { migrated: true }, 'The database is up to date.')
    })
}
