import { boolean, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core'
import { keyOf, record } from '../../foundation/db/columns.ts'

export const rooms = pgTable(
  'rooms',
  {
    ...record(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** Pupils that fit. */
    capacity: smallint('capacity'),
    isActive: boolean('is_active').notNull().default(true),
  },
  (t) => [keyOf('rooms', t.schoolId, t.id), unique('rooms__code').on(t.schoolId, t.code)],
)
