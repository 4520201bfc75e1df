import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, schoolId } from '../../foundation/db/columns.ts'

/**
 * Who was given a pupil's data: one row an hour for each pupil, app, person, route and set of field groups, however
 * often it was asked for. No foreign keys: the ledger outlives what it speaks of.
 */
export const disclosures = pgTable(
  'disclosures',
  {
    schoolId: schoolId(),
    pupilId: uuid('pupil_id').notNull(),
    /** Start of the hour. */
    hour: instant('hour').notNull(),
    appId: text('app_id').notNull(),
    /** The person's account, or the nil UUID where an app acts for the school. */
    accountId: uuid('account_id').notNull(),
    /** 0 where no agreement stands behind it. */
    agreementVersion: integer('agreement_version').notNull(),
    /** operationId: why the data was given. */
    operation: text('operation').notNull(),
    /** Field groups in order, separated by spaces; empty for core fields alone. */
    fieldGroups: text('field_groups').notNull(),
    times: integer('times').notNull(),
    firstAt: instant('first_at').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (t) => [
    keyOf(
      'disclosures',
      t.schoolId,
      t.pupilId,
      t.hour,
      t.appId,
      t.accountId,
      t.agreementVersion,
      t.operation,
      t.fieldGroups,
    ),
    index('disclosures__hour').on(t.schoolId, t.hour),
  ],
)
