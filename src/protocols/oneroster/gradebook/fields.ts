import type { Field, Target } from '../resource.ts'
import { common, refersTo } from '../roster/common.ts'

/** Collections of the gradebook itself. */
export const refersWithin = {
  category: { path: 'categories', type: 'category' },
  lineItem: { path: 'lineItems', type: 'lineItem' },
  assessmentLineItem: { path: 'assessmentLineItems', type: 'assessmentLineItem' },
  scoreScale: { path: 'scoreScales', type: 'scoreScale' },
} as const satisfies Record<string, Target>

const metadata: Field = {
  name: 'metadata',
  kind: 'json',
  column: 'metadata',
  about: 'Whatever its writer put here; of what the school made itself, the type of result.',
}

/** What every object of the gradebook begins with. */
export const begins: readonly Field[] = [...common, metadata]

export const title = (about: string): Field => ({
  name: 'title',
  kind: 'text',
  column: 'title',
  isRequired: true,
  about,
})

export const inClass: Field = {
  name: 'class',
  kind: 'reference',
  column: 'class',
  to: refersTo.class,
  about: 'The class.',
}

export const student: Field = {
  name: 'student',
  kind: 'reference',
  column: 'student',
  to: refersTo.user,
  isRequired: true,
  about: 'Whose it is.',
}

export const scoreScale: Field = {
  name: 'scoreScale',
  kind: 'reference',
  column: 'score_scale',
  to: refersWithin.scoreScale,
  only: 'v1p2',
  about: 'The scale by which it is graded.',
}

/** 1.1 demands both, so 0 and 100 stand where nobody said. */
export const range: readonly Field[] = [
  {
    name: 'resultValueMin',
    kind: 'number',
    column: 'result_value_min',
    isRequired: 'v1p1',
    isGiven: true,
    about: 'Least score. In 1.1 it is 0 where nobody said.',
  },
  {
    name: 'resultValueMax',
    kind: 'number',
    column: 'result_value_max',
    isRequired: 'v1p1',
    isGiven: true,
    about: 'Greatest score meant; one above it is taken. In 1.1 it is 100 where nobody said.',
  },
]

const objectivesOf = (name: string, description: string, items: object) => ({
  type: 'array',
  items: {
    type: 'object',
    required: ['source', name],
    properties: {
      source: { type: 'string', description: '`case`, `unknown` or a path.' },
      [name]: { type: 'array', minItems: 1, items, description },
    },
  },
})

const objectives = (about: string, shape: object): Field => ({
  name: 'learningObjectiveSet',
  kind: 'json',
  column: 'learning_objectives',
  only: 'v1p2',
  shape,
  about,
})

export const objectivesOfItem = objectives(
  'Learning objectives that it is about, as its writer put them.',
  objectivesOf('learningObjectiveIds', 'Ids of the objectives.', { type: 'string' }),
)

const flag = (name: string, column: string, about: string): Field => ({
  name,
  kind: 'flag',
  column,
  only: 'v1p2',
  about,
})

/** What is said of a piece of work that was scored, from its status to what became of it. */
export const scored: readonly Field[] = [
  scoreScale,
  {
    name: 'scoreStatus',
    kind: 'exact',
    column: 'score_status',
    isRequired: true,
    shape: {
      type: 'string',
      pattern: '^(exempt|fully graded|not submitted|partially graded|submitted|ext:[a-zA-Z0-9._-]+)$',
      examples: ['fully graded'],
    },
    about:
      'exempt, fully graded, not submitted, partially graded or submitted; in 1.2 also a word of its own after `ext:`. A result of the school is fully graded.',
  },
  { name: 'score', kind: 'number', column: 'score', about: 'The number; of a grade, what it is worth.' },
  {
    name: 'textScore',
    kind: 'text',
    column: 'text_score',
    only: 'v1p2',
    about: 'The grade or the words that were given.',
  },
  {
    name: 'scoreDate',
    kind: 'day',
    column: 'score_date',
    isRequired: true,
    about: 'Day on which it was scored.',
  },
  { name: 'comment', kind: 'text', column: 'comment', about: 'What was said about it.' },
  objectives(
    'What was reached of the learning objectives, as its writer put it.',
    objectivesOf('learningObjectiveResults', 'What was reached of each.', {
      type: 'object',
      required: ['learningObjectiveId'],
      properties: {
        learningObjectiveId: { type: 'string', description: 'Id of the objective.' },
        score: { type: 'number', description: 'As a number.' },
        textScore: { type: 'string', description: 'In words.' },
      },
    }),
  ),
  flag('inProgress', 'is_in_progress', 'Whether it is being worked on.'),
  flag('incomplete', 'is_incomplete', 'Whether parts are missing.'),
  flag('late', 'is_late', 'Whether it came late.'),
  flag('missing', 'is_missing', 'Whether it never came.'),
]

/** JSON Schema of the values of a score scale. */
export const scaleValues = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['itemValueLHS', 'itemValueRHS'],
    properties: {
      itemValueLHS: { type: 'string', description: 'The grade.' },
      itemValueRHS: { type: 'string', description: 'What it is worth.' },
    },
  },
}
