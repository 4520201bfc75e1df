import { index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { bytes, keyOf, schoolId } from '../db/columns.ts'

/** The answer to a request that carried an Idempotency-Key, kept for 24 hours in the transaction of its write. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    schoolId: schoolId(),
    clientId: text('client_id').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of method, route and body. */
    requestHash: bytes('request_hash').notNull(),
    status: integer('status').notNull(),
    headers: jsonb('headers').$type<Record<string, string>>().notNull(),
    body: text('body').notNull(),
    storedAt: timestamp('stored_at', { withTimezone: true, mode: 'string', precision: 3 })
      .notNull()
      .defaultNow(),
  },
  (t) => [
    keyOf('idempotency_keys', t.schoolId, t.clientId, t.key),
    index('idempotency_keys__stored_at').on(t.schoolId, t.storedAt),
  ],
)
