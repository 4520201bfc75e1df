import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator'
import type { Pool } from 'pg'
import { StartError } from '../start-error.ts'
import { lockDown } from './lockdown.ts'
import { openPool } from './pool.ts'
import { prepareQueue } from './queue.ts'

const folder = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** The role under which requests are served: it owns nothing and cannot pass row-level security. */
export const servingRole = 'mis_app'

/** Any constant will do: it keeps two migrations of one database apart. */
const migrationLock = 7_203_241_008

export interface MigrateOptions {
  /** A URL of the database's owner; it may create roles, or the role exists already. */
  ownerUrl: string
  log?: (line: string) => void
}

/** Brings a database up to date: the serving role, the tables, then row-level security and grants on every one. */
export async function migrate({ ownerUrl, log = () => {} }: MigrateOptions): Promise<void> {
  const pool = openPool({
    url: ownerUrl,
    size: 1,
    applicationName: 'mis migrate',
    // A migration, or the wait for another one, may take its time.
    statementTimeoutMs: 0,
  })
  try {
    await pool.query('select pg_advisory_lock($1)', [migrationLock])
    await createServingRole(pool)
    await runMigrations(drizzle(pool), { migrationsFolder: folder })
    await lockDown(pool, servingRole)
    await prepareQueue(pool, servingRole)
    await pool.query('select pg_advisory_unlock($1)', [migrationLock])
    log('The database is up to date.')
  } finally {
    await pool.end()
  }
}

/**
 * Roles belong to the whole server, so another database may have made it a moment ago (42710, 23505). The owner must be
 * able to act as the serving role, since one URL may serve both.
 */
async function createServingRole(pool: Pool): Promise<void> {
  const ifMissing = (error: { code?: string }) => {
    if (error.code !== '42710' && error.code !== '23505') throw error
  }
  try {
    const { rowCount } = await pool.query('select from pg_roles where rolname = $1', [servingRole])
    if (!rowCount)
      await pool
        .query(`create role ${servingRole} login nosuperuser nocreatedb nocreaterole nobypassrls`)
        .catch(ifMissing)
    const { rows } = await pool.query(`select pg_has_role(current_user, $1, 'member') as "isMember"`, [
      servingRole,
    ])
    if (!rows[0].isMember) await pool.query(`grant ${servingRole} to current_user`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    throw new StartError(
      `The owner of the database may not manage roles: let a superuser run "create role ${servingRole} login" if there is none, and "grant ${servingRole} to" the owner.`,
    )
  }
}
