import type { Scope } from '../../../../foundation/access/scopes.ts'
import { categories } from '../../gradebook/categories.ts'
import { lineItems } from '../../gradebook/line-items.ts'
import { results } from '../../gradebook/results.ts'
import { scoreScales } from '../../gradebook/score-scales.ts'
import type { OneRosterResource } from '../../resource.ts'
import { classes } from '../../roster/classes.ts'
import { courses } from '../../roster/courses.ts'
import { demographics } from '../../roster/demographics.ts'
import { enrollments } from '../../roster/enrollments.ts'
import { orgs } from '../../roster/orgs.ts'
import { academicSessions } from '../../roster/sessions.ts'
import { users } from '../../roster/users.ts'
import type { Version } from '../../scopes.ts'
import * as links from './links.ts'

/** The name of a column, and of the property of REST that stands in it; null where there is nothing to say. */
export type CsvColumn = readonly [title: string, field: string | null]

/** In the place of a property: the school, which REST leaves out where it goes without saying. */
export const theSchool = '@school'

/** `source.systemName` in the manifests that this system writes, by which it knows them again. */
export const systemName = 'open-mis'

/** A file of the standard. */
export interface CsvFile {
  name: string
  /** What its rows are; undefined for files that a school never has here. */
  of: OneRosterResource | undefined
  /** All of these must be granted besides what `of` needs, so that its rows refer to nothing that the caller may not know. */
  besides: readonly Scope[]
  columns: readonly CsvColumn[]
}

/** Columns that are named as the property is, or `title=property`, or `title=` with nothing in it. */
const columnsOf = (text: string): CsvColumn[] =>
  text.split(/\s+/).map((each): CsvColumn => {
    const [title = '', field = title] = each.split('=')
    return [title, field === '' ? null : field]
  })

const begin = 'sourcedId status dateLastModified'

const file = (
  name: string,
  of: OneRosterResource,
  columns: string,
  besides: readonly Scope[] = [],
): CsvFile => ({ name, of, besides, columns: columnsOf(`${begin} ${columns}`) })

/** Resources for teaching are nobody's record here, nor are accounts elsewhere. */
const never = (name: string): CsvFile => ({ name, of: undefined, besides: [], columns: [] })

const sessionFile = file(
  'academicSessions',
  academicSessions,
  'title type startDate endDate parentSourcedId=parent schoolYear',
)
const classFile = file(
  'classes',
  classes,
  'title grades courseSourcedId=course classCode classType location schoolSourcedId=school termSourcedIds=terms subjects subjectCodes periods',
)
const courseFile = file(
  'courses',
  courses,
  'schoolYearSourcedId= title courseCode grades= orgSourcedId=org subjects subjectCodes',
)
const demographicFile = file(
  'demographics',
  demographics,
  'birthDate sex americanIndianOrAlaskaNative= asian= blackOrAfricanAmerican= nativeHawaiianOrOtherPacificIslander= white= demographicRaceTwoOrMoreRaces= hispanicOrLatinoEthnicity= countryOfBirthCode= stateOfBirthAbbreviation= cityOfBirth= publicSchoolResidenceStatus=',
)
const enrollmentFile = file(
  'enrollments',
  enrollments,
  'classSourcedId=class schoolSourcedId=school userSourcedId=user role primary beginDate endDate',
  ['groups:read'],
)
const orgFile = file('orgs', orgs, 'name type identifier parentSourcedId=')

/** What a writer put beside an object, as JSON; extensions stand last, as the standard demands of them. */
const extension = 'metadata.json=metadata'
const inClass: readonly Scope[] = ['groups:read']
const ofPupils: readonly Scope[] = ['groups:read', 'pupils:read']

/** 1EdTech OneRoster 1.1 CSV tables. */
const v1p1: readonly CsvFile[] = [
  sessionFile,
  file('categories', categories, `title ${extension}`),
  classFile,
  never('classResources'),
  courseFile,
  never('courseResources'),
  demographicFile,
  enrollmentFile,
  file(
    'lineItems',
    lineItems,
    `title description assignDate dueDate classSourcedId=class categorySourcedId=category gradingPeriodSourcedId=gradingPeriod resultValueMin resultValueMax ${extension}`,
    inClass,
  ),
  orgFile,
  never('resources'),
  file(
    'results',
    results,
    `lineItemSourcedId=lineItem studentSourcedId=student scoreStatus score scoreDate comment ${extension}`,
    ofPupils,
  ),
  file(
    'users',
    users,
    'enabledUser orgSourcedIds=orgs role username userIds givenName familyName middleName identifier email sms= phone agentSourcedIds=agents grades password=',
  ),
]

/** 1EdTech OneRoster 1.2 CSV binding; its academic session of a line item is the grading period, which REST demands. */
const v1p2: readonly CsvFile[] = [
  sessionFile,
  file('categories', categories, `title weight ${extension}`),
  classFile,
  never('classResources'),
  courseFile,
  never('courseResources'),
  demographicFile,
  enrollmentFile,
  file(
    'lineItemLearningObjectiveIds',
    links.lineItemObjectives,
    'lineItemSourcedId=lineItem source learningObjectiveId',
    inClass,
  ),
  file(
    'lineItems',
    lineItems,
    `title description assignDate dueDate classSourcedId=class categorySourcedId=category academicSessionSourcedId=gradingPeriod resultValueMin resultValueMax schoolSourcedId=school ${extension}`,
    inClass,
  ),
  file(
    'lineItemScoreScales',
    links.lineItemScoreScales,
    'title lineItemSourcedId=lineItem scoreScaleSourcedId=scoreScale',
    inClass,
  ),
  orgFile,
  never('resources'),
  file(
    'resultLearningObjectiveIds',
    links.resultObjectives,
    'resultSourcedId=result source learningObjectiveId score textScore',
    ofPupils,
  ),
  file(
    'results',
    results,
    `lineItemSourcedId=lineItem studentSourcedId=student scoreStatus score scoreDate comment textScore classSourcedId=class inProgress incomplete late missing ${extension}`,
    ofPupils,
  ),
  file(
    'resultScoreScales',
    links.resultScoreScales,
    'title resultSourcedId=result scoreScaleSourcedId=scoreScale',
    ofPupils,
  ),
  file(
    'roles',
    links.roles,
    'userSourcedId=user roleType role beginDate= endDate= orgSourcedId=org userProfileSourcedId=',
  ),
  file(
    'scoreScales',
    scoreScales,
    `title type orgSourcedId=${theSchool} courseSourcedId=course classSourcedId=class scoreScaleValue ${extension}`,
    inClass,
  ),
  never('userProfiles'),
  never('userResources'),
  file(
    'users',
    users,
    'enabledUser username userIds givenName familyName middleName identifier email sms= phone agentSourcedIds=agents grades password= userMasterIdentifier= preferredGivenName=preferredFirstName preferredMiddleName= preferredFamilyName=preferredLastName primaryOrgSourcedId=primaryOrg pronouns=',
  ),
]

/** Every file of each version but the manifest, in the order of the standard's manifest. */
export const csvFiles: Readonly<Record<Version, readonly CsvFile[]>> = { v1p1, v1p2 }
