import { Command, CommanderError } from 'commander'
import { answer, Failed } from './cli/output.ts'
import { StartError } from './foundation/start-error.ts'

/** Each command in a file of its own, which is loaded when it is called: all of them together take seconds to start. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/server.ts')).serveCommand(),
  migrate: async () => (await import('./cli/server.ts')).migrateCommand(),
  contract: async () => (await import('./cli/contract.ts')).contractCommand(),
  schools: async () => (await import('./cli/schools.ts')).schoolCommands(),
  clients: async () => (await import('./cli/clients.ts')).clientCommands(),
  apps: async () => (await import('./cli/apps.ts')).appCommands(),
  agreements: async () => (await import('./cli/agreements.ts')).agreementCommands(),
  accounts: async () => (await import('./cli/accounts.ts')).accountCommands(),
  audit: async () => (await import('./cli/audit.ts')).auditCommands(),
  import: async () => (await import('./cli/import.ts')).importCommand(),
  export: async () => (await import('./cli/export.ts')).exportCommand(),
  demo: async () => (await import('./cli/demo.ts')).demoCommand(),
}

const program = new Command('mis')
  .description('Runs and looks after an open-mis installation.')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 misused. The environment variables are in README.md.',
  )

const called = commands[process.argv[2] ?? '']
for (const load of called ? [called] : Object.values(commands)) program.addCommand(await load())

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
  process.exitCode = await explain(error)
}

/** 2 for what the caller misspelled, 1 for what went wrong; a sentence, never a stack, for what we know. */
async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Failed) return 1
  const reason = await known(error)
  process.stderr.write(`${reason ?? (error instanceof Error ? error.stack : String(error))}\n`)
  if (process.argv.includes('--json')) answer({ json: true }, { reasons: [reason ?? String(error)] }, '')
  return 1
}

async function known(error: unknown): Promise<string | undefined> {
  if (error instanceof StartError) return error.message
  const { problemOf } = await import('./foundation/http/errors.ts')
  const { constraintMeanings } = await import('./foundation/resource/resource.ts')
  const { resources } = await import('./resources.ts')
  const found = problemOf(error, constraintMeanings(resources))
  if (found.status >= 500) return undefined
  const faults = found.errors?.map(({ path, message }) => `${path.slice(1)}: ${message}`)
  return faults?.join('\n') ?? found.detail ?? found.message
}
