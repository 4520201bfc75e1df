import type { Pool } from 'pg'

/** What may be asked within a transaction. */
export type Queries = Pick<Pool, 'query'>

/** All or nothing, for the tables of the installation: no school is set, so no row of a school can be seen. */
export async function inTransaction<T>(pool: Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      // A connection that cannot even roll back is not used again.
      (failure: Error) => client.release(failure),
    )
    throw error
  }
}
