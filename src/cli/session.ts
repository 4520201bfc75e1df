import type { Pool } from 'pg'
import { configFromProcess } from '../config.ts'
import { joinDatabase } from '../database.ts'
import { migrate } from '../foundation/db/migrate.ts'
import { openPool } from '../foundation/db/pool.ts'
import type { Database } from '../foundation/db/transaction.ts'
import { systemClock } from '../foundation/time/clock.ts'
import { note } from './output.ts'

/** What a command works with: the data door of the server, and the owner's for what concerns the installation. */
export interface Session {
  db: Database
  owner: Pool
}

/** Runs a command's work on the database: beside a running server, or on one that it starts for this time. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const reach = await joinDatabase(configFromProcess(), note)
  const pools: Pool[] = []
  const open = (url: string, role?: string) => {
    const pool = openPool({ url, size: 2, applicationName: 'mis command', ...(role && { role }) })
    pools.push(pool)
    return pool
  }
  try {
    await migrate({ ownerUrl: reach.ownerUrl })
    const pool = open(reach.appUrl, reach.role)
    return await work({ db: { pool, clock: systemClock }, owner: open(reach.ownerUrl) })
  } finally {
    for (const pool of pools) await pool.end()
    await reach.close()
  }
}
