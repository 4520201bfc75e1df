import { sql } from 'drizzle-orm'
import type { Person } from '../../foundation/access/principal.ts'
import { type Database, readInSchool, systemActor } from '../../foundation/db/transaction.ts'

interface Row extends Record<string, unknown> {
  until: string | null
  children: string | null
}

/** Whose data an app would see that acts for a person, in words, and until when the school has agreed. */
export const aboutAccess =
  (db: Database) =>
  async (
    { schoolId, clientId }: { schoolId: string; clientId: string },
    { personId, kind }: Pick<Person, 'personId' | 'kind'>,
  ): Promise<{ about: string; until: string }> => {
    const [row] = await readInSchool(db, systemActor(schoolId, 'consent'), (tx) =>
      tx.sql<Row>(sql`
        select (select expires_on::text from agreements where school_id = ${schoolId} and app_id = ${clientId}) as until,
          (select string_agg(coalesce(p.preferred_given_name, p.legal_given_name), ' and ' order by p.birth_date, p.id)
           from pupil_contacts c join people p on p.school_id = c.school_id and p.id = c.pupil_id
           where c.school_id = ${schoolId} and c.contact_id = ${personId}
             and c.has_parental_responsibility and not c.is_court_order_restricted) as children`),
    )
    const words = {
      contact: row?.children ?? 'your children',
      pupil: 'your own record',
      staff: 'pupils, as far as your roles at the school reach',
    }
    return { about: words[kind], until: row?.until ?? '' }
  }
