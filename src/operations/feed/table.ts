import { bigint, index, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, reference, schoolId } from '../../foundation/db/columns.ts'
import { agreements } from '../apps/table.ts'

/** What a caller may see, by its hash: a cursor names the sight under which a copy was made. */
export const feedSights = pgTable(
  'feed_sights',
  {
    schoolId: schoolId(),
    id: text('id').notNull(),
    sight: jsonb('sight').notNull(),
    /** Renewed once a day while cursors with it are given out. */
    usedAt: instant('used_at').notNull(),
  },
  (t) => [keyOf('feed_sights', t.schoolId, t.id)],
)

/** From which share of a group or of the school on a loss holds the feed of an app. Without a row: the default. */
export const feedTripwires = pgTable(
  'feed_tripwires',
  {
    schoolId: schoolId(),
    agreementId: uuid('agreement_id').notNull(),
    /** Percent; 0 switches it off. */
    share: smallint('share').notNull(),
    updatedAt: instant('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
  },
  (t) => [
    keyOf('feed_tripwires', t.schoolId, t.agreementId),
    reference('feed_tripwires__agreement_id', [t.schoolId, t.agreementId], agreements),
  ],
)

/** A loss that an app is not told of until an administrator releases it. */
export const feedHolds = pgTable(
  'feed_holds',
  {
    schoolId: schoolId(),
    id: uuid('id').notNull(),
    agreementId: uuid('agreement_id').notNull(),
    /** The group that would vanish; null where it is the school. */
    groupId: uuid('group_id'),
    /** How many would vanish, and of how many. */
    lost: bigint('lost', { mode: 'number' }).notNull(),
    total: bigint('total', { mode: 'number' }).notNull(),
    /** The first number that is held back. */
    fromNumber: bigint('from_number', { mode: 'number' }).notNull(),
    heldAt: instant('held_at').notNull(),
    releasedAt: instant('released_at'),
    releasedBy: text('released_by'),
    note: text('note'),
    /** Losses up to this number count no more. */
    releasedNumber: bigint('released_number', { mode: 'number' }),
  },
  (t) => [
    keyOf('feed_holds', t.schoolId, t.id),
    reference('feed_holds__agreement_id', [t.schoolId, t.agreementId], agreements),
    index('feed_holds__agreement').on(t.schoolId, t.agreementId, t.heldAt),
  ],
)
