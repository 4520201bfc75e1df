import { sql } from 'drizzle-orm'
import { boolean, check, date, index, json, numeric, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference, schoolId } from '../../../foundation/db/columns.ts'
import { aspects, resultSets } from '../../../records/assessment/table.ts'
import { groups } from '../../../records/groups/table.ts'
import { pupils } from '../../../records/pupils/table.ts'

/**
 * What programs write into the gradebook and assessment has no place for. Scores themselves are results of the school.
 * `sourcedId`s are the clients' own; what they refer to (categories, sessions, scales) is kept by theirs.
 */
const written = () => ({
  ...record(),
  sourcedId: text('sourced_id').notNull(),
  /** As it was written, to the letter. */
  metadata: json('metadata'),
  /** The client that wrote it last. */
  writtenBy: text('written_by').notNull(),
})
const number = (name: string) => numeric(name, { mode: 'number' })

/** lineItem: work of a class. assessment: a test of whoever took it. */
export type ItemKind = 'lineItem' | 'assessment'

export const gradebookCategories = pgTable(
  'gradebook_categories',
  { ...written(), title: text('title').notNull(), weight: number('weight') },
  (t) => [
    keyOf('gradebook_categories', t.schoolId, t.id),
    unique('gradebook_categories__sourced_id').on(t.schoolId, t.sourcedId),
  ],
)

export const gradebookScoreScales = pgTable(
  'gradebook_score_scales',
  {
    ...written(),
    title: text('title').notNull(),
    type: text('type').notNull(),
    classId: uuid('class_id').notNull(),
    course: text('course'),
    values: json('values').notNull(),
  },
  (t) => [
    keyOf('gradebook_score_scales', t.schoolId, t.id),
    reference('gradebook_score_scales__class_id', [t.schoolId, t.classId], groups),
    unique('gradebook_score_scales__sourced_id').on(t.schoolId, t.sourcedId),
  ],
)

/** Each is an aspect of its own in a result set: results of type R of that aspect in that set are its results. */
export const gradebookLineItems = pgTable(
  'gradebook_line_items',
  {
    ...written(),
    kind: text('kind').$type<ItemKind>().notNull(),
    title: text('title').notNull(),
    description: text('description'),
    classId: uuid('class_id'),
    assignAt: instant('assign_at'),
    dueAt: instant('due_at'),
    category: text('category'),
    gradingPeriod: text('grading_period'),
    academicSession: text('academic_session'),
    scoreScale: text('score_scale'),
    /** Of an assessment: the one that it is part of. */
    parent: text('parent'),
    resultValueMin: number('result_value_min'),
    resultValueMax: number('result_value_max'),
    learningObjectives: json('learning_objectives'),
    aspectId: uuid('aspect_id').notNull(),
    resultSetId: uuid('result_set_id').notNull(),
  },
  (t) => [
    keyOf('gradebook_line_items', t.schoolId, t.id),
    reference('gradebook_line_items__class_id', [t.schoolId, t.classId], groups),
    reference('gradebook_line_items__aspect_id', [t.schoolId, t.aspectId], aspects),
    reference('gradebook_line_items__result_set_id', [t.schoolId, t.resultSetId], resultSets),
    unique('gradebook_line_items__sourced_id').on(t.schoolId, t.kind, t.sourcedId),
    unique('gradebook_line_items__aspect').on(t.schoolId, t.aspectId),
    index('gradebook_line_items__class').on(t.schoolId, t.classId),
    check('gradebook_line_items__whose', sql`${t.kind} = 'assessment' or ${t.classId} is not null`),
  ],
)

/**
 * What a program wrote about a result: the result itself is in the place (pupil, aspect, result set, type) of the school's
 * results. `value` is what it put there; null where the school has no word for it, such as `exempt`. Where another value
 * stands in the place, or none, somebody changed or removed it since, and that holds.
 */
export const gradebookResults = pgTable(
  'gradebook_results',
  {
    ...written(),
    kind: text('kind').$type<ItemKind>().notNull(),
    /** Since when the result has the id of its writer: what the school removed before had one of its own. */
    createdAt: instant('created_at').notNull().defaultNow(),
    pupilId: uuid('pupil_id').notNull(),
    classId: uuid('class_id'),
    aspectId: uuid('aspect_id').notNull(),
    resultSetId: uuid('result_set_id').notNull(),
    type: text('type').notNull(),
    value: text('value'),
    score: number('score'),
    textScore: text('text_score'),
    scoreStatus: text('score_status').notNull(),
    scoreDate: date('score_date').notNull(),
    comment: text('comment'),
    scoreScale: text('score_scale'),
    scorePercentile: number('score_percentile'),
    isInProgress: boolean('is_in_progress'),
    isIncomplete: boolean('is_incomplete'),
    isLate: boolean('is_late'),
    isMissing: boolean('is_missing'),
    learningObjectives: json('learning_objectives'),
  },
  (t) => [
    keyOf('gradebook_results', t.schoolId, t.id),
    reference('gradebook_results__pupil_id', [t.schoolId, t.pupilId], pupils),
    reference('gradebook_results__aspect_id', [t.schoolId, t.aspectId], aspects),
    unique('gradebook_results__sourced_id').on(t.schoolId, t.kind, t.sourcedId),
    unique('gradebook_results__place').on(t.schoolId, t.pupilId, t.aspectId, t.resultSetId, t.type, t.kind),
    index('gradebook_results__item').on(t.schoolId, t.aspectId, t.resultSetId),
  ],
)

export type Collection =
  | 'categories'
  | 'scoreScales'
  | 'lineItems'
  | 'results'
  | 'assessmentLineItems'
  | 'assessmentResults'

/**
 * What programs deleted: it is in no list any more, but files of changes name it. An object may be deleted many times; one
 * that is there again is not deleted.
 */
export const gradebookTombstones = pgTable(
  'gradebook_tombstones',
  {
    schoolId: schoolId(),
    /** Of the row that was deleted. */
    id: uuid('id').notNull(),
    collection: text('collection').$type<Collection>().notNull(),
    sourcedId: text('sourced_id').notNull(),
    deletedAt: instant('deleted_at').notNull(),
    classId: uuid('class_id'),
    /** Of results: their line item, whose they were, and since when that place was known by this id. */
    item: text('item'),
    pupilId: uuid('pupil_id'),
    aspectId: uuid('aspect_id'),
    resultSetId: uuid('result_set_id'),
    type: text('type'),
    createdAt: instant('created_at'),
  },
  (t) => [
    keyOf('gradebook_tombstones', t.schoolId, t.id),
    index('gradebook_tombstones__sourced_id').on(t.schoolId, t.collection, t.sourcedId),
    index('gradebook_tombstones__place').on(t.schoolId, t.pupilId, t.aspectId, t.resultSetId, t.type),
  ],
)
