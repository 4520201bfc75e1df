/** The files that are imported: columns that must be there, those that may, and cells that may not be empty. */
export interface FileShape {
  required: readonly string[]
  optional: readonly string[]
  filled: readonly string[]
}

const common = ['status', 'dateLastModified']

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
} as const satisfies Record<string, FileShape>

export type FileName = keyof typeof shapes

/** Without these there is no school to import. `roles` exists in 1.2 only; demographics are optional in both. */
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
  'categories',
  'lineitems',
  'results',
  'scorescales',
  'userprofiles',
  'resources',
  'classresources',
  'courseresources',
  'userresources',
  'lineitemlearningobjectiveids',
  'lineitemscorescales',
  'resultlearningobjectiveids',
  'resultscorescales',
]

/** How each file writes its name. */
export const spelling: Readonly<Record<string, string>> = { academicsessions: 'academicSessions' }
