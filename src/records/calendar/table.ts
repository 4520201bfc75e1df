import { sql } from 'drizzle-orm'
import { boolean, check, date, index, pgTable, smallint, text, time, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'

/** Days are inclusive: `endsOn` is the last day. */
export const academicYears = pgTable(
  'academic_years',
  {
    ...record(),
    name: text('name').notNull(),
    startsOn: date('starts_on').notNull(),
    endsOn: date('ends_on').notNull(),
    /** Weeks of the timetable cycle: 1 or 2. */
    cycleWeeks: smallint('cycle_weeks').notNull().default(1),
    /** A Monday in which week 1 runs. */
    cycleStartsOn: date('cycle_starts_on').notNull(),
    /** Whether a week without a school day leaves the cycle where it was. */
    cycleSkipsClosedWeeks: boolean('cycle_skips_closed_weeks').notNull().default(true),
  },
  (t) => [
    keyOf('academic_years', t.schoolId, t.id),
    unique('academic_years__starts_on').on(t.schoolId, t.startsOn),
    check('academic_years__order', sql`${t.startsOn} < ${t.endsOn}`),
    check('academic_years__length', sql`${t.endsOn} - ${t.startsOn} < 372`),
  ],
)

export const terms = pgTable(
  'terms',
  {
    ...record(),
    academicYearId: uuid('academic_year_id').notNull(),
    name: text('name').notNull(),
    startsOn: date('starts_on').notNull(),
    endsOn: date('ends_on').notNull(),
  },
  (t) => [
    keyOf('terms', t.schoolId, t.id),
    reference('terms__academic_year_id', [t.schoolId, t.academicYearId], academicYears),
    index('terms__academic_year').on(t.schoolId, t.academicYearId),
    check('terms__order', sql`${t.startsOn} <= ${t.endsOn}`),
  ],
)

export const closures = pgTable(
  'closures',
  {
    ...record(),
    name: text('name').notNull(),
    kind: text('kind').notNull(),
    startsOn: date('starts_on').notNull(),
    endsOn: date('ends_on').notNull(),
    /** AM, PM or both. */
    sessions: text('sessions').notNull().default('both'),
  },
  (t) => [
    keyOf('closures', t.schoolId, t.id),
    index('closures__starts_on').on(t.schoolId, t.startsOn),
    check('closures__order', sql`${t.startsOn} <= ${t.endsOn}`),
  ],
)

export const periods = pgTable(
  'periods',
  {
    ...record(),
    name: text('name').notNull(),
    /** ISO weekday: 1 is Monday. */
    weekday: smallint('weekday').notNull(),
    startsAt: time('starts_at', { precision: 0 }).notNull(),
    endsAt: time('ends_at', { precision: 0 }).notNull(),
    /** lesson, registration or break. */
    kind: text('kind').notNull().default('lesson'),
    /** AM or PM: the session of the attendance register in which it lies. */
    session: text('session').notNull(),
  },
  (t) => [
    keyOf('periods', t.schoolId, t.id),
    unique('periods__name').on(t.schoolId, t.weekday, t.name),
    check('periods__order', sql`${t.startsAt} < ${t.endsAt}`),
  ],
)
