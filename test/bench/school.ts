import { insertMany } from '../../src/foundation/db/bulk.ts'
import { type Database, systemActor, type Tx, writeInSchool } from '../../src/foundation/db/transaction.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { accounts } from '../../src/oauth/people/table.ts'
import { roleAssignments } from '../../src/operations/access/table.ts'
import { aspects, marksheetTemplates, resultSets } from '../../src/records/assessment/table.ts'
import { countMarks, emptyYear, writeMarks } from '../../src/records/attendance/packing.ts'
import { attendanceYears, registers } from '../../src/records/attendance/table.ts'
import { academicYears, periods, terms } from '../../src/records/calendar/table.ts'
import { groups, memberships } from '../../src/records/groups/table.ts'
import { people } from '../../src/records/people/table.ts'
import { enrolments, pupils } from '../../src/records/pupils/table.ts'
import { schools } from '../../src/records/schools/table.ts'
import { staff } from '../../src/records/staff/table.ts'
import { timetableEntries } from '../../src/records/timetable/table.ts'

/** What the benchmark works on: a school of 1,000 pupils, registers that nobody else writes, one aspect. */
export interface BenchSchool {
  id: string
  pupils: string[]
  /** One for each connection: a group of 30 and its register. */
  forms: { registerId: string; pupils: string[] }[]
  /** Registers of the whole school, one for each connection: a session of 1,000 marks. */
  whole: { registerId: string; pupils: string[] }[]
  aspectId: string
  resultSetId: string
  /** A teacher with a full day, and the set that they teach: 30 pupils. */
  teacher: string
  /** The account under which they sign in. */
  account: string
  set: string
  /** Twelve columns of results. */
  marksheet: { templateId: string; aspects: string[] }
}

const day = '2026-11-23'

/** A year of 190 school days, spread evenly; the pupils differ by when they were ill. */
export function packedYear(at: number): string {
  const changes = Array.from({ length: 380 }, (_, place) => {
    const day = Math.floor(((place >> 1) * 365) / 190)
    const code = (place * 7 + at) % 23 === 0 ? 'I' : place % 2 === 0 ? '/' : '\\'
    return { position: day * 2 + (place % 2), code }
  })
  return writeMarks(emptyYear(365), changes).marks
}

export async function makeBenchSchool(db: Database, connections: number): Promise<BenchSchool> {
  const id = newId()
  const ids = Array.from({ length: 1_000 }, () => newId())
  const year = newId()
  const school: BenchSchool = {
    id,
    pupils: ids,
    forms: [],
    whole: [],
    aspectId: newId(),
    resultSetId: newId(),
    teacher: newId(),
    account: newId(),
    set: newId(),
    marksheet: { templateId: newId(), aspects: Array.from({ length: 12 }, () => newId()) },
  }
  await writeInSchool(db, systemActor(id, 'bench'), async (tx) => {
    await insertMany(tx, schools, [{ name: 'Bench School' }])
    await insertMany(tx, academicYears, [
      {
        id: year,
        name: '2026/27',
        startsOn: '2026-09-01',
        endsOn: '2027-08-31',
        cycleStartsOn: '2026-08-31',
      },
    ])
    await insertMany(tx, terms, [
      { id: newId(), academicYearId: year, name: 'Year', startsOn: '2026-09-01', endsOn: '2027-08-31' },
    ])
    await insertMany(
      tx,
      people,
      ids.map((person, at) => ({
        id: person,
        legalGivenName: `Given${at}`,
        legalFamilyName: `Family${at}`,
        birthDate: '2014-05-06',
        sex: 'F',
        email: `p${at}@example.org`,
        phone: '07700 900123',
      })),
    )
    await insertMany(
      tx,
      pupils,
      ids.map((pupil, at) => ({
        id: pupil,
        admissionNumber: String(at),
        yearGroup: 7,
        enrolmentStatus: 'C',
        enrolledOn: '2026-09-01',
        ethnicity: 'WBRI',
        firstLanguage: 'ENG',
        senStatus: 'N',
        isPupilPremium: false,
      })),
    )
    await insertMany(
      tx,
      enrolments,
      ids.map((pupilId) => ({ id: newId(), pupilId, status: 'C', validFrom: '2026-09-01' })),
    )
    await insertMany(
      tx,
      attendanceYears,
      ids.map((pupilId, at) => {
        const marks = packedYear(at)
        return { academicYearId: year, pupilId, startsOn: '2026-09-01', marks, ...countMarks(marks) }
      }),
    )
    const open = async (members: string[], name: string) => {
      const [groupId, registerId] = [newId(), newId()]
      await insertMany(tx, groups, [
        { id: groupId, kind: 'teaching', code: name, name, academicYearId: year },
      ])
      await insertMany(
        tx,
        memberships,
        members.map((pupilId) => ({ id: newId(), groupId, pupilId, role: 'pupil', validFrom: '2026-09-01' })),
      )
      await insertMany(tx, registers, [
        { id: registerId, kind: 'session', date: day, session: 'AM', groupId },
      ])
      return { registerId, pupils: members }
    }
    for (let at = 0; at < connections; at++) {
      school.forms.push(await open(ids.slice(at * 30, at * 30 + 30), `Form ${at}`))
      school.whole.push(await open(ids, `Whole ${at}`))
    }
    await makeTeaching(tx, school, year)
    await insertMany(tx, aspects, [
      { id: school.aspectId, code: 'A', name: 'Score', type: 'integer', minimum: 0, maximum: 100 },
    ])
    await insertMany(tx, resultSets, [
      { id: school.resultSetId, code: 'S', name: 'Set', opensOn: '2020-01-01', closesOn: '2099-12-31' },
    ])
  })
  return school
}

/** Six lessons on every weekday with one set, and a marksheet of twelve columns in which half of the cells are filled. */
async function makeTeaching(
  tx: Tx,
  { teacher, account, set, marksheet, pupils, resultSetId }: BenchSchool,
  year: string,
) {
  await insertMany(tx, people, [{ id: teacher, legalGivenName: 'Jo', legalFamilyName: 'Smith' }])
  await insertMany(tx, staff, [{ id: teacher, code: 'JSM', role: 'Teacher' }])
  await insertMany(tx, accounts, [
    {
      id: account,
      personId: teacher,
      kind: 'staff',
      login: 'jsm',
      status: 'active',
      createdAt: '2026-09-01T00:00:00Z',
    },
  ])
  await insertMany(tx, roleAssignments, [
    { id: newId(), personId: teacher, role: 'teacher', validFrom: '2026-09-01' },
  ])
  await insertMany(tx, groups, [
    { id: set, kind: 'teaching', code: '7Ma1', name: '7Ma1', academicYearId: year },
  ])
  await insertMany(
    tx,
    memberships,
    pupils
      .slice(0, 30)
      .map((pupilId) => ({ id: newId(), groupId: set, pupilId, role: 'pupil', validFrom: '2026-09-01' })),
  )
  const slots = Array.from({ length: 30 }, (_, at) => ({
    id: newId(),
    weekday: 1 + Math.floor(at / 6),
    place: at % 6,
  }))
  await insertMany(
    tx,
    periods,
    slots.map(({ id, weekday, place }) => ({
      id,
      name: `P${place}`,
      weekday,
      startsAt: `${9 + place}:00`,
      endsAt: `${9 + place}:50`,
      kind: 'lesson',
      session: place < 3 ? 'AM' : 'PM',
    })),
  )
  await insertMany(
    tx,
    timetableEntries,
    slots.map(({ id }) => ({
      id: newId(),
      groupId: set,
      periodId: id,
      staffId: teacher,
      validFrom: '2026-09-01',
    })),
  )
  await insertMany(
    tx,
    aspects,
    marksheet.aspects.map((id, at) => ({
      id,
      code: `M${at}`,
      name: `Column ${at}`,
      type: 'integer',
      minimum: 0,
      maximum: 100,
    })),
  )
  const columns = marksheet.aspects.map((aspectId, at) => ({
    key: `c${at}`,
    label: `Column ${at}`,
    kind: 'result',
    aspectId,
    resultSetId,
    type: 'R',
  }))
  await insertMany(tx, marksheetTemplates, [{ id: marksheet.templateId, name: 'Bench', columns }])
}
