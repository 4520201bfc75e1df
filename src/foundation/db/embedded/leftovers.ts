import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import { removeSocketFolder } from './places.ts'
import { postgresIn } from './processes.ts'

/** A fast shutdown is waited for so long, then an immediate one again so long. */
const patienceMs = 10_000
const stepMs = 20

/**
 * Ends a PostgreSQL that outlived its node process (kill -9), which would block the start with its lock file, and
 * removes what it left, save a socket folder that is still wanted. The caller holds the lock of the data folder, so
 * nobody else's server is ended.
 */
export async function endLeftovers(cluster: string, wanted?: string): Promise<void> {
  const { postmaster, sockets } = lockFileOf(cluster)
  const users = postgresIn(cluster)
  // Backends end with their postmaster; without one, each is told.
  for (const pid of users.includes(postmaster) ? [postmaster] : users) signal(pid, 'SIGINT')
  for (let waited = 0; postgresIn(cluster).length > 0; waited += stepMs) {
    if (waited === patienceMs) for (const pid of postgresIn(cluster)) signal(pid, 'SIGQUIT')
    if (waited > 2 * patienceMs)
      throw new StartError(`PostgreSQL process ${postgresIn(cluster)[0]} from an earlier start does not end.`)
    await wait(stepMs)
  }
  if (sockets && sockets !== wanted) removeSocketFolder(sockets)
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

/** postmaster.pid: the process number in line 1, the folder of the socket in line 5 (miscadmin.h). */
function lockFileOf(cluster: string): { postmaster: number; sockets: string | undefined } {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { postmaster: Number(lines[0]), sockets: lines[4] }
  } catch {
    return { postmaster: 0, sockets: undefined }
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
