import t from 'tap'
import { mondayOf, weekday } from '../../../src/foundation/time/days.ts'
import { calendarOf, instantAt } from '../../../src/operations/demo/calendar.ts'
import { bankHolidays } from '../../../src/operations/demo/holidays.ts'
import { faultOfYear } from '../../../src/records/calendar/rules.ts'

const years = Array.from({ length: 25 }, (_, place) => 2020 + place)

t.test('the academic year is the one in which the day lies', async (t) => {
  t.equal(calendarOf(1, '2026-08-31').year.name, '2025/26')
  t.equal(calendarOf(1, '2026-09-01').year.name, '2026/27')
  t.equal(calendarOf(1, '2028-02-29').year.name, '2027/28')
})

for (const year of years) {
  t.test(
    `the year ${year} has 190 school days in three terms with half-terms and five INSET days`,
    async (t) => {
      const calendar = calendarOf(1, `${year}-10-01`)
      t.equal(calendar.schoolDays.length, 190)
      t.equal(faultOfYear(calendar.year, calendar.terms), undefined)
      t.same(
        calendar.terms.map((term) => term.name),
        ['Autumn', 'Spring', 'Summer'],
      )
      t.equal(calendar.closures.filter((closure) => closure.name.endsWith('half-term')).length, 3)
      t.equal(calendar.closures.filter((closure) => closure.kind === 'inset').length, 5)
      t.equal(calendar.closures.filter((closure) => closure.kind === 'bank-holiday').length, 8)
      const summerEnd = calendar.terms.at(-1)?.endsOn ?? ''
      t.ok(summerEnd >= `${year + 1}-07-16` && summerEnd <= `${year + 1}-07-28`, summerEnd)
      const holidays = [...bankHolidays(year), ...bankHolidays(year + 1)].map(({ date }) => date)
      t.notOk(calendar.schoolDays.some((date) => weekday(date) > 5 || holidays.includes(date)))
    },
  )
}

t.test('the two weeks of the cycle take turns over the weeks with school, from week 1', async (t) => {
  const { days, schoolDays } = calendarOf(1, '2026-11-23')
  const weeks = [...Map.groupBy(schoolDays, mondayOf).values()].map(([date]) => days.weekOf(date ?? ''))
  t.equal(weeks[0], 1)
  t.ok(weeks.every((week, place) => place === 0 || week !== weeks[place - 1]))
})

t.test('a school day has two registrations and five lessons that do not overlap', async (t) => {
  const { periods } = calendarOf(1, '2026-11-23')
  for (const day of [1, 2, 3, 4, 5]) {
    const ofDay = periods.filter((period) => period.weekday === day)
    t.equal(ofDay.filter((period) => period.kind === 'lesson').length, 5)
    t.same(
      ofDay.filter((period) => period.kind === 'registration').map((period) => period.session),
      ['AM', 'PM'],
    )
    t.ok(ofDay.every((period, place) => place === 0 || period.startsAt >= (ofDay[place - 1]?.endsAt ?? '')))
  }
})

t.test('a time of day in England is an hour ahead of UTC in summer', async (t) => {
  t.equal(instantAt('2026-10-24', 8, 45), '2026-10-24T07:45:00.000Z')
  t.equal(instantAt('2026-10-25', 8, 45), '2026-10-25T08:45:00.000Z')
  t.equal(instantAt('2027-03-27', 8, 45), '2027-03-27T08:45:00.000Z')
  t.equal(instantAt('2027-03-28', 8, 45), '2027-03-28T07:45:00.000Z')
})
