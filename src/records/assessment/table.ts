import { sql } from 'drizzle-orm'
import {
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import { academicYears } from '../calendar/table.ts'
import { pupils } from '../pupils/table.ts'
import { subjects } from '../subjects/table.ts'

export const gradeSets = pgTable(
  'grade_sets',
  { ...record(), code: text('code').notNull(), name: text('name').notNull() },
  (t) => [keyOf('grade_sets', t.schoolId, t.id), unique('grade_sets__code').on(t.schoolId, t.code)],
)

/** A grade with the number that stands for it in figures and its rank, 1 best. */
export interface Grade {
  grade: string
  value: number
  rank: number
}

/** Grades in force from a day; a result keeps the version under which it was written. */
export const gradeSetVersions = pgTable(
  'grade_set_versions',
  {
    ...record(),
    gradeSetId: uuid('grade_set_id').notNull(),
    number: integer('number').notNull(),
    validFrom: date('valid_from').notNull(),
    grades: jsonb('grades').$type<Grade[]>().notNull(),
  },
  (t) => [
    keyOf('grade_set_versions', t.schoolId, t.id),
    reference('grade_set_versions__grade_set_id', [t.schoolId, t.gradeSetId], gradeSets),
    unique('grade_set_versions__number').on(t.schoolId, t.gradeSetId, t.number),
    unique('grade_set_versions__valid_from').on(t.schoolId, t.gradeSetId, t.validFrom),
  ],
)

export const aspects = pgTable(
  'aspects',
  {
    ...record(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    subjectId: uuid('subject_id'),
    /** grade, integer, decimal, age or comment. */
    type: text('type').notNull(),
    gradeSetId: uuid('grade_set_id'),
    minimum: numeric('minimum', { mode: 'number' }),
    maximum: numeric('maximum', { mode: 'number' }),
    /** Digits after the point of a decimal aspect. */
    decimals: smallint('decimals'),
  },
  (t) => [
    keyOf('aspects', t.schoolId, t.id),
    reference('aspects__subject_id', [t.schoolId, t.subjectId], subjects),
    reference('aspects__grade_set_id', [t.schoolId, t.gradeSetId], gradeSets),
    unique('aspects__code').on(t.schoolId, t.code),
    check('aspects__grade_set', sql`(${t.type} = 'grade') = (${t.gradeSetId} is not null)`),
  ],
)

/** A milestone or data drop. Days are inclusive. */
export const resultSets = pgTable(
  'result_sets',
  {
    ...record(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    academicYearId: uuid('academic_year_id'),
    opensOn: date('opens_on').notNull(),
    closesOn: date('closes_on').notNull(),
    lockedAt: instant('locked_at'),
    lockedBy: text('locked_by'),
    /** From then on guardians and pupils see its results; null keeps them among staff. */
    publishesAt: instant('publishes_at'),
  },
  (t) => [
    keyOf('result_sets', t.schoolId, t.id),
    reference('result_sets__academic_year_id', [t.schoolId, t.academicYearId], academicYears),
    unique('result_sets__code').on(t.schoolId, t.code),
    check('result_sets__order', sql`${t.opensOn} <= ${t.closesOn}`),
  ],
)

export const results = pgTable(
  'results',
  {
    ...record(),
    pupilId: uuid('pupil_id').notNull(),
    aspectId: uuid('aspect_id').notNull(),
    resultSetId: uuid('result_set_id').notNull(),
    /** E estimate, I interim, P provisional, R result, T target. */
    type: text('type').notNull(),
    value: text('value').notNull(),
    /** What the value is worth as a number, for sorting and figures. */
    numericValue: numeric('numeric_value', { mode: 'number' }),
    gradeSetVersionId: uuid('grade_set_version_id'),
    recordedAt: instant('recorded_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
  },
  (t) => [
    keyOf('results', t.schoolId, t.id),
    reference('results__pupil_id', [t.schoolId, t.pupilId], pupils),
    reference('results__aspect_id', [t.schoolId, t.aspectId], aspects),
    reference('results__result_set_id', [t.schoolId, t.resultSetId], resultSets),
    reference('results__grade_set_version_id', [t.schoolId, t.gradeSetVersionId], gradeSetVersions),
    unique('results__place').on(t.schoolId, t.pupilId, t.aspectId, t.resultSetId, t.type),
    index('results__measured').on(t.schoolId, t.resultSetId, t.aspectId, t.type),
  ],
)

/** Where results stood that were removed, for those who keep copies: they are told. What they said is gone. */
export const removedResults = pgTable(
  'removed_results',
  {
    schoolId: schoolId(),
    /** Of the result. */
    id: uuid('id').notNull(),
    pupilId: uuid('pupil_id').notNull(),
    aspectId: uuid('aspect_id').notNull(),
    resultSetId: uuid('result_set_id').notNull(),
    type: text('type').notNull(),
    /** The teaching group in which the pupil was taught the subject: it cannot be found out later, since memberships go too. */
    groupId: uuid('group_id'),
    removedAt: instant('removed_at').notNull(),
  },
  (t) => [
    keyOf('removed_results', t.schoolId, t.id),
    index('removed_results__place').on(t.schoolId, t.pupilId, t.aspectId, t.resultSetId, t.type),
  ],
)

/** Which columns a marksheet has: results of an aspect in a result set, or what is worked out from other columns. */
export const marksheetTemplates = pgTable(
  'marksheet_templates',
  {
    ...record(),
    name: text('name').notNull(),
    columns: jsonb('columns').$type<MarksheetColumn[]>().notNull(),
  },
  (t) => [
    keyOf('marksheet_templates', t.schoolId, t.id),
    unique('marksheet_templates__name').on(t.schoolId, t.name),
  ],
)

export interface MarksheetColumn {
  /** Short and unique in the template: cells name it. */
  key: string
  label: string
  kind: 'result' | 'difference' | 'mean' | 'on-target' | 'residual'
  /** Of results. */
  aspectId?: string
  resultSetId?: string
  type?: string
  /** Of worked-out columns: the keys of those they are worked out from. */
  of?: string[]
}
