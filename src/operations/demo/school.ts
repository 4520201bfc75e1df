import { type Aspects, aspectsOf } from './aspects.ts'
import { attendanceOf, attendanceSettings } from './attendance.ts'
import { behaviourOf } from './behaviour.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { contactsOf } from './contacts.ts'
import { groupsOf, subjectsOf } from './groups.ts'
import { idsFrom } from './ids.ts'
import { membershipsOf } from './memberships.ts'
import { type Milestone, milestonesOf } from './milestones.ts'
import { movesOf } from './moves.ts'
import { placePupils } from './placement.ts'
import { type PupilPlan, pupilsOf } from './pupils.ts'
import { resultsOf } from './results.ts'
import { roomsOf } from './rooms.ts'
import type { DemoSchool, EnrolmentRow } from './rows.ts'
import { schoolRow } from './sites.ts'
import { holderOf, staffOf } from './staff.ts'
import { teachingOf } from './teaching.ts'
import { timetableOf } from './timetable.ts'

export interface Wish {
  /** A whole number: another seed gives another school of the same kind. */
  seed: number
  /** A day as YYYY-MM-DD: attendance, results and events reach up to the day before. */
  today: string
}

/** A school that exists nowhere, as plain rows: the same wish gives the same school, byte for byte, ids included. */
export function generateDemoSchool({ seed, today }: Wish): DemoSchool {
  const calendar = calendarOf(seed, today)
  const { year, startYear } = calendar
  const staff = staffOf(seed, startYear)
  const blocks = teachingOf(staff)
  const pupils = pupilsOf(seed, calendar, today)
  const placements = placePupils(seed, pupils, blocks)
  const moves = movesOf(seed, placements, blocks, { calendar, today })
  const subjects = subjectsOf(seed, year.startsOn)
  const rooms = roomsOf(seed, staff, year.startsOn)
  const groups = groupsOf(seed, year, blocks, subjects)
  const entries = timetableOf(seed, { calendar, staff, blocks, groups, rooms, subjects })
  const contacts = contactsOf(seed, pupils, year.startsOn)
  const attendance = attendanceOf(seed, { calendar, today, staff, groups, placements, moves })
  const aspects = aspectsOf(seed, subjects, startYear)
  const recorder = holderOf(staff, 'Data and Examinations Manager').row.code
  const milestones = milestonesOf(seed, calendar, today, recorder)
  return {
    school: schoolRow(),
    ...calendarRows(calendar),
    subjects,
    rooms: rooms.rows,
    people: [...staff.map((one) => one.person), ...pupils.map((one) => one.person), ...contacts.people],
    staff: staff.map((one) => one.row),
    pupils: pupils.map((one) => one.row),
    enrolments: enrolmentsOf(seed, pupils, year.startsOn),
    contacts: contacts.contacts,
    pupilContacts: contacts.links,
    groups: groups.rows,
    memberships: membershipsOf(seed, { year, groups, placements, moves, staff }),
    timetableEntries: entries,
    attendanceYears: attendance.years,
    registers: attendance.registers,
    attendanceActs: attendance.acts,
    markEntries: attendance.entries,
    attendanceSettings: [attendanceSettings],
    ...assessmentRows(aspects, milestones),
    results: resultsOf(seed, { calendar, today, staff, placements, moves, aspects, milestones, recorder }),
    behaviourEvents: behaviourOf(seed, { calendar, today, groups, placements, moves, entries, attendance }),
  }
}

function calendarRows({ year, terms, closures, periods }: Calendar) {
  return { academicYears: [year], terms, closures, periods }
}

function assessmentRows({ gradeSets, versions, aspects }: Aspects, milestones: readonly Milestone[]) {
  return { gradeSets, gradeSetVersions: versions, aspects, resultSets: milestones.map(({ set }) => set) }
}

function enrolmentsOf(seed: number, pupils: readonly PupilPlan[], day: string): EnrolmentRow[] {
  const id = idsFrom(seed, 'enrolments', day)
  return pupils.map(({ row, enrolledOn, leftOn }) => ({
    id: id(),
    pupilId: row.id,
    status: 'C',
    validFrom: enrolledOn,
    validUntil: leftOn,
    leavingReason: leftOn === null ? null : 'Moved to another school',
    destination: null,
  }))
}
