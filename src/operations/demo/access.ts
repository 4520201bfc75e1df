import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { allScopes } from '../../foundation/access/scopes.ts'
import { makeOpenFolder } from '../../foundation/db/embedded/places.ts'
import { openPool } from '../../foundation/db/pool.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import { StartError } from '../../foundation/start-error.ts'
import { listClients } from '../../oauth/clients.ts'
import { createOpenClient } from '../apps/open.ts'
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
  const [school, ...others] = await schoolsOf(ownerUrl)
  if (!school) {
    // Written first: an unwritable folder is told before the work, and a start that was killed half-way is known by it.
    keep(dataDir, {})
    const { schoolId, name } = await createDemoSchool(db, log)
    return giveAccess(db, dataDir, { id: schoolId, name })
  }
  const kept = keptIn(dataDir)
  const clients = await listClients(db.pool)
  if (kept && !kept.clientId && clients.length + others.length === 0) return giveAccess(db, dataDir, school)
  const isLive = clients.some(({ id, isActive }) => id === kept?.clientId && isActive)
  return isLive ? (kept as DemoAccess) : undefined
}

interface NamedSchool {
  id: string
  name: string
}

async function schoolsOf(ownerUrl: string): Promise<NamedSchool[]> {
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'mis demo' })
  try {
    return (await owner.query<NamedSchool>('select school_id as id, name from schools limit 2')).rows
  } finally {
    await owner.end()
  }
}

async function giveAccess(
  db: Database,
  dataDir: string,
  { id: schoolId, name }: NamedSchool,
): Promise<DemoAccess> {
  const app = { schoolId, name: 'Demo client', scopes: allScopes }
  const made = await createOpenClient(db, app, 'mis demo')
  const access = { schoolName: name, clientId: made.client.id, secret: made.secret as string }
  keep(dataDir, access)
  return access
}

const fileOf = (dataDir: string) => join(dataDir, 'demo-client.json')

function keptIn(dataDir: string): Partial<DemoAccess> | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<DemoAccess>
  } catch {
    return undefined
  }
}

function keep(dataDir: string, access: Partial<DemoAccess>): void {
  makeOpenFolder(resolve(dataDir))
  try {
    writeFileSync(fileOf(dataDir), JSON.stringify(access), { mode: 0o600 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(
      `DATA_DIR ${dataDir} cannot be written (${code}): choose another place, or DEMO=off.`,
    )
  }
}
