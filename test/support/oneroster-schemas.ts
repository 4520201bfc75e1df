import { gradebook } from './oneroster-gradebook.ts'
import {
  base,
  course,
  date,
  flag,
  inClass,
  listOf,
  object,
  org,
  type Properties,
  resourceRefs,
  type Schema,
  session,
  text,
  uri,
  user,
  type Version,
  word,
  wordOr,
} from './oneroster-words.ts'

export type { Version } from './oneroster-words.ts'

const people = ['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher']
const moreRoles = [
  'counselor',
  'districtAdministrator',
  'principal',
  'siteAdministrator',
  'systemAdministrator',
]
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
