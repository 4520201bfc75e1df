import { once } from 'node:events'
import { type Config, configFromProcess } from './config.ts'
import { openLog } from './foundation/http/request-log.ts'
import { StartError } from './foundation/start-error.ts'
import { type DemoAccess, prepareDemo } from './operations/demo/access.ts'
import { type Service, startService } from './service.ts'

interface Started {
  service: Service
  demo: DemoAccess | undefined
}

export interface ServeOptions {
  /** One JSON document on standard output instead of words. */
  json?: boolean
}

/** Serves until SIGINT or SIGTERM; a fault at the start is one sentence and exit code 1. */
export async function serve({ json = false }: ServeOptions = {}): Promise<void> {
  const stopping = stopOnSignals()
  const started = await start(configFromProcess, stopping).catch((error) => explain(error, stopping))
  if (!started) return
  process.stdout.write(json ? document(started) : welcome(started))
  if (!stopping.aborted) await once(stopping, 'abort')
  await started.service.close()
  process.exit(0)
}

/** Made before anything is started: a stop during the start leaves nothing running either. A second signal ends at once. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController()
  const stop = () => {
    if (stopping.signal.aborted) process.exit(1)
    stopping.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // Whoever reads what is printed may have gone (`npm start | head`): that is no reason to stop serving.
  process.stdout.on('error', () => {})
  return stopping.signal
}

async function start(read: () => Config, stopping: AbortSignal): Promise<Started> {
  const config = read()
  const log = openLog(config.logLevel)
  // Said between two steps, each of which takes moments: the place to give up.
  const progress = (line: string) => {
    stopping.throwIfAborted()
    log.info(line)
  }
  let demo: DemoAccess | undefined
  const service = await startService(config, {
    log,
    prepare: async (db, { ownerUrl }) => {
      stopping.throwIfAborted()
      if (config.isDemo) demo = await prepareDemo(db, ownerUrl, config.dataDir, progress)
    },
  })
  return { service, demo }
}

/** What a stop interrupts is no fault. */
function explain(error: unknown, stopping: AbortSignal): undefined {
  if (stopping.aborted) process.exit(0)
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function document({ service: { publicUrl: url }, demo }: Started): string {
  return `${JSON.stringify({ url, docs: `${url}/docs`, ...(demo && { demo }) }, null, 2)}\n`
}

function welcome({ service: { publicUrl: url }, demo }: Started): string {
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
