import type { Pool } from 'pg'

/** Every school that a program acts for: the serving role sees one school at a time, so upkeep goes through them. */
export async function schoolsWithClients(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select school_id as id from client_schools union select school_id from clients where school_id is not null',
  )
  return rows.map(({ id }) => id)
}
