import { date, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { people } from '../people/table.ts'

export const staff = pgTable(
  'staff',
  {
    ...record(),
    code: text('code').notNull(),
    /** What the school calls the post, such as "Teacher of History". */
    role: text('role').notNull(),
    /** teaching or support. */
    kind: text('kind').notNull().default('teaching'),
    employedFrom: date('employed_from'),
    employedUntil: date('employed_until'),
  },
  (t) => [
    keyOf('staff', t.schoolId, t.id),
    reference('staff__id', [t.schoolId, t.id], people),
    unique('staff__code').on(t.schoolId, t.code),
  ],
)
