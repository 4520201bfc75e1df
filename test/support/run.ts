/**
 * `npm test`: one PostgreSQL for the whole run, then tap. Arguments go to tap, so `npm test -- test/x.test.ts` runs one
 * file. With TEST_DATABASE_URL set, that server is used (its owner's URL; mis_app must get in without a password).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endLeftovers } from '../../src/foundation/db/embedded/leftovers.ts'
import { openFolder, startTestServer } from './server.ts'
import { forgetTemplate } from './template.ts'

const tap = fileURLToPath(new URL('run.mjs', import.meta.resolve('tap')))
/** Between asking tap and its tests to end and ending them. */
const patienceMs = 5_000
let running: ChildProcess | undefined
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => endRun(signal))
// npm does not hand every signal on, so its end is one too.
const parent = process.ppid
setInterval(() => process.ppid !== parent && endRun('SIGTERM'), 500).unref()
process.exitCode = await main()

async function main(): Promise<number> {
  const built = isBuilt() ? 0 : await run(['build'])
  if (built !== 0 || isEnding) return built || 1
  // Every temporary folder of the run lies in this one, so that tests which are ended half-way leave nothing either.
  const folder = openFolder()
  chmodSync(folder, 0o1777)
  const given = process.env.TEST_DATABASE_URL
  const server = given
    ? { ownerUrl: given, stop: () => forgetTemplate(given) }
    : await startTestServer(folder)
  try {
    if (given) await forgetTemplate(given)
    const environment = {
      TEST_DATABASE_URL: server.ownerUrl,
      TMPDIR: folder,
      // Every file of tests is a process that loads the whole application: it is compiled once.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
    }
    const code = isEnding ? 1 : await run(process.argv.slice(2), environment)
    return isEnding ? code || 1 : code
  } finally {
    await server.stop()
    // A browser leaves files of its own beside the databases.
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    for (const { name } of entries) await endLeftovers(join(folder, name, 'postgresql'))
    rmSync(folder, { recursive: true, force: true })
  }
}

function endRun(signal: NodeJS.Signals): void {
  if (isEnding) return
  isEnding = true
  signalAll(signal)
  setTimeout(() => signalAll('SIGKILL'), patienceMs).unref()
}

/** tap leads a process group of its own, with the tests and what they start. */
function signalAll(signal: NodeJS.Signals): void {
  try {
    if (running?.pid !== undefined) process.kill(-running.pid, signal)
  } catch {
    // They have ended.
  }
}

/** tap's class of plugins is generated; a fresh install has none, or the one with TypeScript, which costs seconds for each file. */
function isBuilt(): boolean {
  const built = new URL('../../test-built/dist/esm/index.js', import.meta.resolve('@tapjs/test'))
  return existsSync(built) && !readFileSync(built, 'utf8').includes('@tapjs/typescript')
}

/** Runs tap with this very Node; 1 when a signal ends it. */
function run(args: string[], environment = {}): Promise<number> {
  return new Promise((resolve) => {
    running = spawn(process.execPath, [tap, ...args], {
      stdio: 'inherit',
      detached: true,
      env: { ...process.env, ...environment },
    })
    running.once('error', () => resolve(1))
    running.once('exit', (code) => resolve(code ?? 1))
  })
}
