import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import t from 'tap'
import type { Reach } from '../../src/database.ts'
import { servingRole } from '../../src/foundation/db/migrate.ts'
import { startTestServer } from './server.ts'
import { asOwner, ensureTemplate, template, urlTo } from './template.ts'

/** The part of a tap test that is needed here. */
export interface Teardown {
  teardown(done: () => unknown): unknown
}

/** The address of the serving role needs no password, and no role to be taken on. */
export interface TestDatabase extends Reach {
  name: string
}

/** A migrated database of one's own, gone when the test is over. */
export async function testDatabase(t: Teardown): Promise<TestDatabase> {
  const server = await serverUrl()
  const name = `mis_test_${randomBytes(6).toString('hex')}`
  await asOwner(server, async (admin) => {
    await ensureTemplate(admin, server)
    await copyQuickly(admin)
    await admin.query(`create database ${name} template ${template} strategy file_copy`)
  })
  t.teardown(() => asOwner(server, (admin) => admin.query(`drop database ${name} with (force)`)))
  const appUrl = urlTo(server, name, servingRole)
  return { ownerUrl: urlTo(server, name), appUrl, role: undefined, name, close: async () => {} }
}

/** PostgreSQL 18 copies a database of 13 MB in 60 ms so, and in 180 otherwise; hundreds are made. */
const copyQuickly = (admin: pg.Pool) =>
  admin.query("select set_config(name, 'clone', false) from pg_settings where name = 'file_copy_method'")

/** The server of the whole run, or one of this file's own when it runs by itself. */
function serverUrl(): Promise<string> {
  own ??= process.env.TEST_DATABASE_URL ? Promise.resolve(process.env.TEST_DATABASE_URL) : startOwn()
  return own
}

let own: Promise<string> | undefined

async function startOwn(): Promise<string> {
  const { ownerUrl, stop } = await startTestServer()
  t.teardown(stop)
  return ownerUrl
}
