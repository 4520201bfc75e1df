import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Longest time that a shutdown is waited for before it is made an immediate one. */
const patienceMs = 10_000
const stepMs = 20

/**
 * Ends a PostgreSQL that outlived its node process (kill -9), which would block the start with its lock file. Its
 * processes are those whose working folder is the cluster; zombies have none and are not waited for.
 */
export async function endLeftovers(cluster: string): Promise<void> {
  const postmaster = postmasterOf(cluster)
  if (postmaster !== undefined) signal(postmaster, 'SIGINT')
  for (let waited = 0; usersOf(cluster).length > 0; waited += stepMs) {
    if (waited === patienceMs) for (const pid of usersOf(cluster)) signal(pid, 'SIGQUIT')
    if (waited > 2 * patienceMs) break
    await wait(stepMs)
  }
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

function postmasterOf(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  return usersOf(cluster).includes(pid) ? pid : undefined
}

function usersOf(cluster: string): number[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => workingFolder(pid) === cluster)
    .map(Number)
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
