import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'

/** A secret of this installation, made when it is first asked for; every process reads the same one. */
export async function installationSecret(pool: Pool, name: string): Promise<string> {
  await pool.query(`insert into installation (name, value) values ($1, $2) on conflict do nothing`, [
    name,
    randomBytes(32).toString('base64url'),
  ])
  const { rows } = await pool.query<{ value: string }>(`select value from installation where name = $1`, [
    name,
  ])
  return rows[0]?.value as string
}
