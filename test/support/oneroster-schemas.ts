/** JSON Schemas of OneRoster's objects, written from the standard for tests alone: the program's own table is not asked. */
export type Version = 'v1p1' | 'v1p2'

type Schema = Readonly<Record<string, unknown>>
type Properties = Readonly<Record<string, Schema>>

const text: Schema = { type: 'string', minLength: 1 }
const flag: Schema = { enum: ['true', 'false'] }
const date: Schema = { type: 'string', format: 'date', pattern: String.raw`^\d{4}-\d\d-\d\d$` }
/** With fractional seconds, in UTC: consumers of both versions stop at anything else. */
const instant: Schema = {
  type: 'string',
  format: 'date-time',
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$`,
}
const number: Schema = { type: 'number' }
const uri: Schema = { type: 'string', format: 'uri' }
const listOf = (items: Schema, minItems = 0): Schema => ({ type: 'array', items, minItems })
const word = (...words: string[]): Schema => ({ enum: words })
/** 1.2 opens most of its word lists to extensions. */
const wordOr = (version: Version, ...words: string[]): Schema =>
  version === 'v1p1'
    ? word(...words)
    : { anyOf: [word(...words), { type: 'string', pattern: String.raw`^ext:[\w.-]+$` }] }

/** An object without other keys; a name with `!` is required. */
function object(properties: Properties): Schema {
  const names = Object.keys(properties)
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
    properties: Object.fromEntries(names.map((name) => [name.replace('!', ''), properties[name]])),
  }
}

const reference = (type: string): Schema => object({ 'href!': uri, 'sourcedId!': text, 'type!': word(type) })
const org = reference('org')
const session = reference('academicSession')
const course = reference('course')
const inClass = reference('class')
const user = reference('user')
const resourceRefs = listOf(reference('resource'))
const category = reference('category')
const lineItem = reference('lineItem')
const scoreScale = reference('scoreScale')

const base: Properties = {
  'sourcedId!': text,
  'status!': word('active', 'tobedeleted'),
  'dateLastModified!': instant,
  metadata: { type: 'object' },
}

const people = ['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher']
const moreRoles = [
  'counselor',
  'districtAdministrator',
  'principal',
  'siteAdministrator',
  'systemAdministrator',
]
const scoreStatuses = ['exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted']
const races = [
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
]

const userCommon: Properties = {
  ...base,
  userIds: listOf(object({ 'type!': text, 'identifier!': text })),
  'enabledUser!': flag,
  'givenName!': text,
  'familyName!': text,
  middleName: text,
  email: text,
  sms: text,
  phone: text,
  agents: listOf(user),
  grades: listOf(text),
  password: text,
}

/** 1.1 has one role a person, and consumers make the identifier a username: without it they stop. */
const oldUser = object({
  ...userCommon,
  'username!': text,
  'identifier!': { type: 'string', pattern: '^[a-z0-9._@-]+$' },
  'role!': word(...people),
  'orgs!': listOf(org, 1),
})

const newUser = object({
  ...userCommon,
  userMasterIdentifier: text,
  username: text,
  preferredFirstName: text,
  preferredMiddleName: text,
  preferredLastName: text,
  pronouns: text,
  'roles!': listOf(
    object({
      'roleType!': word('primary', 'secondary'),
      'role!': wordOr('v1p2', ...people.filter((each) => each !== 'administrator'), ...moreRoles),
      'org!': org,
      userProfile: uri,
      beginDate: date,
      endDate: date,
    }),
    1,
  ),
  userProfiles: listOf(
    object({
      'profileId!': uri,
      'profileType!': text,
      'vendorId!': text,
      applicationId: text,
      description: text,
      credentials: listOf({
        type: 'object',
        required: ['type', 'username'],
        properties: { type: text, username: text, password: text },
      }),
    }),
  ),
  primaryOrg: org,
  identifier: text,
  resources: resourceRefs,
})

/** Name of one object -> its schema. */
export const schemasFor = (version: Version): Readonly<Record<string, Schema>> => ({
  academicSession: object({
    ...base,
    'title!': text,
    'startDate!': date,
    'endDate!': date,
    'type!': wordOr(version, 'gradingPeriod', 'semester', 'schoolYear', 'term'),
    parent: session,
    children: listOf(session),
    'schoolYear!': { type: 'string', pattern: String.raw`^\d{4}$` },
  }),
  class: object({
    ...base,
    'title!': text,
    classCode: text,
    [version === 'v1p1' ? 'classType!' : 'classType']: wordOr(version, 'homeroom', 'scheduled'),
    location: text,
    grades: listOf(text),
    subjects: listOf(text),
    'course!': course,
    'school!': org,
    'terms!': listOf(session, 1),
    subjectCodes: listOf(text),
    periods: listOf(text),
    resources: resourceRefs,
  }),
  course: object({
    ...base,
    'title!': text,
    schoolYear: session,
    [version === 'v1p1' ? 'courseCode' : 'courseCode!']: text,
    grades: listOf(text),
    subjects: listOf(text),
    [version === 'v1p1' ? 'org!' : 'org']: org,
    subjectCodes: listOf(text),
    resources: resourceRefs,
  }),
  demographics: object({
    ...base,
    birthDate: date,
    sex:
      version === 'v1p1' ? word('male', 'female') : wordOr(version, 'male', 'female', 'unspecified', 'other'),
    ...Object.fromEntries(races.map((race) => [race, flag])),
    countryOfBirthCode: text,
    stateOfBirthAbbreviation: text,
    cityOfBirth: text,
    publicSchoolResidenceStatus: text,
  }),
  enrollment: object({
    ...base,
    'user!': user,
    'class!': inClass,
    'school!': org,
    'role!':
      version === 'v1p1'
        ? word(...people)
        : wordOr(version, 'administrator', 'proctor', 'student', 'teacher'),
    primary: flag,
    beginDate: date,
    endDate: date,
  }),
  org: object({
    ...base,
    'name!': text,
    'type!': wordOr(version, 'department', 'district', 'local', 'national', 'school', 'state'),
    [version === 'v1p1' ? 'identifier' : 'identifier!']: text,
    parent: org,
    children: listOf(org),
  }),
  user: version === 'v1p1' ? oldUser : newUser,
  resource: object({
    ...base,
    title: text,
    roles: listOf(wordOr(version, ...people)),
    importance: word('primary', 'secondary'),
    'vendorResourceId!': text,
    vendorId: text,
    applicationId: text,
  }),
  ...gradebook(version),
})

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

function gradebook(version: Version): Readonly<Record<string, Schema>> {
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

/** A failure: a bare status object. */
export const failureSchema: Schema = object({
  'imsx_codeMajor!': word('failure'),
  'imsx_severity!': word('error'),
  'imsx_description!': text,
  'imsx_CodeMinor!': object({
    'imsx_codeMinorField!': listOf(
      object({ 'imsx_codeMinorFieldName!': text, 'imsx_codeMinorFieldValue!': text }),
      1,
    ),
  }),
})

/** What a write by POST is answered with. */
export const pairsSchema: Schema = object({
  'sourcedIdPairs!': listOf(object({ 'suppliedSourcedId!': text, 'allocatedSourcedId!': text })),
})
