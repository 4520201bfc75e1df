import type { ChildProcess } from 'node:child_process'
import { exitOf } from './cluster.ts'
import { endLeftovers } from './leftovers.ts'
import { type Launch, runPostmaster } from './postmaster.ts'

export interface Server {
  /** Fast shutdown: connections are ended, everything is written. Does not wait. */
  end(): void
  stop(): Promise<void>
}

/** Runs PostgreSQL until it is told to end; when it dies (kill -9, out of memory) it is started again at the same address. */
export async function keepRunning(launch: Launch): Promise<Server> {
  let isWanted = true
  let child = await runPostmaster(launch)
  const again = async (code: number | string): Promise<void> => {
    launch.log(`PostgreSQL ended by itself (${code}): it is started again.`)
    await endLeftovers(launch.place.cluster, launch.sockets)
    if (!isWanted) return
    child = await runPostmaster(launch)
    // Told to end while it was coming up.
    if (!isWanted) child.kill('SIGINT')
    await watch(child)
  }
  const watch = async (running: ChildProcess): Promise<void> => {
    const code = await exitOf(running)
    if (isWanted) await again(code).catch((error) => launch.log(`PostgreSQL is down. ${error}`))
  }
  const watched = watch(child)
  const end = () => {
    isWanted = false
    child.kill('SIGINT')
  }
  const stop = () => {
    end()
    return watched
  }
  return { end, stop }
}
