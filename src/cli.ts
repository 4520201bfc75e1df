import { Command, CommanderError } from 'commander'
import { accountCommands } from './cli/accounts.ts'
import { agreementCommands } from './cli/agreements.ts'
import { appCommands } from './cli/apps.ts'
import { auditCommands } from './cli/audit.ts'
import { clientCommands } from './cli/clients.ts'
import { contractCommand } from './cli/contract.ts'
import { demoCommand } from './cli/demo.ts'
import { exportCommand } from './cli/export.ts'
import { importCommand } from './cli/import.ts'
import { answer, Failed } from './cli/output.ts'
import { schoolCommands } from './cli/schools.ts'
import { migrateCommand, serveCommand } from './cli/server.ts'
import { problemOf } from './foundation/http/errors.ts'
import { constraintMeanings } from './foundation/resource/resource.ts'
import { StartError } from './foundation/start-error.ts'
import { resources } from './resources.ts'

const program = new Command('mis')
  .description('Runs and looks after an open-mis installation.')
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
  appCommands(),
  agreementCommands(),
  accountCommands(),
  auditCommands(),
  importCommand(),
  exportCommand(),
  demoCommand(),
])
  program.addCommand(command)

/** What is set on the program does not reach commands that were made elsewhere. */
function explainMisuse(command: Command): void {
  command.exitOverride().showHelpAfterError()
  for (const each of command.commands) explainMisuse(each)
}
explainMisuse(program)

// Whoever reads the answer may have read enough (`mis clients list | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** 2 for what the caller misspelled, 1 for what went wrong; a sentence, never a stack, for what we know. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Failed) return 1
  const reason = known(error)
  process.stderr.write(`${reason ?? (error instanceof Error ? error.stack : String(error))}\n`)
  if (process.argv.includes('--json')) answer({ json: true }, { reasons: [reason ?? String(error)] }, '')
  return 1
}

function known(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message
  const found = problemOf(error, constraintMeanings(resources))
  if (found.status >= 500) return undefined
  const faults = found.errors?.map(({ path, message }) => `${path.slice(1)}: ${message}`)
  return faults?.join('\n') ?? found.detail ?? found.message
}
