import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Teardown } from './postgres.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  /** Exit code, or the signal that ended it. */
  code: number | string
  out: string
  err: string
}

/** The program in a process of its own, as its user starts it. */
export interface Program {
  child: ChildProcess
  ended: Promise<Ended>
  /** Waits until standard output and standard error together match. Fails when the program ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>
}

type Environment = Readonly<Record<string, string>>

/** Starts a file of the project by Node; it is gone when the test is over. */
export function start(t: Teardown, args: readonly string[], env: Environment = {}): Program {
  // Nothing of the environment of the tests reaches it; tap would load itself into it through NODE_OPTIONS.
  const child = spawn('/bin/sh', ['-c', 'unset NODE_OPTIONS; exec "$@"', 'sh', process.execPath, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOG_LEVEL: 'warn',
      PORT: '0',
      DEMO: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout?.on('data', (text) => {
    said.out += text
  })
  child.stderr?.on('data', (text) => {
    said.err += text
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, ...said }))
  t.teardown(async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
  })
  const says = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said.out + said.err)
        if (found) resolve(found)
      }
      child.stdout?.on('data', look)
      child.stderr?.on('data', look)
      ended.then(({ code, err }) => reject(new Error(`Ended (${code}) without ${pattern}: ${err}`)))
      look()
    })
  return { child, ended, says }
}

/** Runs the `mis` command to its end. */
export function mis(t: Teardown, args: readonly string[], env: Environment = {}): Promise<Ended> {
  return start(t, ['src/mis.js', ...args], env).ended
}

/** What `mis ... --json` answered. */
export async function misJson<T>(t: Teardown, args: readonly string[], env: Environment = {}): Promise<T> {
  const { code, out, err } = await mis(t, [...args, '--json'], env)
  if (code !== 0) throw new Error(`mis ${args.join(' ')} ended with ${code}: ${err}`)
  return JSON.parse(out) as T
}
