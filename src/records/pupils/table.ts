import { boolean, date, index, jsonb, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { people } from '../people/table.ts'

export const pupils = pgTable(
  'pupils',
  {
    ...record(),
    admissionNumber: text('admission_number').notNull(),
    upn: text('upn'),
    formerUpn: text('former_upn'),
    uln: text('uln'),
    /** National Curriculum year: -2 and -1 nursery, 0 reception, 1 to 14. */
    yearGroup: smallint('year_group').notNull(),
    ethnicity: text('ethnicity'),
    firstLanguage: text('first_language'),
    religion: text('religion'),
    /** N none, K support, E plan. */
    senStatus: text('sen_status'),
    senNeeds: jsonb('sen_needs').$type<string[]>(),
    senNotes: text('sen_notes'),
    medicalConditions: jsonb('medical_conditions').$type<string[]>(),
    medicalNotes: text('medical_notes'),
    isFreeSchoolMeals: boolean('is_free_school_meals'),
    isPupilPremium: boolean('is_pupil_premium'),
    isInCare: boolean('is_in_care'),
    /** The latest enrolment, repeated here so that a list of pupils needs no second look-up (enrolments.ts keeps it). */
    enrolmentStatus: text('enrolment_status').notNull(),
    enrolledOn: date('enrolled_on').notNull(),
    leftOn: date('left_on'),
  },
  (t) => [
    keyOf('pupils', t.schoolId, t.id),
    reference('pupils__id', [t.schoolId, t.id], people),
    unique('pupils__admission_number').on(t.schoolId, t.admissionNumber),
    unique('pupils__upn').on(t.schoolId, t.upn),
    unique('pupils__uln').on(t.schoolId, t.uln),
    index('pupils__year_group').on(t.schoolId, t.yearGroup),
  ],
)

/** Periods on the roll, half-open: `validUntil` is the first day on which the pupil no longer belongs to the school. */
export const enrolments = pgTable(
  'enrolments',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    /** C current, M main dual, S subsidiary dual, G guest, F further education, O other (Common Transfer File codes). */
    status: text('status').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
    leavingReason: text('leaving_reason'),
    destination: text('destination'),
  },
  (t) => [
    keyOf('enrolments', t.schoolId, t.id),
    reference('enrolments__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('enrolments__pupil').on(t.schoolId, t.pupilId),
  ],
)
