import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { common, newest, school, statusUntil, turned } from './common.ts'

/** The school census knows M, F and U; 1.1 has no word for the last. */
const sexAs = ({ version }: Sight): SQL =>
  sql`case p.sex when 'M' then 'male' when 'F' then 'female' ${version === 'v1p2' ? sql`when 'U' then 'unspecified'` : sql``} end`

const branch = (sight: Sight, table: SQL, until: SQL, subject: SQL): SQL => sql`
  select p.id as record_id, p.id::text as sourced_id, ${statusUntil(until)} as status,
    ${newest(sql`p.updated_at`, sql`k.updated_at`, turned(until))} as date_last_modified, ${subject} as subject, p.birth_date, ${sexAs(sight)} as sex
  from ${table} k join people p on p.school_id = k.school_id and p.id = k.id where k.school_id = ${school}`

const ofPupils = (sight: Sight) => branch(sight, sql`pupils`, sql`k.left_on`, sql`k.id`)
const ofStaff = (sight: Sight) => branch(sight, sql`staff`, sql`k.employed_until`, sql`null::uuid`)

const seen = (sight: Sight): SQL[] => [
  ...(sight.may('pupils.demographics:read') && sight.may('pupils:read') ? [ofPupils(sight)] : []),
  ...(sight.may('staff.demographics:read') && sight.may('staff:read') ? [ofStaff(sight)] : []),
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
      words: { v1p1: ['male', 'female'], v1p2: ['male', 'female', 'unspecified'] },
      about: 'Sex, as the school census knows it.',
    },
  ],
  rows: (sight) => {
    const branches = seen(sight)
    return branches.length > 0 ? sql.join(branches, sql` union all `) : sql`${ofPupils(sight)} and false`
  },
}
