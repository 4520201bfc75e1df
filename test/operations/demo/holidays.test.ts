import t from 'tap'
import { bankHolidays, easterSunday } from '../../../src/operations/demo/holidays.ts'

t.test('Easter is when the almanac says', async (t) => {
  const known = [
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2028-04-16',
    '2035-03-25',
    '2038-04-25',
  ]
  t.same(
    known.map((date) => easterSunday(Number(date.slice(0, 4)))),
    known,
  )
})

t.test('bank holidays that fall on a weekend have the substitute that GOV.UK prints', async (t) => {
  const of = (year: number) => bankHolidays(year).map(({ date }) => date.slice(5))
  t.same(of(2026), ['01-01', '04-03', '04-06', '05-04', '05-25', '08-31', '12-25', '12-28'])
  t.same(of(2027), ['01-01', '03-26', '03-29', '05-03', '05-31', '08-30', '12-27', '12-28'])
  t.same(of(2022).slice(-2), ['12-27', '12-26'], 'Christmas on a Sunday: Boxing Day is kept, Christmas moves')
  t.equal(of(2028)[0], '01-03', 'New Year on a Saturday')
})
