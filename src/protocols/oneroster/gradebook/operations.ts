import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Part as RowsPart } from '../resource.ts'
import { bothVersions, type Operation, type Within } from '../rest/operation.ts'
import { classes } from '../roster/classes.ts'
import { orgs } from '../roster/orgs.ts'
import { users } from '../roster/users.ts'
import type { OneRosterScope } from '../scopes.ts'
import { categories } from './categories.ts'
import { assessmentLineItems, lineItems } from './line-items.ts'
import { assessmentResults, results } from './results.ts'
import { scoreScales } from './score-scales.ts'
import { writingOperations } from './write/operations.ts'

const core = ['gradebook.readonly', 'gradebook-core.readonly'] as const
const whole = ['gradebook.readonly'] as const
const ofAssessment = ['assessment.readonly'] as const
const newer = ['v1p2'] as const

type Part = Pick<Operation, 'versions'> & { scopes: readonly OneRosterScope[] }

/** A collection of the whole school and its single objects. */
function collection(
  resource: OneRosterResource,
  [many, one]: [string, string],
  { versions, scopes }: Part,
): Operation[] {
  const own = { service: 'gradebook', method: 'GET', versions, scopes, resource, within: {} } as const
  return [
    { ...own, path: `/${resource.many}`, operationId: many, isOne: false },
    { ...own, path: `/${resource.many}/{sourcedId}`, operationId: one, isOne: true },
  ]
}

interface Narrowing {
  versions?: Operation['versions']
  narrow?: SQL
  part?: RowsPart
}

/** Part of a collection, below other objects that must be there. */
const below = (
  path: string,
  operationId: string,
  resource: OneRosterResource,
  within: Within,
  { versions = bothVersions, narrow, part }: Narrowing = {},
): Operation => ({
  service: 'gradebook',
  method: 'GET',
  versions,
  scopes: whole,
  path,
  operationId,
  resource,
  isOne: false,
  within,
  ...(narrow && { narrow: () => narrow }),
  ...(part && { part }),
})

const given = (name: string): SQL => sql`${sql.placeholder(name)}::text`
const inClass: Within = { classSourcedId: classes }
const classPart = { class: given('classSourcedId') }
const ofClass = sql`r.class = ${given('classSourcedId')}`
const ofItem = sql`r.item = ${given('lineItemSourcedId')}`
const ofStudent = sql`r.student = ${given('studentSourcedId')}`

const reads: readonly Operation[] = [
  ...collection(assessmentLineItems, ['getAllAssessmentLineItems', 'getAssessmentLineItem'], {
    versions: newer,
    scopes: ofAssessment,
  }),
  ...collection(assessmentResults, ['getAllAssessmentResults', 'getAssessmentResult'], {
    versions: newer,
    scopes: ofAssessment,
  }),
  ...collection(categories, ['getAllCategories', 'getCategory'], { versions: bothVersions, scopes: core }),
  // A category is every class's.
  below('/classes/{classSourcedId}/categories', 'getCategoriesForClass', categories, inClass, {
    versions: newer,
  }),
  below('/classes/{classSourcedId}/lineItems', 'getLineItemsForClass', lineItems, inClass, {
    narrow: ofClass,
    part: classPart,
  }),
  below(
    '/classes/{classSourcedId}/lineItems/{lineItemSourcedId}/results',
    'getResultsForLineItemForClass',
    results,
    { ...inClass, lineItemSourcedId: lineItems },
    { narrow: sql`${ofClass} and ${ofItem}`, part: classPart },
  ),
  below('/classes/{classSourcedId}/results', 'getResultsForClass', results, inClass, {
    narrow: ofClass,
    part: classPart,
  }),
  below('/classes/{classSourcedId}/scoreScales', 'getScoreScalesForClass', scoreScales, inClass, {
    versions: newer,
    narrow: ofClass,
  }),
  below(
    '/classes/{classSourcedId}/students/{studentSourcedId}/results',
    'getResultsForStudentForClass',
    results,
    { ...inClass, studentSourcedId: users },
    {
      narrow: sql`${ofClass} and ${ofStudent}`,
      part: { ...classPart, student: given('studentSourcedId') },
    },
  ),
  ...collection(lineItems, ['getAllLineItems', 'getLineItem'], { versions: bothVersions, scopes: core }),
  ...collection(results, ['getAllResults', 'getResult'], { versions: bothVersions, scopes: core }),
  below(
    '/schools/{schoolSourcedId}/scoreScales',
    'getScoreScalesForSchool',
    scoreScales,
    { schoolSourcedId: orgs },
    { versions: newer },
  ),
  ...collection(scoreScales, ['getAllScoreScales', 'getScoreScale'], { versions: newer, scopes: core }),
]

/** Every operation of the gradebook service. */
export const gradebookOperations: readonly Operation[] = [...reads, ...writingOperations]
