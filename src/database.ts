import type { Config } from './config.ts'
import { findRunning } from './foundation/db/embedded/lock.ts'
import { startEmbedded } from './foundation/db/embedded/start.ts'
import { servingRole } from './foundation/db/migrate.ts'
import { openPool } from './foundation/db/pool.ts'
import { StartError } from './foundation/start-error.ts'

/** How to reach the database, for as long as it is needed. */
export interface Reach {
  /** May migrate. */
  ownerUrl: string
  /** Serves requests; takes on `role` where it is a login of the owner. */
  appUrl: string
  role: string | undefined
  close(): Promise<void>
}

/** The database of the configuration: the server that DATABASE_URL names, or an embedded one that this process starts. */
export async function reachDatabase(config: Config, log: (line: string) => void): Promise<Reach> {
  const { databaseUrl, databaseAppUrl, dataDir } = config
  if (databaseUrl) {
    await requireAnswer(databaseUrl)
    return {
      ownerUrl: databaseUrl,
      appUrl: databaseAppUrl ?? databaseUrl,
      role: databaseAppUrl ? undefined : servingRole,
      close: async () => {},
    }
  }
  const { ownerUrl, appUrl, stop } = await startEmbedded({ dataDir, log })
  return { ownerUrl, appUrl, role: undefined, close: stop }
}

/** The same for a command, which may run beside a server on the same data. */
export async function joinDatabase(config: Config, log: (line: string) => void): Promise<Reach> {
  const running = config.databaseUrl ? undefined : findRunning(config.dataDir)
  return running ? { ...running, role: undefined, close: async () => {} } : reachDatabase(config, log)
}

/** A database that is not there is told in one sentence, without its URL, which may hold a password. */
async function requireAnswer(url: string): Promise<void> {
  const pool = openPool({ url, size: 1, applicationName: 'mis start' })
  try {
    await pool.query('select 1')
  } catch (error) {
    // Where a name has several addresses, the error of all of them has a code and no message.
    const { message, code } = error as NodeJS.ErrnoException
    throw new StartError(`The database of DATABASE_URL does not answer: ${message || code}.`)
  } finally {
    await pool.end()
  }
}
