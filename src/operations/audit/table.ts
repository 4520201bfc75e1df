import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, instant, keyOf, schoolId } from '../../foundation/db/columns.ts'

/** Sign-ins, refusals, grants and acts of administration. Changes of records are in the change log. Only ever added to. */
export const auditEvents = pgTable(
  'audit_events',
  {
    schoolId: schoolId(),
    /** Gapless per school. */
    number: bigint('number', { mode: 'number' }).notNull(),
    occurredAt: instant('occurred_at').notNull(),
    /** Past tense: `sign-in.succeeded`, `access.refused`, `agreement.approved`. */
    event: text('event').notNull(),
    appId: text('app_id'),
    accountId: text('account_id'),
    /** What it was done to, such as `agreements/<id>`. */
    subject: text('subject'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [keyOf('audit_events', t.schoolId, t.number)],
)

/** Numbers of audit events, one row a school: taken as the last statement before commit. */
export const auditCounters = pgTable(
  'audit_counters',
  { schoolId: schoolId(), number: bigint('number', { mode: 'number' }).notNull() },
  (t) => [keyOf('audit_counters', t.schoolId)],
)

/** Links of the hash chain: each covers the changes and events since the link before. Only ever added to. */
export const auditSeals = pgTable(
  'audit_seals',
  {
    schoolId: schoolId(),
    number: bigint('number', { mode: 'number' }).notNull(),
    sealedAt: instant('sealed_at').notNull(),
    /** The last change and the last event that it covers. */
    changesUntil: bigint('changes_until', { mode: 'number' }).notNull(),
    eventsUntil: bigint('events_until', { mode: 'number' }).notNull(),
    /** SHA-256 over the link before and everything covered. */
    hash: bytes('hash').notNull(),
    /** The head signed with a key of the installation (JWS, compact). */
    signature: text('signature').notNull(),
  },
  (t) => [keyOf('audit_seals', t.schoolId, t.number)],
)
