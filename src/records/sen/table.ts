import { sql } from 'drizzle-orm'
import { check, date, index, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { pupils } from '../pupils/table.ts'

/** SEN support or an education, health and care plan, from a day until a day (half-open). */
export const senStatuses = pgTable(
  'sen_statuses',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    /** K SEN support, E education, health and care plan. */
    status: text('status').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
  },
  (t) => [
    keyOf('sen_statuses', t.schoolId, t.id),
    reference('sen_statuses__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('sen_statuses__pupil').on(t.schoolId, t.pupilId),
    check('sen_statuses__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
  ],
)

/** A type of need of a pupil; rank 1 is the primary one. */
export const senNeeds = pgTable(
  'sen_needs',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    need: text('need').notNull(),
    rank: smallint('rank').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
  },
  (t) => [
    keyOf('sen_needs', t.schoolId, t.id),
    reference('sen_needs__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('sen_needs__pupil').on(t.schoolId, t.pupilId),
    check('sen_needs__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
  ],
)

/** What teachers do in the classroom. */
export const senStrategies = pgTable(
  'sen_strategies',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    strategy: text('strategy').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
  },
  (t) => [
    keyOf('sen_strategies', t.schoolId, t.id),
    reference('sen_strategies__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('sen_strategies__pupil').on(t.schoolId, t.pupilId),
    check('sen_strategies__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
  ],
)

/** A plan with outcomes and when it is reviewed. */
export const senPlans = pgTable(
  'sen_plans',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    title: text('title').notNull(),
    /** [{outcome, isReached, note}] */
    outcomes: jsonb('outcomes').$type<object[]>().notNull(),
    startsOn: date('starts_on').notNull(),
    reviewOn: date('review_on').notNull(),
    reviewedOn: date('reviewed_on'),
    reviewNote: text('review_note'),
  },
  (t) => [
    keyOf('sen_plans', t.schoolId, t.id),
    reference('sen_plans__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('sen_plans__pupil').on(t.schoolId, t.pupilId),
    index('sen_plans__review').on(t.schoolId, t.reviewOn),
    check('sen_plans__order', sql`${t.startsOn} <= ${t.reviewOn}`),
  ],
)
