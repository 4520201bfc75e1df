import type * as assessment from '../../records/assessment/table.ts'
import type * as attendance from '../../records/attendance/table.ts'
import type { behaviourEvents } from '../../records/behaviour/table.ts'
import type * as calendar from '../../records/calendar/table.ts'
import type * as contacts from '../../records/contacts/table.ts'
import type * as groups from '../../records/groups/table.ts'
import type { people } from '../../records/people/table.ts'
import type * as pupils from '../../records/pupils/table.ts'
import type { rooms } from '../../records/rooms/table.ts'
import type { schools } from '../../records/schools/table.ts'
import type { staff } from '../../records/staff/table.ts'
import type { subjects } from '../../records/subjects/table.ts'
import type { timetableEntries } from '../../records/timetable/table.ts'

/** A row as its table stores it, without the columns that every table has: a changed table shows here at once. */
type Row<T extends { $inferSelect: object }> = Omit<T['$inferSelect'], 'schoolId' | 'version' | 'updatedAt'>

export type SchoolRow = Row<typeof schools>
export type PersonRow = Row<typeof people>
export type PupilRow = Row<typeof pupils.pupils>
export type EnrolmentRow = Row<typeof pupils.enrolments>
export type StaffRow = Row<typeof staff>
export type ContactRow = Row<typeof contacts.contacts>
export type PupilContactRow = Row<typeof contacts.pupilContacts>
export type SubjectRow = Row<typeof subjects>
export type RoomRow = Row<typeof rooms>
export type AcademicYearRow = Row<typeof calendar.academicYears>
export type TermRow = Row<typeof calendar.terms>
export type ClosureRow = Row<typeof calendar.closures>
export type PeriodRow = Row<typeof calendar.periods>
export type GroupRow = Row<typeof groups.groups>
export type MembershipRow = Row<typeof groups.memberships>
export type EntryRow = Row<typeof timetableEntries>
export type AttendanceYearRow = Row<typeof attendance.attendanceYears>
export type RegisterRow = Row<typeof attendance.registers>
export type AttendanceActRow = Row<typeof attendance.attendanceActs>
export type MarkEntryRow = Row<typeof attendance.markEntries>
export type AttendanceSettingsRow = Row<typeof attendance.attendanceSettings>
export type GradeSetRow = Row<typeof assessment.gradeSets>
export type GradeSetVersionRow = Row<typeof assessment.gradeSetVersions>
export type AspectRow = Row<typeof assessment.aspects>
export type ResultSetRow = Row<typeof assessment.resultSets>
export type ResultRow = Row<typeof assessment.results>
export type BehaviourEventRow = Row<typeof behaviourEvents>

/** The whole school as plain rows, in an order in which they can be inserted: nothing refers to a later list. */
export interface DemoSchool {
  school: SchoolRow
  academicYears: AcademicYearRow[]
  terms: TermRow[]
  closures: ClosureRow[]
  periods: PeriodRow[]
  subjects: SubjectRow[]
  rooms: RoomRow[]
  people: PersonRow[]
  staff: StaffRow[]
  pupils: PupilRow[]
  enrolments: EnrolmentRow[]
  contacts: ContactRow[]
  pupilContacts: PupilContactRow[]
  groups: GroupRow[]
  memberships: MembershipRow[]
  timetableEntries: EntryRow[]
  attendanceYears: AttendanceYearRow[]
  registers: RegisterRow[]
  attendanceActs: AttendanceActRow[]
  markEntries: MarkEntryRow[]
  attendanceSettings: AttendanceSettingsRow[]
  gradeSets: GradeSetRow[]
  gradeSetVersions: GradeSetVersionRow[]
  aspects: AspectRow[]
  resultSets: ResultSetRow[]
  results: ResultRow[]
  behaviourEvents: BehaviourEventRow[]
}
