import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { servingAccount } from '../../src/foundation/db/embedded/account.ts'
import { findRunning } from '../../src/foundation/db/embedded/lock.ts'
import { clusterFolder } from '../../src/foundation/db/embedded/places.ts'
import { postgresIn } from '../../src/foundation/db/embedded/processes.ts'
import { dataFolder } from './embedded.ts'
import type { Teardown } from './postgres.ts'
import { type Program, start } from './program.ts'

/** Whom kill -9 meets: the process that answers, PostgreSQL with all its processes, or all of them. */
export type Victim = 'program' | 'postgres' | 'both'

/** The server as `npm start` runs it, with its own PostgreSQL, on a data folder that outlives it. */
export interface Killable {
  /** Where the youngest process serves, or served until it was killed. */
  url(): Promise<string>
  ownerUrl(): string
  /** Kills without a warning. The program is started again; PostgreSQL is the program's own concern. */
  kill(victim: Victim): Promise<void>
  /** Ends it as an operator does, and starts it again. */
  restart(): Promise<void>
}

export async function serveKillable(t: Teardown, env: Record<string, string> = {}): Promise<Killable> {
  const dataDir = dataFolder(t)
  const { cluster } = clusterFolder(dataDir, servingAccount)
  const launch = () => {
    const program = start(t, ['src/server.ts'], { DATA_DIR: dataDir, RATE_LIMIT: '0', ...env })
    const url = program.says(/serves at +(http\S+)\n/).then((found) => found[1] as string)
    url.catch(() => {})
    return { program, url }
  }
  let running = launch()
  const again = async ({ ended }: Program) => {
    await ended
    running = launch()
    await running.url
  }
  await running.url
  return {
    url: () => running.url,
    ownerUrl: () => findRunning(dataDir)?.ownerUrl ?? '',
    async kill(victim) {
      const { program } = running
      if (victim !== 'postgres') program.child.kill('SIGKILL')
      if (victim !== 'program') killPostgres(cluster)
      if (victim !== 'postgres') await again(program)
    },
    async restart() {
      const { program } = running
      program.child.kill('SIGTERM')
      await again(program)
    },
  }
}

/** All at once, so that no process lives to write what another left in their shared memory. */
function killPostgres(cluster: string): void {
  const postmaster = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
  if (!postgresIn(cluster).includes(postmaster)) throw new Error('PostgreSQL is not there to be killed.')
  // One that is stopped makes no new backends while the others are looked up.
  process.kill(postmaster, 'SIGSTOP')
  for (const pid of postgresIn(cluster)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}
