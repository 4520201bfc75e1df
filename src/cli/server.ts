import { Command } from 'commander'
import { configFromProcess } from '../config.ts'
import { serve } from '../serve.ts'
import { answer, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serves until it is stopped (as npm start does).')
    .action(() => serve(configFromProcess))
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Brings the database up to date and creates the serving role; runs at every start as well.')
    .option('--json', 'one JSON document on standard output')
    .action(async (options: OutputOptions) => {
      await withSession(async () => {})
      answer(options, { migrated: true }, 'The database is up to date.')
    })
}
