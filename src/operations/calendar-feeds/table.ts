import { pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, keyOf, record } from '../../foundation/db/columns.ts'

/** The secret address of a person's calendar: one for each account. */
export const calendarFeeds = pgTable(
  'calendar_feeds',
  {
    ...record(),
    accountId: uuid('account_id').notNull(),
    /** SHA-256 of the secret: the address itself is told once and stored nowhere. */
    secretHash: bytes('secret_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    /** The app through which it was made. */
    app: text('app').notNull(),
  },
  (t) => [
    keyOf('calendar_feeds', t.schoolId, t.id),
    unique('calendar_feeds__account').on(t.schoolId, t.accountId),
    unique('calendar_feeds__secret').on(t.schoolId, t.secretHash),
  ],
)
