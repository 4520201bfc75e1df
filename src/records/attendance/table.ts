import { sql } from 'drizzle-orm'
import { bigint, check, date, index, jsonb, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
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
    /** Of a lesson: the day for which the timetable has it, which is another one where it was moved. */
    lessonOn: date('lesson_on'),
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
      .on(t.schoolId, t.date, t.groupId, t.session, t.kind, t.entryId, t.lessonOn)
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

/**
 * Who wrote marks, when and why. Append-only: the serving role has neither UPDATE nor DELETE here (SI 2024/208,
 * regulation 6: reason, date, name and position of the person stay with an amendment; regulation 7: for six years).
 */
export const attendanceActs = pgTable(
  'attendance_acts',
  {
    schoolId: schoolId(),
    id: uuid('id').notNull(),
    /**
     * taken: a register was written for the first time. amended: later. derived: session marks follow from a lesson.
     * filled: written without a register, ahead or for a group. closed: `#` for a planned closure. arrived: at sign-in.
     */
    kind: text('kind').notNull(),
    /** The register that was written; of derived marks that of the lesson. */
    registerId: uuid('register_id'),
    /** First and last day of a closure (`closed`): its marks have no entry where nothing stood before. */
    startsOn: date('starts_on'),
    endsOn: date('ends_on'),
    reason: text('reason'),
    actedAt: instant('acted_at').notNull(),
    /** App and account, as the change log names them. */
    actor: text('actor').notNull(),
    /** Name and position of the person at the time. */
    name: text('name'),
    position: text('position'),
    /** What the device's clock said when the marks were made without a connection. */
    deviceAt: instant('device_at'),
  },
  (t) => [
    keyOf('attendance_acts', t.schoolId, t.id),
    reference('attendance_acts__register_id', [t.schoolId, t.registerId], registers),
    index('attendance_acts__register').on(t.schoolId, t.registerId),
    index('attendance_acts__acted_at').on(t.schoolId, t.actedAt),
  ],
)

/**
 * What an act did to a mark, wherever it is more than the first plain mark of a register: that one follows from the act
 * and the mark itself. About 2 % of marks have an entry. Append-only like the acts.
 */
export const markEntries = pgTable(
  'mark_entries',
  {
    schoolId: schoolId(),
    pupilId: uuid('pupil_id').notNull(),
    date: date('date').notNull(),
    session: text('session').notNull(),
    actId: uuid('act_id').notNull(),
    /** The register of the lesson whose mark it is; null for a session mark. */
    lessonRegisterId: uuid('lesson_register_id'),
    /** Packed characters; '.' is no mark. */
    was: text('was').notNull(),
    becomes: text('becomes').notNull(),
    minutesLate: smallint('minutes_late'),
    comment: text('comment'),
  },
  (t) => [
    keyOf('mark_entries', t.schoolId, t.pupilId, t.date, t.session, t.actId),
    reference('mark_entries__act_id', [t.schoolId, t.actId], attendanceActs),
    reference('mark_entries__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('mark_entries__act').on(t.schoolId, t.actId),
  ],
)

/** When registers open and close, and what else the school has decided about them. One row a school. */
export const attendanceSettings = pgTable(
  'attendance_settings',
  {
    schoolId: schoolId(),
    version: bigint('version', { mode: 'number' }).notNull().default(1),
    /** Minutes for which every register stays open. */
    openMinutes: smallint('open_minutes').notNull(),
    /** [{weekday, session, opensAt}] and [{date, session, opensAt}]. */
    opensAt: jsonb('opens_at').$type<WeekdayOpening[]>().notNull(),
    exceptions: jsonb('exceptions').$type<DatedOpening[]>().notNull(),
    /** nothing, or first-lesson: a pupil's first lesson of a session gives the session mark. */
    derivesFrom: text('derives_from').notNull(),
  },
  (t) => [keyOf('attendance_settings', t.schoolId)],
)

export interface WeekdayOpening {
  weekday: number
  session: string
  opensAt: string
}

export interface DatedOpening {
  date: string
  session: string
  opensAt: string
}

/** Absence or activity that is known ahead, from a session to a session, both included. One row a pupil. */
export const plannedAbsences = pgTable(
  'planned_absences',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    code: text('code').notNull(),
    startsOn: date('starts_on').notNull(),
    startsSession: text('starts_session').notNull(),
    endsOn: date('ends_on').notNull(),
    endsSession: text('ends_session').notNull(),
    comment: text('comment'),
    /** The same for all pupils of one trip. */
    outingId: uuid('outing_id'),
  },
  (t) => [
    keyOf('planned_absences', t.schoolId, t.id),
    reference('planned_absences__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('planned_absences__pupil').on(t.schoolId, t.pupilId),
    index('planned_absences__outing').on(t.schoolId, t.outingId),
    check(
      'planned_absences__order',
      sql`(${t.startsOn}, ${t.startsSession}) <= (${t.endsOn}, ${t.endsSession})`,
    ),
  ],
)

/** Sessions in which a pupil is expected under a part-time timetable, from a day until a day (half-open). */
export const partTimeTimetables = pgTable(
  'part_time_timetables',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until').notNull(),
    /** Weekday and session, such as 1AM. */
    attends: jsonb('attends').$type<string[]>().notNull(),
    reviewOn: date('review_on'),
    reason: text('reason'),
  },
  (t) => [
    keyOf('part_time_timetables', t.schoolId, t.id),
    reference('part_time_timetables__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('part_time_timetables__pupil').on(t.schoolId, t.pupilId),
    check('part_time_timetables__order', sql`${t.validFrom} < ${t.validUntil}`),
  ],
)

/** A pupil signs in at or out of the site during the day: for the fire list. Append-only. */
export const siteMovements = pgTable(
  'site_movements',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    /** in or out. */
    direction: text('direction').notNull(),
    movedAt: instant('moved_at').notNull(),
    /** The day in London. */
    date: date('date').notNull(),
    reason: text('reason'),
    actor: text('actor').notNull(),
  },
  (t) => [
    keyOf('site_movements', t.schoolId, t.id),
    reference('site_movements__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('site_movements__date').on(t.schoolId, t.date),
  ],
)
