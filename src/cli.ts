import { Command, CommanderError } from 'commander'
import { clientCommands } from './cli/clients.ts'
import { contractCommand } from './cli/contract.ts'
import { demoCommand } from './cli/demo.ts'
import { importCommand } from './cli/import.ts'
import { Failed } from './cli/output.ts'
import { schoolCommands } from './cli/schools.ts'
import { migrateCommand, serveCommand } from './cli/server.ts'
import { Problem } from './foundation/http/problems.ts'
import { StartError } from './foundation/start-error.ts'

const program = new Command('mis')
  .description('Runs and looks after an open-mis installation.')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 misused. The environment variables are in README.md.',
  )

for (const command of [
  serveCommand(),
  migrateCommand(),
  contractCommand(),
  schoolCommands(),
  clientCommands(),
  importCommand(),
  demoCommand(),
])
  program.addCommand(command)

/** commander's exitOverride does not reach commands that were made elsewhere. */
function overrideExits(command: Command): void {
  command.exitOverride()
  for (const each of command.commands) overrideExits(each)
}
overrideExits(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** 2 for what the caller misspelled, 1 for what went wrong; a sentence, never a stack, for what we know. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Failed) return 1
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`)
  else if (error instanceof Problem) process.stderr.write(`${error.detail ?? error.message}\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}
