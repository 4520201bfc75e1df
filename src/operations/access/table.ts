import { sql } from 'drizzle-orm'
import { bigint, check, date, index, pgTable, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import { people } from '../../records/people/table.ts'

/** What a school has changed of a role. A role without a row is as the built-in list says (roles.ts). */
export const rolePermissions = pgTable(
  'role_permissions',
  {
    schoolId: schoolId(),
    role: text('role').notNull(),
    version: bigint('version', { mode: 'number' }).notNull().default(1),
    updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string', precision: 3 }).notNull(),
    scopes: text('scopes').array().notNull(),
  },
  (t) => [keyOf('role_permissions', t.schoolId, t.role)],
)

/** Which member of staff holds which role from when until when (half-open). Guardians and pupils hold theirs by being one. */
export const roleAssignments = pgTable(
  'role_assignments',
  {
    ...record(),
    personId: uuid('person_id').notNull(),
    role: text('role').notNull(),
    /** For a head of year: the year group. */
    yearGroup: smallint('year_group'),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
  },
  (t) => [
    keyOf('role_assignments', t.schoolId, t.id),
    reference('role_assignments__person_id', [t.schoolId, t.personId], people),
    index('role_assignments__person').on(t.schoolId, t.personId),
    check('role_assignments__year_group', sql`(${t.role} = 'head-of-year') = (${t.yearGroup} is not null)`),
    check('role_assignments__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
  ],
)
