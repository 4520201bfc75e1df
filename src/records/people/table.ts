import { date, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { keyOf, record } from '../../foundation/db/columns.ts'
import type { Address } from '../schools/table.ts'

/** One row per human being of a school. Pupil, member of staff and contact share its id: a parent may also teach. */
export const people = pgTable(
  'people',
  {
    ...record(),
    title: text('title'),
    legalGivenName: text('legal_given_name').notNull(),
    legalMiddleNames: text('legal_middle_names'),
    legalFamilyName: text('legal_family_name').notNull(),
    preferredGivenName: text('preferred_given_name'),
    preferredFamilyName: text('preferred_family_name'),
    birthDate: date('birth_date'),
    /** M, F or U, as the school census writes it. */
    sex: text('sex'),
    email: text('email'),
    phone: text('phone'),
    address: jsonb('address').$type<Address>(),
  },
  (t) => [
    keyOf('people', t.schoolId, t.id),
    index('people__name').on(t.schoolId, t.legalFamilyName, t.legalGivenName),
  ],
)
