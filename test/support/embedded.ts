import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endLeftovers } from '../../src/foundation/db/embedded/leftovers.ts'
import type { Urls } from '../../src/foundation/db/embedded/lock.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import type { Teardown } from './postgres.ts'
import { openFolder } from './server.ts'

const program = fileURLToPath(new URL('embedded-process.ts', import.meta.url))

export interface EmbeddedProcess extends Partial<Urls> {
  child: ChildProcess
  /** Why it did not start. */
  refused?: string
  /** Ends it as asked and waits. */
  end(signal?: NodeJS.Signals): Promise<void>
}

/** Starts an embedded PostgreSQL in a process of its own and waits for what it says. */
export async function startProcess(
  t: Teardown,
  dataDir: string,
  options: { uid?: number; env?: Record<string, string>; umask?: string } = {},
): Promise<EmbeddedProcess> {
  const command = [
    process.execPath,
    program,
    dataDir,
    ...(options.uid === undefined ? [] : [`${options.uid}`]),
  ]
  // tap would load itself into the process through NODE_OPTIONS, and answer its signals. Setting the umask here would reach other tests.
  const script = `umask ${options.umask ?? '022'}; unset NODE_OPTIONS; exec "$@"`
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env },
  })
  const ended = once(child, 'exit')
  const end = async (signal?: NodeJS.Signals) => {
    if (signal) child.kill(signal)
    else child.stdin?.end()
    await ended
  }
  t.teardown(() => end())
  if (!child.stdout) throw new Error('The process has no output.')
  for await (const line of createInterface({ input: child.stdout }))
    return { child, end, ...(JSON.parse(line) as { refused?: string } & Partial<Urls>) }
  throw new Error('The process ended without a word.')
}

/** `nobody` on Debian, Red Hat and Alpine. */
export const nobody = 65534

/** Whether root runs this from where an ordinary user can run it too, so not from a private home. */
export function mayBecomeNobody(): boolean {
  if (process.getuid?.() !== 0) return false
  const readable = ['-e', 'require("fs").readFileSync(process.argv[1])', program]
  return spawnSync(process.execPath, readable, { uid: nobody, gid: nobody, cwd: '/' }).status === 0
}

/** A data folder that is gone after the test, with the PostgreSQL that a killed process left on it. */
export function dataFolder(t: Teardown): string {
  const folder = openFolder()
  t.teardown(async () => {
    await endLeftovers(join(folder, 'postgresql'))
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** One statement's rows. */
export async function ask(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
  const pool = openPool({ url: url ?? '', size: 1, applicationName: 'test' })
  try {
    return (await pool.query(sql)).rows
  } finally {
    await pool.end()
  }
}
