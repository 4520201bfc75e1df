import type pg from 'pg'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'

/** The database that every test's own one is a copy of. */
export const template = 'mis_template'
/** Any constant: it keeps the test processes apart while one of them makes the template. */
export const templateLock = 7_203_241_009

/** A migrated database that other test processes see too is made once; renamed when whole, so never seen in part. */
export async function ensureTemplate(admin: pg.Pool, server: string): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [templateLock])
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template])
  if (!rowCount) {
    await admin.query(`drop database if exists ${template}_new with (force)`)
    await admin.query(`create database ${template}_new`)
    await migrate({ ownerUrl: urlTo(server, `${template}_new`) })
    await admin.query(`alter database ${template}_new rename to ${template}`)
  }
  await admin.query('select pg_advisory_unlock($1)', [templateLock])
}

/** Removes a template that an earlier run left on a server that outlives it: its migrations may be old. */
export function forgetTemplate(server: string): Promise<unknown> {
  return asOwner(server, (admin) => admin.query(`drop database if exists ${template} with (force)`))
}

/** The same server, another database, perhaps another role. Written so that sockets, which have no host, work too. */
export function urlTo(server: string, name: string, role?: string): string {
  const [, user, rest, query] =
    /^postgres(?:ql)?:\/\/([^@/]*@)?([^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? []
  return `postgres://${role ? `${role}@` : (user ?? '')}${rest}/${name}${query ?? ''}`
}

/** One connection, so that a lock and what it guards share a session. */
export async function asOwner<T>(server: string, work: (admin: pg.Pool) => Promise<T>): Promise<T> {
  const admin = openPool({
    url: urlTo(server, 'postgres'),
    size: 1,
    applicationName: 'mis test',
    statementTimeoutMs: 0,
  })
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
