import { sql } from 'drizzle-orm'
import { type Database, readInSchool, systemActor } from '../../foundation/db/transaction.ts'
import { type Brand, plainBrand } from '../pages/brand.ts'

/** How a school's pages look: as it has chosen, else by its name. */
export async function brandOf(db: Database, schoolId: string): Promise<Brand> {
  const [found] = await readInSchool(db, systemActor(schoolId, 'sign-in'), (tx) =>
    tx.sql<{ displayName: string; colour: string | null }>(
      sql`select coalesce(b.display_name, s.name) as "displayName", b.colour
          from schools s left join brands b on b.school_id = s.school_id where s.school_id = ${schoolId}`,
    ),
  )
  return found ? { displayName: found.displayName, colour: found.colour ?? plainBrand.colour } : plainBrand
}

/** Schools that have or had an agreement with an app, by name: where its people may sign in. */
export async function schoolsOf(db: Database, clientId: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    'select school_id as id from client_schools where client_id = $1 limit 500',
    [clientId],
  )
  const schools = []
  for (const { id } of rows) schools.push({ id, name: (await brandOf(db, id)).displayName })
  return schools.sort((a, b) => a.name.localeCompare(b.name, 'en-GB'))
}
