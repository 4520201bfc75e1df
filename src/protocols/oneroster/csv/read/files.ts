/** The files that are imported: columns that must be there, those that may, and cells that may not be empty. */
export interface FileShape {
  required: readonly string[]
  optional: readonly string[]
  filled: readonly string[]
}

const common = ['status', 'dateLastModified']

/** What joins two objects of other files. */
const between = (...columns: readonly string[]) => ({
  required: ['sourcedId', ...columns],
  optional: [...common, 'title'],
  filled: ['sourcedId', ...columns],
})

/** OneRoster 1.1 and 1.2 together; a column that only one version knows is optional. */
export const shapes = {
  orgs: {
    required: ['sourcedId', 'name', 'type'],
    optional: [...common, 'identifier', 'parentSourcedId'],
    filled: ['sourcedId', 'name', 'type'],
  },
  academicsessions: {
    required: ['sourcedId', 'title', 'type', 'startDate', 'endDate'],
    optional: [...common, 'parentSourcedId', 'schoolYear'],
    filled: ['sourcedId', 'title', 'type', 'startDate', 'endDate'],
  },
  courses: {
    required: ['sourcedId', 'title'],
    optional: [
      ...common,
      'schoolYearSourcedId',
      'courseCode',
      'grades',
      'orgSourcedId',
      'subjects',
      'subjectCodes',
    ],
    filled: ['sourcedId', 'title'],
  },
  classes: {
    required: ['sourcedId', 'title', 'courseSourcedId', 'schoolSourcedId', 'termSourcedIds'],
    optional: [
      ...common,
      'grades',
      'classCode',
      'classType',
      'location',
      'subjects',
      'subjectCodes',
      'periods',
    ],
    filled: ['sourcedId', 'title', 'schoolSourcedId'],
  },
  users: {
    required: ['sourcedId', 'givenName', 'familyName'],
    optional: [
      ...common,
      'enabledUser',
      'orgSourcedIds',
      'role',
      'username',
      'userIds',
      'middleName',
      'identifier',
      'email',
      'sms',
      'phone',
      'agentSourcedIds',
      'grades',
      'password',
      'userMasterIdentifier',
      'preferredGivenName',
      'preferredMiddleName',
      'preferredFamilyName',
      'primaryOrgSourcedId',
      'pronouns',
    ],
    filled: ['sourcedId', 'givenName', 'familyName'],
  },
  roles: {
    required: ['sourcedId', 'userSourcedId', 'role', 'orgSourcedId'],
    optional: [...common, 'roleType', 'beginDate', 'endDate', 'userProfileSourcedId'],
    filled: ['sourcedId', 'userSourcedId', 'role'],
  },
  enrollments: {
    required: ['sourcedId', 'classSourcedId', 'userSourcedId', 'role'],
    optional: [...common, 'schoolSourcedId', 'primary', 'beginDate', 'endDate'],
    filled: ['sourcedId', 'classSourcedId', 'userSourcedId', 'role'],
  },
  demographics: {
    required: ['sourcedId'],
    optional: [
      ...common,
      'birthDate',
      'birthdate',
      'sex',
      'americanIndianOrAlaskaNative',
      'asian',
      'blackOrAfricanAmerican',
      'nativeHawaiianOrOtherPacificIslander',
      'white',
      'demographicRaceTwoOrMoreRaces',
      'hispanicOrLatinoEthnicity',
      'countryOfBirthCode',
      'stateOfBirthAbbreviation',
      'cityOfBirth',
      'publicSchoolResidenceStatus',
    ],
    filled: ['sourcedId'],
  },
  categories: {
    required: ['sourcedId', 'title'],
    optional: [...common, 'weight', 'metadata.json'],
    filled: ['sourcedId', 'title'],
  },
  lineitems: {
    required: ['sourcedId', 'title', 'classSourcedId', 'categorySourcedId'],
    optional: [
      ...common,
      'description',
      'assignDate',
      'dueDate',
      'gradingPeriodSourcedId',
      'academicSessionSourcedId',
      'resultValueMin',
      'resultValueMax',
      'schoolSourcedId',
      'metadata.json',
    ],
    filled: ['sourcedId', 'title', 'classSourcedId', 'categorySourcedId'],
  },
  results: {
    required: ['sourcedId', 'lineItemSourcedId', 'studentSourcedId', 'scoreStatus'],
    optional: [
      ...common,
      'score',
      'scoreDate',
      'comment',
      'textScore',
      'classSourcedId',
      'inProgress',
      'incomplete',
      'late',
      'missing',
      'metadata.json',
    ],
    filled: ['sourcedId', 'lineItemSourcedId', 'studentSourcedId', 'scoreStatus'],
  },
  scorescales: {
    required: ['sourcedId', 'title', 'type', 'classSourcedId', 'scoreScaleValue'],
    optional: [...common, 'orgSourcedId', 'courseSourcedId', 'metadata.json'],
    filled: ['sourcedId', 'title', 'type', 'classSourcedId', 'scoreScaleValue'],
  },
  lineitemscorescales: between('lineItemSourcedId', 'scoreScaleSourcedId'),
  resultscorescales: between('resultSourcedId', 'scoreScaleSourcedId'),
  lineitemlearningobjectiveids: between('lineItemSourcedId', 'learningObjectiveId', 'source'),
  resultlearningobjectiveids: {
    ...between('resultSourcedId', 'learningObjectiveId', 'source'),
    optional: [...common, 'title', 'score', 'textScore'],
  },
} as const satisfies Record<string, FileShape>

export type FileName = keyof typeof shapes

/** Without these there is no school to import, unless the manifest calls the archive a delta. The others are optional. */
export const neededFiles: readonly FileName[] = [
  'orgs',
  'academicsessions',
  'courses',
  'classes',
  'users',
  'enrollments',
]

/** Files of the standard that this import has no place for. */
export const knownElsewhere: readonly string[] = [
  'userprofiles',
  'resources',
  'classresources',
  'courseresources',
  'userresources',
]

/** How each file writes its name, where that is not in small letters. */
export const spelling: Readonly<Record<string, string>> = {
  academicsessions: 'academicSessions',
  lineitems: 'lineItems',
  scorescales: 'scoreScales',
  lineitemscorescales: 'lineItemScoreScales',
  resultscorescales: 'resultScoreScales',
  lineitemlearningobjectiveids: 'lineItemLearningObjectiveIds',
  resultlearningobjectiveids: 'resultLearningObjectiveIds',
}
