import type { Resource } from './foundation/resource/resource.ts'
import { roleAssignment } from './operations/access/assignments.ts'
import { account } from './operations/accounts/accounts.ts'
import { identityProvider } from './operations/accounts/providers.ts'
import { agreement } from './operations/apps/agreements.ts'
import { dropletResources } from './operations/droplets/queries.ts'
import { importJob } from './operations/imports/jobs.ts'
import { marksheetTemplate } from './records/assessment/marksheets/queries.ts'
import { aspect, gradeSet, gradeSetVersion, result, resultSet } from './records/assessment/queries.ts'
import { partTimeTimetable, plannedAbsence } from './records/attendance/filling/queries.ts'
import { siteMovement } from './records/attendance/presence/queries.ts'
import { register } from './records/attendance/queries.ts'
import { behaviourEvent } from './records/behaviour/queries.ts'
import { academicYear, closure, period, term } from './records/calendar/queries.ts'
import { contact, pupilContact } from './records/contacts/queries.ts'
import { group, membership } from './records/groups/queries.ts'
import { enrolment } from './records/pupils/enrolments.ts'
import { pupil } from './records/pupils/queries.ts'
import { room } from './records/rooms/queries.ts'
import { school } from './records/schools/queries.ts'
import { senNeed, senPlan, senStatus, senStrategy } from './records/sen/queries.ts'
import { staffMember } from './records/staff/queries.ts'
import { subject } from './records/subjects/queries.ts'
import { lessonChange } from './records/timetable/lesson-change.ts'
import { timetableEntry } from './records/timetable/queries.ts'

/** What a school says, in the order of src/records/README.md. */
const records: readonly Resource[] = [
  school,
  academicYear,
  term,
  closure,
  period,
  subject,
  room,
  pupil,
  enrolment,
  staffMember,
  contact,
  pupilContact,
  group,
  membership,
  timetableEntry,
  lessonChange,
  register,
  plannedAbsence,
  partTimeTimetable,
  siteMovement,
  gradeSet,
  gradeSetVersion,
  aspect,
  resultSet,
  result,
  marksheetTemplate,
  behaviourEvent,
  senStatus,
  senNeed,
  senStrategy,
  senPlan,
]

/** What copies are made of: the records, and the small facts that are told of them. */
export const copied: readonly Resource[] = [...records, ...dropletResources]

/** Every resource, for what holds for all of them. */
export const resources: readonly Resource[] = [
  ...copied,
  importJob,
  agreement,
  account,
  identityProvider,
  roleAssignment,
]
