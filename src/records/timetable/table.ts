import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { periods } from '../calendar/table.ts'
import { groups } from '../groups/table.ts'
import { rooms } from '../rooms/table.ts'
import { staff } from '../staff/table.ts'
import { subjects } from '../subjects/table.ts'

/** A group meets in a period, every week or in one week of the cycle, from a day until a day (half-open). */
export const timetableEntries = pgTable(
  'timetable_entries',
  {
    ...record(),
    groupId: uuid('group_id').notNull(),
    periodId: uuid('period_id').notNull(),
    staffId: uuid('staff_id'),
    roomId: uuid('room_id'),
    subjectId: uuid('subject_id'),
    /** 1 or 2; null meets in every week. */
    week: smallint('week'),
    /** Classes of one block meet at the same time, and pupils are divided between them. */
    block: text('block'),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
    /** Why the school lets it clash with others. */
    clashOverride: text('clash_override'),
  },
  (t) => [
    keyOf('timetable_entries', t.schoolId, t.id),
    reference('timetable_entries__group_id', [t.schoolId, t.groupId], groups),
    reference('timetable_entries__period_id', [t.schoolId, t.periodId], periods),
    reference('timetable_entries__staff_id', [t.schoolId, t.staffId], staff),
    reference('timetable_entries__room_id', [t.schoolId, t.roomId], rooms),
    reference('timetable_entries__subject_id', [t.schoolId, t.subjectId], subjects),
    index('timetable_entries__group').on(t.schoolId, t.groupId),
    index('timetable_entries__staff').on(t.schoolId, t.staffId),
    index('timetable_entries__period').on(t.schoolId, t.periodId),
    index('timetable_entries__room').on(t.schoolId, t.roomId),
    check('timetable_entries__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
    check('timetable_entries__week', sql`${t.week} in (1, 2)`),
  ],
)

/** What is different about one lesson: the entry on one day. */
export const lessonChanges = pgTable(
  'lesson_changes',
  {
    ...record(),
    entryId: uuid('entry_id').notNull(),
    /** The day for which the timetable has it. */
    date: date('date').notNull(),
    /** cancelled, moved, room, cover or exam. */
    kind: text('kind').notNull(),
    /** Where it goes, and what is different there; null leaves it as the timetable says. */
    toDate: date('to_date'),
    periodId: uuid('period_id'),
    roomId: uuid('room_id'),
    staffId: uuid('staff_id'),
    reason: text('reason'),
    clashOverride: text('clash_override'),
  },
  (t) => [
    keyOf('lesson_changes', t.schoolId, t.id),
    unique('lesson_changes__lesson').on(t.schoolId, t.entryId, t.date),
    reference('lesson_changes__entry_id', [t.schoolId, t.entryId], timetableEntries),
    reference('lesson_changes__period_id', [t.schoolId, t.periodId], periods),
    reference('lesson_changes__room_id', [t.schoolId, t.roomId], rooms),
    reference('lesson_changes__staff_id', [t.schoolId, t.staffId], staff),
    index('lesson_changes__date').on(t.schoolId, t.date),
    index('lesson_changes__to_date').on(t.schoolId, t.toDate),
    index('lesson_changes__staff').on(t.schoolId, t.staffId),
  ],
)
