import { boolean, index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { people } from '../people/table.ts'
import { pupils } from '../pupils/table.ts'

/** A parent, carer or other person to call. */
export const contacts = pgTable('contacts', { ...record(), notes: text('notes') }, (t) => [
  keyOf('contacts', t.schoolId, t.id),
  reference('contacts__id', [t.schoolId, t.id], people),
])

/** What a contact is to a pupil. */
export const pupilContacts = pgTable(
  'pupil_contacts',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    relationship: text('relationship').notNull(),
    /** 1 is called first. */
    priority: smallint('priority').notNull(),
    hasParentalResponsibility: boolean('has_parental_responsibility').notNull().default(false),
    /** A court order forbids or limits what this contact may be told. */
    isCourtOrderRestricted: boolean('is_court_order_restricted').notNull().default(false),
    livesWithPupil: boolean('lives_with_pupil').notNull().default(false),
  },
  (t) => [
    keyOf('pupil_contacts', t.schoolId, t.id),
    reference('pupil_contacts__pupil_id', [t.schoolId, t.pupilId], pupils),
    reference('pupil_contacts__contact_id', [t.schoolId, t.contactId], contacts),
    unique('pupil_contacts__pupil_contact').on(t.schoolId, t.pupilId, t.contactId),
    index('pupil_contacts__contact').on(t.schoolId, t.contactId),
  ],
)
