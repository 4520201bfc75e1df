import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, smallint, uuid } from 'drizzle-orm/pg-core'
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
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
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
