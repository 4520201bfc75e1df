import fc from 'fast-check'
import t from 'tap'
import { addDays, eachDay, mondayOf, weekday } from '../../../src/foundation/time/days.ts'
import {
  type AcademicYear,
  type Closure,
  faultOfYear,
  schoolCalendar,
} from '../../../src/records/calendar/rules.ts'

const seeded = { seed: 20_260_901 }
const year: AcademicYear = {
  id: 'year',
  startsOn: '2026-09-01',
  endsOn: '2027-08-31',
  cycleWeeks: 2,
  cycleStartsOn: '2026-08-31',
  cycleSkipsClosedWeeks: true,
}
const terms = [
  { startsOn: '2026-09-01', endsOn: '2026-12-18' },
  { startsOn: '2027-01-04', endsOn: '2027-03-25' },
  { startsOn: '2027-04-12', endsOn: '2027-07-21' },
]
const halfTerm: Closure = { kind: 'holiday', startsOn: '2026-10-26', endsOn: '2026-10-30', sessions: 'both' }
const inset: Closure = { kind: 'inset', startsOn: '2026-09-01', endsOn: '2026-09-01', sessions: 'both' }
const earlyFinish: Closure = { kind: 'other', startsOn: '2026-12-18', endsOn: '2026-12-18', sessions: 'PM' }
const closures = [halfTerm, inset, earlyFinish]
const calendar = schoolCalendar({ years: [year], terms, closures })

t.test('school runs on weekdays of a term that no closure takes', async (t) => {
  t.ok(calendar.isSchoolDay('2026-09-02'))
  t.notOk(calendar.isSchoolDay('2026-09-01'), 'an inset day')
  t.notOk(calendar.isSchoolDay('2026-09-05'), 'a Saturday')
  t.notOk(calendar.isSchoolDay('2026-10-28'), 'half-term')
  t.notOk(calendar.isSchoolDay('2026-12-25'), 'between terms')
  t.notOk(calendar.isSchoolDay('2030-09-02'), 'in no term')
})

t.test('a closed half leaves the other half a school day, and two closed halves none', async (t) => {
  t.same(calendar.sessionsOn('2026-12-17'), ['AM', 'PM'])
  t.same(calendar.sessionsOn('2026-12-18'), ['AM'])
  const morning = { ...earlyFinish, sessions: 'AM' }
  const closed = schoolCalendar({ years: [year], terms, closures: [earlyFinish, morning] })
  t.same(closed.sessionsOn('2026-12-18'), [])
  t.notOk(closed.isSchoolDay('2026-12-18'))
})

t.test('school days are listed from a day until another, half-open', async (t) => {
  t.same(calendar.schoolDays('2026-10-22', '2026-11-03'), ['2026-10-22', '2026-10-23', '2026-11-02'])
  t.same(calendar.schoolDays('2026-11-02', '2026-11-02'), [])
})

t.test('a closure that is longer than the terms themselves closes them all', async (t) => {
  const shut = { kind: 'other', startsOn: '2020-01-01', endsOn: '2040-01-01', sessions: 'both' }
  t.same(
    schoolCalendar({ years: [year], terms, closures: [shut] }).schoolDays('2026-09-01', '2027-09-01'),
    [],
  )
})

t.test('weeks of the cycle alternate, and half-term leaves the cycle where it was', async (t) => {
  t.equal(calendar.weekOf('2026-09-02'), 1)
  t.equal(calendar.weekOf('2026-09-07'), 2)
  t.equal(calendar.weekOf('2026-10-23'), 2)
  t.equal(calendar.weekOf('2026-10-28'), 1, 'a skipped week is the week to come')
  t.equal(calendar.weekOf('2026-11-02'), 1)
})

t.test('a school that does not skip closed weeks counts them', async (t) => {
  const counting = schoolCalendar({ years: [{ ...year, cycleSkipsClosedWeeks: false }], terms, closures })
  t.equal(counting.weekOf('2026-10-23'), 2)
  t.equal(counting.weekOf('2026-10-28'), 1)
  t.equal(counting.weekOf('2026-11-02'), 2)
})

t.test(
  'a cycle of one week is always in week 1, and outside every academic year there is no week',
  async (t) => {
    const single = schoolCalendar({ years: [{ ...year, cycleWeeks: 1 }], terms, closures })
    t.ok(eachDay('2026-09-01', '2027-09-01').every((date) => single.weekOf(date) === 1))
    t.equal(single.weekOf('2026-08-31'), undefined)
    t.equal(single.weekOf('2027-09-01'), undefined)
  },
)

t.test('an anchor in the middle of the year counts backwards too, and need not be a Monday', async (t) => {
  const anchored = schoolCalendar({ years: [{ ...year, cycleStartsOn: '2026-11-04' }], terms, closures })
  t.equal(anchored.weekOf('2026-11-02'), 1)
  t.equal(anchored.weekOf('2026-10-23'), 2)
  t.equal(anchored.weekOf('2026-10-12'), 1)
})

t.test('successive open weeks alternate, whichever weeks are closed', async () => {
  const mondays = eachDay('2026-09-01', '2027-07-21').filter((date) => weekday(date) === 1)
  fc.assert(
    fc.property(fc.subarray(mondays), fc.constantFrom(...mondays), (closed, anchor) => {
      const some = closed.map((on) => ({
        kind: 'holiday',
        startsOn: on,
        endsOn: addDays(on, 4),
        sessions: 'both',
      }))
      const school = schoolCalendar({ years: [{ ...year, cycleStartsOn: anchor }], terms, closures: some })
      const firstDays = school
        .schoolDays(year.startsOn, year.endsOn)
        .filter((date, index, all) => index === 0 || mondayOf(date) !== mondayOf(all[index - 1] ?? date))
      const weeks = firstDays.map((date) => school.weekOf(date))
      return weeks.every((week, index) => index === 0 || week !== weeks[index - 1])
    }),
    { ...seeded, numRuns: 40 },
  )
})

t.test('the academic year of a day includes its holidays and both of its ends', async (t) => {
  for (const within of ['2026-09-01', '2026-12-25', '2027-08-31'])
    t.equal(calendar.yearOf(within)?.id, 'year')
  t.equal(calendar.yearOf('2027-09-01'), undefined)
})

t.test('terms lie within their year, in order and apart', async (t) => {
  t.equal(faultOfYear(year, terms), undefined)
  t.match(faultOfYear(year, [{ startsOn: '2026-10-01', endsOn: '2026-09-30' }]), /ends before it starts/)
  t.match(faultOfYear(year, [{ startsOn: '2026-08-31', endsOn: '2026-10-30' }]), /within its academic year/)
  t.match(faultOfYear(year, [...terms, { startsOn: '2026-12-18', endsOn: '2026-12-20' }]), /must not overlap/)
})
