import { sql } from 'drizzle-orm'
import { bigint, check, date, index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import { academicYears } from '../calendar/table.ts'
import { groups } from '../groups/table.ts'
import { pupils } from '../pupils/table.ts'
import { timetableEntries } from '../timetable/table.ts'

/** A session register (AM, PM) or a lesson register of one group on one day. */
export const registers = pgTable(
  'registers',
  {
    ...record(),
    kind: text('kind').notNull(),
    date: date('date').notNull(),
    session: text('session').notNull(),
    groupId: uuid('group_id').notNull(),
    entryId: uuid('entry_id'),
    takenAt: instant('taken_at'),
    takenBy: text('taken_by'),
    /** Marks of a lesson register, in step: the pupils and one packed character for each. Session marks live in attendance_years. */
    lessonPupilIds: uuid('lesson_pupil_ids').array(),
    lessonMarks: text('lesson_marks'),
  },
  (t) => [
    keyOf('registers', t.schoolId, t.id),
    reference('registers__group_id', [t.schoolId, t.groupId], groups),
    reference('registers__entry_id', [t.schoolId, t.entryId], timetableEntries),
    unique('registers__occasion')
      .on(t.schoolId, t.date, t.groupId, t.session, t.kind, t.entryId)
      .nullsNotDistinct(),
    check('registers__kind', sql`(${t.kind} = 'lesson') = (${t.entryId} is not null)`),
  ],
)

/**
 * Session marks: one row per pupil and academic year, one character per session (packing.ts), with counters per
 * category kept by delta. Row-per-mark storage was 12.7 times larger and 61-128 times slower to count.
 */
export const attendanceYears = pgTable(
  'attendance_years',
  {
    schoolId: schoolId(),
    academicYearId: uuid('academic_year_id').notNull(),
    pupilId: uuid('pupil_id').notNull(),
    /** Day of the first character: a later change of the academic year does not move marks. */
    startsOn: date('starts_on').notNull(),
    marks: text('marks').notNull(),
    present: smallint('present').notNull().default(0),
    educational: smallint('educational').notNull().default(0),
    authorised: smallint('authorised').notNull().default(0),
    unauthorised: smallint('unauthorised').notNull().default(0),
    notPossible: smallint('not_possible').notNull().default(0),
    late: smallint('late').notNull().default(0),
  },
  (t) => [
    keyOf('attendance_years', t.schoolId, t.academicYearId, t.pupilId),
    reference('attendance_years__academic_year_id', [t.schoolId, t.academicYearId], academicYears),
    reference('attendance_years__pupil_id', [t.schoolId, t.pupilId], pupils),
  ],
)

/** Minutes late and comments: about 2 % of marks have them. */
export const markDetails = pgTable(
  'mark_details',
  {
    schoolId: schoolId(),
    registerId: uuid('register_id').notNull(),
    pupilId: uuid('pupil_id').notNull(),
    minutesLate: smallint('minutes_late'),
    comment: text('comment'),
  },
  (t) => [
    keyOf('mark_details', t.schoolId, t.registerId, t.pupilId),
    reference('mark_details__register_id', [t.schoolId, t.registerId], registers),
    reference('mark_details__pupil_id', [t.schoolId, t.pupilId], pupils),
  ],
)

/**
 * Every change of a mark after its register was first taken. Append-only: the serving role has neither UPDATE nor
 * DELETE here (The School Attendance (Pupil Registration) (England) Regulations 2024, regulation 6: the original entry stays readable).
 */
export const amendments = pgTable(
  'amendments',
  {
    schoolId: schoolId(),
    registerId: uuid('register_id').notNull(),
    pupilId: uuid('pupil_id').notNull(),
    /** Version of the register that the amendment made. */
    registerVersion: bigint('register_version', { mode: 'number' }).notNull(),
    date: date('date').notNull(),
    session: text('session').notNull(),
    /** Packed characters; '.' is no mark. */
    was: text('was').notNull(),
    becomes: text('becomes').notNull(),
    reason: text('reason'),
    amendedAt: instant('amended_at').notNull(),
    amendedBy: text('amended_by').notNull(),
  },
  (t) => [
    keyOf('amendments', t.schoolId, t.registerId, t.pupilId, t.registerVersion),
    reference('amendments__register_id', [t.schoolId, t.registerId], registers),
    reference('amendments__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('amendments__pupil_date').on(t.schoolId, t.pupilId, t.date),
  ],
)
