import type { Config } from './config.ts'
import { openLog } from './foundation/http/request-log.ts'
import { StartError } from './foundation/start-error.ts'
import { type DemoAccess, prepareDemo } from './operations/demo/access.ts'
import { startService } from './service.ts'

/** Serves until SIGINT or SIGTERM; a fault at the start is one sentence and exit code 1. */
export async function serve(read: () => Config): Promise<void> {
  try {
    const config = read()
    const log = openLog(config.logLevel)
    let demo: DemoAccess | undefined
    const service = await startService(config, {
      log,
      prepare: async (db, reach) => {
        if (config.isDemo)
          demo = await prepareDemo(db, reach.ownerUrl, config.dataDir, (line) => log.info(line))
      },
    })
    stopOnSignals(() => service.close())
    process.stdout.write(welcome(service.publicUrl, demo))
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

/** The first signal stops cleanly, a second one at once. */
function stopOnSignals(close: () => Promise<void>): void {
  let isStopping = false
  const stop = () => {
    if (isStopping) process.exit(1)
    isStopping = true
    close().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function welcome(url: string, demo: DemoAccess | undefined): string {
  const lines = ['', `open-mis serves at   ${url}`, `The contract to try  ${url}/docs`]
  if (demo)
    lines.push(
      '',
      `Demo school          ${demo.schoolName}`,
      `Demo client          ${demo.clientId}`,
      `Secret               ${demo.secret}`,
      '',
      'A token, and the first page of pupils:',
      '',
      `  TOKEN=$(curl -s -u '${demo.clientId}:${demo.secret}' -d grant_type=client_credentials ${url}/oauth/token | sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')`,
      `  curl -s -H "Authorization: Bearer $TOKEN" '${url}/v1/pupils?limit=5'`,
    )
  return `${lines.join('\n')}\n\n`
}
