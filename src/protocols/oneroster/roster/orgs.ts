import { sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { common, newest, school } from './common.ts'

/** The school itself. A local authority or trust above it is nobody's record here. */
export const orgs: OneRosterResource = {
  many: 'orgs',
  one: 'org',
  about: 'The school itself.',
  needs: ['schools:read'],
  isPersonal: false,
  fields: [
    ...common,
    { name: 'name', kind: 'text', column: 'name', isRequired: true, about: 'Name of the school.' },
    {
      name: 'type',
      kind: 'exact',
      column: 'type',
      isRequired: true,
      words: ['school'],
      about: 'What kind of organisation it is.',
    },
    {
      name: 'identifier',
      kind: 'exact',
      column: 'identifier',
      isRequired: true,
      about: 'LAESTAB, else URN, else the sourcedId.',
    },
  ],
  rows: () => sql`
    select s.school_id as record_id, s.school_id::text as sourced_id, 'active' as status, ${newest(sql`s.updated_at`)} as date_last_modified,
      null::uuid as subject, s.name, 'school' as type, coalesce(s.laestab, s.urn::text, s.school_id::text) as identifier
    from schools s where s.school_id = ${school}`,
}
