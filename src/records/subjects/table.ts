import { boolean, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { keyOf, record } from '../../foundation/db/columns.ts'

export const subjects = pgTable(
  'subjects',
  {
    ...record(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    isActive: boolean('is_active').notNull().default(true),
  },
  (t) => [keyOf('subjects', t.schoolId, t.id), unique('subjects__code').on(t.schoolId, t.code)],
)
