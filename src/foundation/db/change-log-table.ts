import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { keyOf, schoolId } from './columns.ts'

/** The last number given to a change of each school. Its lock is taken last before commit: numbers rise in commit order without a gap. */
export const changeCounters = pgTable('change_counters', {
  schoolId: uuid('school_id').primaryKey(),
  number: bigint('number', { mode: 'number' }).notNull().default(0),
})

/** What a copy of the school loses: records, pupils who leave, those who leave a group. Few, so that they are counted at once. */
export const isLoss = sql.raw(
  `action = 'removed' or (resource = 'pupils' and 'leftOn' = any(fields)) or (resource = 'memberships' and 'validUntil' = any(fields))`,
)

/** What happened to which record, by whom. Holds no values: nothing in here is personal but ids. */
export const changes = pgTable(
  'changes',
  {
    schoolId: schoolId(),
    number: bigint('number', { mode: 'number' }).notNull(),
    changedAt: timestamp('changed_at', { withTimezone: true, mode: 'string', precision: 3 }).notNull(),
    resource: text('resource').notNull(),
    recordId: uuid('record_id').notNull(),
    /** created, changed or removed. */
    action: text('action').notNull(),
    /** Names of the fields that changed; null for created and removed. */
    fields: text('fields').array(),
    /** The pupils whom the change concerns. */
    pupilIds: uuid('pupil_ids').array(),
    /** The group whom it concerns, for what is about being in a group. */
    groupId: uuid('group_id'),
    /** The member of staff whom it concerns: a removed membership is told by it. */
    staffId: uuid('staff_id'),
    /** The client, or the command, that did it. */
    actor: text('actor').notNull(),
    correlationId: text('correlation_id').notNull(),
  },
  (t) => [
    keyOf('changes', t.schoolId, t.number),
    index('changes__record').on(t.schoolId, t.resource, t.recordId),
    index('changes__losses').on(t.schoolId, t.changedAt).where(isLoss),
  ],
)
