import type { PgTable } from 'drizzle-orm/pg-core'
import { insertMany } from '../../foundation/db/bulk.ts'
import { refreshStatistics } from '../../foundation/db/statistics.ts'
import { type Database, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { aspects, gradeSets, gradeSetVersions, resultSets, results } from '../../records/assessment/table.ts'
import {
  attendanceActs,
  attendanceSettings,
  attendanceYears,
  markEntries,
  registers,
} from '../../records/attendance/table.ts'
import { behaviourEvents } from '../../records/behaviour/table.ts'
import { academicYears, closures, periods, terms } from '../../records/calendar/table.ts'
import { contacts, pupilContacts } from '../../records/contacts/table.ts'
import { groups, memberships } from '../../records/groups/table.ts'
import { people } from '../../records/people/table.ts'
import { enrolments, pupils } from '../../records/pupils/table.ts'
import { rooms } from '../../records/rooms/table.ts'
import { schools } from '../../records/schools/table.ts'
import { staff } from '../../records/staff/table.ts'
import { subjects } from '../../records/subjects/table.ts'
import { timetableEntries } from '../../records/timetable/table.ts'
import type { DemoSchool } from './rows.ts'
import { generateDemoSchool } from './school.ts'

/** The demo school is the same everywhere, day by day. */
const seed = 2026

/** Where each list of the generated school is stored; nothing refers to a later table. */
const places = {
  academicYears,
  terms,
  closures,
  periods,
  subjects,
  rooms,
  people,
  staff,
  pupils,
  enrolments,
  contacts,
  pupilContacts,
  groups,
  memberships,
  timetableEntries,
  attendanceYears,
  registers,
  attendanceActs,
  markEntries,
  attendanceSettings,
  gradeSets,
  gradeSetVersions,
  aspects,
  resultSets,
  results,
  behaviourEvents,
} as const satisfies Record<Exclude<keyof DemoSchool, 'school'>, PgTable>

export interface CreatedDemo {
  schoolId: string
  name: string
  pupils: number
}

/** Generates the demo school for today and stores it in one transaction. */
export async function createDemoSchool(
  db: Database,
  log: (line: string) => void = () => {},
): Promise<CreatedDemo> {
  const generated = generateDemoSchool({ seed, today: today(db.clock) })
  const schoolId = newId()
  const actor = systemActor(schoolId, 'mis demo')
  await writeInSchool(db, actor, async (tx) => {
    await insertMany(tx, schools, [generated.school])
    for (const name of Object.keys(places) as (keyof typeof places)[]) {
      await insertMany(tx, places[name], generated[name])
      log(`demo school: ${generated[name].length} ${name}`)
    }
    await refreshStatistics(tx, Object.values(places))
    // One entry stands for the whole: a consumer starts from a snapshot, not from 20,000 creations.
    tx.log({ resource: 'schools', recordId: schoolId, action: 'created' })
  })
  return { schoolId, name: generated.school.name, pupils: generated.pupils.length }
}
