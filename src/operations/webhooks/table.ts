import { bigint, boolean, index, integer, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import type { Position } from '../feed/cursor.ts'

/** Where an app wants to be told what changes at a school. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    ...record(),
    appId: text('app_id').notNull(),
    url: text('url').notNull(),
    /** Names of resources; null for every one that the app may read. */
    resources: text('resources').array(),
    /** Whether a message waits for those before it. */
    isOrdered: boolean('is_ordered').notNull(),
    /** active or disabled. */
    state: text('state').notNull(),
    disabledReason: text('disabled_reason'),
    /** Signing keys, sealed with the installation's secret. */
    keys: text('keys').notNull(),
    /** Up to where messages have been made. */
    position: jsonb('position').$type<Position>().notNull(),
    /** Attempts that failed since the last that did not. */
    failures: integer('failures').notNull().default(0),
    /** Until when one process works on it alone. */
    leasedUntil: instant('leased_until'),
  },
  (t) => [
    keyOf('webhook_endpoints', t.schoolId, t.id),
    index('webhook_endpoints__app').on(t.schoolId, t.appId),
  ],
)

/** A message to an endpoint: ids and numbers only. Its id is that of every attempt. */
export const webhookMessages = pgTable(
  'webhook_messages',
  {
    schoolId: schoolId(),
    id: uuid('id').notNull(),
    endpointId: uuid('endpoint_id').notNull(),
    /** changes, ping or droplets. */
    type: text('type').notNull(),
    fromNumber: bigint('from_number', { mode: 'number' }),
    untilNumber: bigint('until_number', { mode: 'number' }),
    body: text('body').notNull(),
    /** pending, delivered or dead. */
    state: text('state').notNull(),
    attempts: smallint('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at'),
    createdAt: instant('created_at').notNull(),
    deliveredAt: instant('delivered_at'),
  },
  (t) => [
    keyOf('webhook_messages', t.schoolId, t.id),
    reference('webhook_messages__endpoint_id', [t.schoolId, t.endpointId], webhookEndpoints).onDelete(
      'cascade',
    ),
    index('webhook_messages__endpoint').on(t.schoolId, t.endpointId, t.state, t.id),
  ],
)

/** What became of each attempt. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    schoolId: schoolId(),
    messageId: uuid('message_id').notNull(),
    number: smallint('number').notNull(),
    attemptedAt: instant('attempted_at').notNull(),
    status: smallint('status'),
    latencyMs: integer('latency_ms').notNull(),
    error: text('error'),
  },
  (t) => [
    keyOf('webhook_attempts', t.schoolId, t.messageId, t.number),
    reference('webhook_attempts__message_id', [t.schoolId, t.messageId], webhookMessages).onDelete('cascade'),
  ],
)
