import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { common, newest, school, statusUntil, turned } from './common.ts'

/** The school census knows M, F and U. */
const sex = sql`case p.sex when 'M' then 'male' when 'F' then 'female' when 'U' then 'unspecified' end`

const branch = (table: SQL, until: SQL, subject: SQL): SQL => sql`
  select p.id as record_id, p.id::text as sourced_id, ${statusUntil(until)} as status,
    ${newest(sql`p.updated_at`, sql`k.updated_at`, turned(until))} as date_last_modified, ${subject} as subject, p.birth_date, ${sex} as sex
  from ${table} k join people p on p.school_id = k.school_id and p.id = k.id where k.school_id = ${school}`

const ofPupils = branch(sql`pupils`, sql`k.left_on`, sql`k.id`)
const ofStaff = branch(sql`staff`, sql`k.employed_until`, sql`null::uuid`)

const seen = ({ may }: Sight): SQL[] => [
  ...(may('pupils.demographics:read') && may('pupils:read') ? [ofPupils] : []),
  ...(may('staff.demographics:read') && may('staff:read') ? [ofStaff] : []),
]

/** Birth date and sex. Ethnicity in England does not map onto the categories of the United States, so those are left out. */
export const demographics: OneRosterResource = {
  many: 'demographics',
  one: 'demographics',
  about: 'Birth date and sex of pupils and staff, under the sourcedId of the user.',
  needs: ['pupils.demographics:read', 'staff.demographics:read'],
  isPersonal: true,
  fields: [
    ...common,
    { name: 'birthDate', kind: 'day', column: 'birth_date', about: 'Date of birth.' },
    {
      name: 'sex',
      kind: 'exact',
      column: 'sex',
      words: ['male', 'female', 'unspecified'],
      about: 'Sex, as the school census knows it.',
    },
  ],
  rows: (sight) => {
    const branches = seen(sight)
    return branches.length > 0 ? sql.join(branches, sql` union all `) : sql`${ofPupils} and false`
  },
}
