/**
 * `npm test`: one PostgreSQL for the whole run, then tap. Arguments go to tap, so `npm test -- test/x.test.ts` runs one
 * file. With TEST_DATABASE_URL set, that server is used (its owner's URL; mis_app must get in without a password).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTestServer } from './server.ts'
import { forgetTemplate } from './template.ts'

const tap = fileURLToPath(new URL('run.mjs', import.meta.resolve('tap')))
let running: ChildProcess | undefined
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    isEnding = true
    running?.kill(signal)
  })
process.exitCode = await main()

async function main(): Promise<number> {
  const built = isBuilt() ? 0 : await run(['build'])
  if (built !== 0 || isEnding) return built || 1
  const given = process.env.TEST_DATABASE_URL
  const server = given ? { ownerUrl: given, stop: () => forgetTemplate(given) } : await startTestServer()
  try {
    if (given) await forgetTemplate(given)
    const code = isEnding ? 1 : await run(process.argv.slice(2), { TEST_DATABASE_URL: server.ownerUrl })
    return isEnding ? code || 1 : code
  } finally {
    await server.stop()
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
      env: { ...process.env, ...environment },
    })
    running.once('error', () => resolve(1))
    running.once('exit', (code) => resolve(code ?? 1))
  })
}
