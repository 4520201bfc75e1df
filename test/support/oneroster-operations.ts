import type { Version } from './oneroster-schemas.ts'

/** An operation of the standard. */
export interface StandardOperation {
  method: string
  path: string
  operationId: string
  /** One of these opens it. */
  scopes: readonly string[]
  envelope: string | undefined
  versions: readonly Version[]
}

/** The REST bindings of 1.1 and 1.2: method, path, operation, scopes (`.readonly` left out), envelope, versions. */
const table = `
GET /academicSessions getAllAcademicSessions roster|roster-core academicSessions both
GET /academicSessions/{sourcedId} getAcademicSession roster|roster-core academicSession both
GET /classes getAllClasses roster|roster-core classes both
GET /classes/{classSourcedId}/students getStudentsForClass roster users both
GET /classes/{classSourcedId}/teachers getTeachersForClass roster users both
GET /classes/{sourcedId} getClass roster|roster-core class both
GET /courses getAllCourses roster|roster-core courses both
GET /courses/{courseSourcedId}/classes getClassesForCourse roster classes both
GET /courses/{sourcedId} getCourse roster|roster-core course both
GET /demographics getAllDemographics roster-demographics demographics both
GET /demographics/{sourcedId} getDemographics roster-demographics demographics both
GET /enrollments getAllEnrollments roster|roster-core enrollments both
GET /enrollments/{sourcedId} getEnrollment roster|roster-core enrollment both
GET /gradingPeriods getAllGradingPeriods roster|roster-core academicSessions both
GET /gradingPeriods/{sourcedId} getGradingPeriod roster|roster-core academicSession both
GET /orgs getAllOrgs roster|roster-core orgs both
GET /orgs/{sourcedId} getOrg roster|roster-core org both
GET /schools getAllSchools roster|roster-core orgs both
GET /schools/{schoolSourcedId}/classes getClassesForSchool roster classes both
GET /schools/{schoolSourcedId}/classes/{classSourcedId}/enrollments getEnrollmentsForClassInSchool roster enrollments both
GET /schools/{schoolSourcedId}/classes/{classSourcedId}/students getStudentsForClassInSchool roster users both
GET /schools/{schoolSourcedId}/classes/{classSourcedId}/teachers getTeachersForClassInSchool roster users both
GET /schools/{schoolSourcedId}/courses getCoursesForSchool roster courses both
GET /schools/{schoolSourcedId}/enrollments getEnrollmentsForSchool roster enrollments both
GET /schools/{schoolSourcedId}/students getStudentsForSchool roster users both
GET /schools/{schoolSourcedId}/teachers getTeachersForSchool roster users both
GET /schools/{schoolSourcedId}/terms getTermsForSchool roster academicSessions both
GET /schools/{sourcedId} getSchool roster|roster-core org both
GET /students getAllStudents roster|roster-core users both
GET /students/{sourcedId} getStudent roster|roster-core user both
GET /students/{studentSourcedId}/classes getClassesForStudent roster classes both
GET /teachers getAllTeachers roster|roster-core users both
GET /teachers/{sourcedId} getTeacher roster|roster-core user both
GET /teachers/{teacherSourcedId}/classes getClassesForTeacher roster classes both
GET /terms getAllTerms roster|roster-core academicSessions both
GET /terms/{sourcedId} getTerm roster|roster-core academicSession both
GET /terms/{termSourcedId}/classes getClassesForTerm roster classes both
GET /terms/{termSourcedId}/gradingPeriods getGradingPeriodsForTerm roster academicSessions both
GET /users getAllUsers roster|roster-core users both
GET /users/{sourcedId} getUser roster|roster-core user both
GET /users/{userSourcedId}/classes getClassesForUser roster classes both
GET /assessmentLineItems getAllAssessmentLineItems assessment assessmentLineItems 1.2
GET /assessmentLineItems/{sourcedId} getAssessmentLineItem assessment assessmentLineItem 1.2
DELETE /assessmentLineItems/{sourcedId} deleteAssessmentLineItem assessment.delete - 1.2
PUT /assessmentLineItems/{sourcedId} putAssessmentLineItem assessment.createput - 1.2
GET /assessmentResults getAllAssessmentResults assessment assessmentResults 1.2
GET /assessmentResults/{sourcedId} getAssessmentResult assessment assessmentResult 1.2
DELETE /assessmentResults/{sourcedId} deleteAssessmentResult assessment.delete - 1.2
PUT /assessmentResults/{sourcedId} putAssessmentResult assessment.createput - 1.2
GET /categories getAllCategories gradebook|gradebook-core categories both
GET /categories/{sourcedId} getCategory gradebook|gradebook-core category both
DELETE /categories/{sourcedId} deleteCategory gradebook.delete - both
PUT /categories/{sourcedId} putCategory gradebook.createput - both
POST /classes/{classSourcedId}/academicSessions/{academicSessionSourcedId}/results postResultsForAcademicSessionForClass gradebook.createpost sourcedIdPairs 1.2
GET /classes/{classSourcedId}/categories getCategoriesForClass gradebook categories 1.2
GET /classes/{classSourcedId}/lineItems getLineItemsForClass gradebook lineItems both
POST /classes/{classSourcedId}/lineItems postLineItemsForClass gradebook.createpost sourcedIdPairs 1.2
GET /classes/{classSourcedId}/lineItems/{lineItemSourcedId}/results getResultsForLineItemForClass gradebook results both
GET /classes/{classSourcedId}/results getResultsForClass gradebook results both
GET /classes/{classSourcedId}/scoreScales getScoreScalesForClass gradebook scoreScales 1.2
GET /classes/{classSourcedId}/students/{studentSourcedId}/results getResultsForStudentForClass gradebook results both
GET /lineItems getAllLineItems gradebook|gradebook-core lineItems both
POST /lineItems/{lineItemSourcedId}/results postResultsForLineItem gradebook.createpost sourcedIdPairs 1.2
GET /lineItems/{sourcedId} getLineItem gradebook|gradebook-core lineItem both
DELETE /lineItems/{sourcedId} deleteLineItem gradebook.delete - both
PUT /lineItems/{sourcedId} putLineItem gradebook.createput - both
GET /results getAllResults gradebook|gradebook-core results both
GET /results/{sourcedId} getResult gradebook|gradebook-core result both
DELETE /results/{sourcedId} deleteResult gradebook.delete - both
PUT /results/{sourcedId} putResult gradebook.createput - both
POST /schools/{schoolSourcedId}/lineItems postLineItemsForSchool gradebook.createpost sourcedIdPairs 1.2
GET /schools/{schoolSourcedId}/scoreScales getScoreScalesForSchool gradebook scoreScales 1.2
GET /scoreScales getAllScoreScales gradebook|gradebook-core scoreScales 1.2
GET /scoreScales/{sourcedId} getScoreScale gradebook|gradebook-core scoreScale 1.2
DELETE /scoreScales/{sourcedId} deleteScoreScale gradebook.delete - 1.2
PUT /scoreScales/{sourcedId} putScoreScale gradebook.createput - 1.2
GET /classes/{classSourcedId}/resources getResourcesForClass resource resources both
GET /courses/{courseSourcedId}/resources getResourcesForCourse resource resources both
GET /resources getAllResources resource|resource-core resources both
GET /resources/{sourcedId} getResource resource|resource-core resource both
GET /users/{userSourcedId}/resources getResourcesForUser resource resources 1.2
`

export const standardOperations: readonly StandardOperation[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [method = '', path = '', operationId = '', scopes = '', envelope, version] = line.split(' ')
    return {
      method,
      path,
      operationId,
      scopes: scopes.split('|').map((scope) => (scope.includes('.') ? scope : `${scope}.readonly`)),
      envelope: envelope === '-' ? undefined : envelope,
      versions: version === 'both' ? ['v1p1', 'v1p2'] : ['v1p2'],
    }
  })

/** The service of 1.2 that has it. */
export function serviceOf({ path }: StandardOperation): 'rostering' | 'gradebook' | 'resources' {
  const last = path.split('/').findLast((name) => !name.startsWith('{')) ?? ''
  if (last === 'resources') return 'resources'
  return /^(categories|lineItems|results|scoreScales|assessment.*)$/.test(last) ? 'gradebook' : 'rostering'
}
