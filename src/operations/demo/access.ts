import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allScopes } from '../../foundation/access/scopes.ts'
import { openPool } from '../../foundation/db/pool.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import { createClient, listClients } from '../../oauth/clients.ts'
import { createDemoSchool } from './create.ts'

/** What the first page of a trial needs. */
export interface DemoAccess {
  schoolName: string
  clientId: string
  secret: string
}

/**
 * Makes the demo school in an empty database, with a client that may do everything in it. The secret is kept in a
 * private file beside the data, so that every start can show it; a school's own client is never treated so.
 */
export async function prepareDemo(
  db: Database,
  ownerUrl: string,
  dataDir: string,
  log: (line: string) => void,
): Promise<DemoAccess | undefined> {
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'mis demo' })
  try {
    const { rowCount } = await owner.query('select from schools limit 1')
    if (rowCount === 0) return await makeDemo(db, dataDir, log)
    return await knownDemo(db, dataDir)
  } finally {
    await owner.end()
  }
}

async function makeDemo(db: Database, dataDir: string, log: (line: string) => void): Promise<DemoAccess> {
  const { schoolId, name } = await createDemoSchool(db, log)
  const { client, secret } = await createClient(db.pool, db.clock, {
    schoolId,
    name: 'Demo client',
    scopes: allScopes,
  })
  const access = { schoolName: name, clientId: client.id, secret: secret as string }
  writeFileSync(fileOf(dataDir), JSON.stringify(access), { mode: 0o600 })
  return access
}

async function knownDemo({ pool }: Database, dataDir: string): Promise<DemoAccess | undefined> {
  try {
    const access = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as DemoAccess
    const clients = await listClients(pool)
    return clients.some(({ id, isActive }) => id === access.clientId && isActive) ? access : undefined
  } catch {
    return undefined
  }
}

const fileOf = (dataDir: string) => join(dataDir, 'demo-client.json')
