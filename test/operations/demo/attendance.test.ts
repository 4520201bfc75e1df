import t from 'tap'
import { daysBetween, weekday } from '../../../src/foundation/time/days.ts'
import type { DemoSchool } from '../../../src/operations/demo/rows.ts'
import { faultOfMark, findCode } from '../../../src/records/attendance/codes.ts'
import {
  absenceOf,
  addCounts,
  attendancePercent,
  isPersistentlyAbsent,
  isSeverelyAbsent,
  possibleOf,
} from '../../../src/records/attendance/figures.ts'
import { countMarks, expand, noCounts } from '../../../src/records/attendance/packing.ts'
import { byId, oddDays, schoolOn, share } from './days.ts'

const total = ({ attendanceYears }: DemoSchool) => attendanceYears.reduce(addCounts, noCounts())

for (const [day, seed] of [
  ['2026-11-23', 1],
  ['2026-12-28', 2],
  ['2028-02-29', 1],
  ['2027-08-31', 3],
] as const) {
  t.test(
    `up to ${day} about 92 % of sessions are attended and about a fifth miss a tenth (seed ${seed})`,
    async (t) => {
      const school = schoolOn(day, seed)
      const percent = attendancePercent(total(school)) ?? 0
      t.ok(percent >= 91 && percent <= 93.5, `${percent} %`)
      const persistent = share(school.attendanceYears, isPersistentlyAbsent)
      t.ok(persistent >= 0.155 && persistent <= 0.25, `${persistent}`)
      const severe = share(school.attendanceYears, isSeverelyAbsent)
      t.ok(severe > 0.001 && severe < 0.03, `${severe}`)
    },
  )
}

for (const day of oddDays) {
  t.test(
    `on ${day} every session of a pupil up to the day before has a valid mark, and no other`,
    async (t) => {
      const school = schoolOn(day)
      const sessions = Map.groupBy(school.registers, (register) => register.date)
      const pupils = byId(school.pupils)
      const year = school.academicYears[0]
      if (!year) throw new Error('Without a year.')
      t.notOk([...sessions.keys()].some((date) => date >= day))
      for (const row of school.attendanceYears) {
        const pupil = pupils.get(row.pupilId)
        const onRoll = [...sessions.keys()].filter(
          (date) => pupil && pupil.enrolledOn <= date && (pupil.leftOn === null || date < pupil.leftOn),
        )
        const marks = expand(row.marks, year.startsOn)
        if (row.marks.length !== (daysBetween(year.startsOn, year.endsOn) + 1) * 2) t.fail('wrong length')
        if (marks.length !== onRoll.length * 2) t.fail(`${marks.length} marks on ${onRoll.length} days`)
        if (marks.some((mark) => !sessions.has(mark.date) || faultOfMark(mark) !== undefined))
          t.fail('faulty mark')
        const counts = countMarks(row.marks)
        if (absenceOf(row) !== absenceOf(counts) || possibleOf(row) !== possibleOf(counts))
          t.fail('counters differ')
      }
    },
  )
}

const school = schoolOn('2028-02-29')
const start = school.academicYears[0]?.startsOn ?? ''
const marks = school.attendanceYears.flatMap((row) =>
  expand(row.marks, start).map((mark) => ({ ...mark, pupilId: row.pupilId })),
)
const isAbsence = ({ code }: { code: string }) => findCode(code)?.counts === 'absence'

t.test('more is missed on Fridays and Mondays than in between', async (t) => {
  const missed = (day: number) =>
    share(
      marks.filter((mark) => weekday(mark.date) === day),
      isAbsence,
    )
  const middle = (missed(2) + missed(3) + missed(4)) / 3
  t.ok(missed(5) > middle * 1.05 && missed(1) > middle * 1.02, [1, 2, 3, 4, 5].map(missed).join(' '))
})

t.test('marks show illness in spells, appointments, holidays, trips, fixtures and suspensions', async (t) => {
  const codes = new Set(marks.map((mark) => mark.code))
  for (const code of ['/', '\\', 'L', 'U', 'I', 'M', 'O', 'G', 'C', 'R', 'E', 'V', 'P', 'N'])
    t.ok(codes.has(code), code)
  const ill = marks.filter((mark) => mark.code === 'I')
  t.ok(share(marks, (mark) => mark.code === 'I') > 0.03)
  const previous = new Set(ill.map((mark) => `${mark.pupilId}/${mark.date}/${mark.session}`))
  const goesOn = share(
    ill.filter((mark) => mark.session === 'PM'),
    (mark) => previous.has(`${mark.pupilId}/${mark.date}/AM`),
  )
  t.ok(goesOn > 0.8, 'who is ill in the morning is ill in the afternoon')
})

t.test('reasons are unknown in the last five school days only', async (t) => {
  const days = [...new Set(school.registers.map((register) => register.date))].slice(-5)
  const unknown = marks.filter((mark) => mark.code === 'N')
  t.ok(unknown.length > 10 && unknown.length < 250, String(unknown.length))
  t.ok(unknown.every((mark) => days.includes(mark.date)))
})

t.test('every register is taken once, at its time, and who is late has minutes', async (t) => {
  const days = new Set(school.registers.map((register) => register.date)).size
  const kept = school.registers.map((one) => `${one.date}/${one.session}/${one.groupId}`)
  t.equal(new Set(kept).size, days * 2 * 30)
  t.ok(
    school.registers.every(
      (one) => one.takenAt?.startsWith(one.date) && /^[A-Z]{3}$/.test(one.takenBy ?? ''),
    ),
  )
  const late = marks.filter((mark) => findCode(mark.code)?.isLate)
  t.equal(school.markEntries.length, late.length)
  t.equal(school.attendanceActs.length, school.registers.length)
  const lateMarks = new Set(late.map((mark) => `${mark.pupilId}/${mark.date}/${mark.session}`))
  t.ok(
    school.markEntries.every(
      (entry) => entry.minutesLate && lateMarks.has(`${entry.pupilId}/${entry.date}/${entry.session}`),
    ),
  )
})
