import {
  base,
  category,
  course,
  date,
  flag,
  inClass,
  instant,
  lineItem,
  listOf,
  number,
  object,
  org,
  type Properties,
  reference,
  type Schema,
  scoreScale,
  session,
  text,
  user,
  type Version,
  wordOr,
} from './oneroster-words.ts'

const scoreStatuses = ['exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted']

const learning = (...required: Properties[]) => listOf(object(Object.assign({}, ...required)))
const objectives = learning({ 'source!': text, 'learningObjectiveIds!': listOf(text, 1) })
const objectiveResults = learning({
  'source!': text,
  'learningObjectiveResults!': listOf(
    object({ 'learningObjectiveId!': text, score: number, textScore: text }),
    1,
  ),
})
const states = { inProgress: flag, incomplete: flag, late: flag, missing: flag }
const score = (version: Version): Properties => ({
  ...base,
  'student!': user,
  score: number,
  'scoreStatus!': wordOr(version, ...scoreStatuses),
  'scoreDate!': date,
  comment: text,
})

/** Name of one object of the gradebook -> its schema. */
export function gradebook(version: Version): Readonly<Record<string, Schema>> {
  const shared = { ...base, 'title!': text, description: text, 'assignDate!': instant, 'dueDate!': instant }
  const refs = { 'class!': inClass, 'category!': category }
  if (version === 'v1p1')
    return {
      category: object({ ...base, 'title!': text }),
      lineItem: object({
        ...shared,
        ...refs,
        'gradingPeriod!': session,
        'resultValueMin!': number,
        'resultValueMax!': number,
      }),
      // The score of what was not marked is left out, though 1.1 has no word for its absence.
      result: object({ ...score(version), 'lineItem!': lineItem }),
    }
  const limits = { resultValueMin: number, resultValueMax: number, learningObjectiveSet: objectives }
  const more = { scoreScale, textScore: text, learningObjectiveSet: objectiveResults, ...states }
  const assessment = reference('assessmentLineItem')
  return {
    category: object({ ...base, 'title!': text, weight: number }),
    lineItem: object({
      ...shared,
      ...refs,
      'school!': org,
      gradingPeriod: session,
      academicSession: session,
      scoreScale,
      ...limits,
    }),
    result: object({ ...score(version), ...more, 'lineItem!': lineItem, class: inClass }),
    assessmentLineItem: object({
      ...base,
      'title!': text,
      description: text,
      class: inClass,
      parentAssessmentLineItem: assessment,
      scoreScale,
      ...limits,
    }),
    assessmentResult: object({
      ...score(version),
      ...more,
      'assessmentLineItem!': assessment,
      scorePercentile: number,
    }),
    scoreScale: object({
      ...base,
      'title!': text,
      'type!': text,
      course,
      'class!': inClass,
      'scoreScaleValue!': listOf(object({ 'itemValueLHS!': text, 'itemValueRHS!': text }), 1),
    }),
  }
}
