import { date, index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference } from '../../foundation/db/columns.ts'
import { groups } from '../groups/table.ts'
import { pupils } from '../pupils/table.ts'
import { staff } from '../staff/table.ts'

export const behaviourEvents = pgTable(
  'behaviour_events',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    /** achievement or incident. */
    kind: text('kind').notNull(),
    /** The school's own word, such as "Homework missing". */
    type: text('type').notNull(),
    /** Positive for achievements, negative for incidents. */
    points: smallint('points').notNull(),
    occurredOn: date('occurred_on').notNull(),
    groupId: uuid('group_id'),
    staffId: uuid('staff_id'),
    comment: text('comment'),
    /** The lesson in which it happened, as GET /v1/lessons names it. */
    lessonId: text('lesson_id'),
    place: text('place'),
    /** The same for the events of all pupils who were part of one occurrence. */
    occurrenceId: uuid('occurrence_id'),
    /** What the pupil was in it: involved, affected, witness or helper. */
    involvement: text('involvement').notNull().default('involved'),
    action: text('action'),
    followUpOn: date('follow_up_on'),
    followedUpAt: instant('followed_up_at'),
    /** From then on guardians and the pupil see it; null keeps it among staff. */
    publishesAt: instant('publishes_at'),
  },
  (t) => [
    keyOf('behaviour_events', t.schoolId, t.id),
    reference('behaviour_events__pupil_id', [t.schoolId, t.pupilId], pupils),
    reference('behaviour_events__group_id', [t.schoolId, t.groupId], groups),
    reference('behaviour_events__staff_id', [t.schoolId, t.staffId], staff),
    index('behaviour_events__pupil').on(t.schoolId, t.pupilId, t.occurredOn),
    index('behaviour_events__occurrence').on(t.schoolId, t.occurrenceId),
    index('behaviour_events__follow_up').on(t.schoolId, t.followUpOn),
  ],
)
