import fc from 'fast-check'
import t from 'tap'
import {
  addDays,
  ageOn,
  dateOfNumber,
  dayNumber,
  daysBetween,
  eachDay,
  isDate,
  isInstant,
  mondayOf,
  weekday,
} from '../../../src/foundation/time/days.ts'

const seeded = { seed: 20_260_901 }
/** Days from 0100 on: JavaScript's own calendar, the second opinion here, reads years 0 to 99 as 19xx. */
const day = fc
  .date({ min: new Date('0100-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

t.test('only days of the calendar are dates', async (t) => {
  for (const right of ['2026-11-23', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])
    t.ok(isDate(right), right)
  for (const wrong of [
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-01-00',
    '0000-01-01',
    '2026-1-1',
    '20260101',
    ' 2026-01-01',
    '2026-01-01T00:00:00Z',
    '',
  ])
    t.notOk(isDate(wrong), wrong)
})

t.test('days are counted as JavaScript counts them in UTC', async () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -365, max: 365 }), (date, count) => {
      const second = new Date(Date.parse(date) + count * 86_400_000)
      return (
        addDays(date, count) === second.toISOString().slice(0, 10) &&
        weekday(date) === (new Date(date).getUTCDay() || 7)
      )
    }),
    seeded,
  )
})

t.test('a number leads back to its day over all of the years 0001 to 9999', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (number) => {
      const date = dateOfNumber(number)
      return isDate(date) && dayNumber(date) === number
    }),
    seeded,
  )
  t.equal(dateOfNumber(-719_162), '0001-01-01')
  t.equal(dateOfNumber(2_932_896), '9999-12-31')
  t.throws(() => addDays('9999-12-31', 1), RangeError)
  t.throws(() => addDays('0001-01-01', -1), RangeError)
  t.throws(() => dayNumber('2026-02-30'), RangeError)
  t.throws(() => dateOfNumber(0.5), RangeError)
})

t.test('each of the 146,097 days of a Gregorian cycle is there once, century ends too', async (t) => {
  const dates = eachDay('1900-03-01', '2300-03-01')
  t.equal(dates.length, 146_097)
  t.ok(dates.every((date, index) => isDate(date) && (index === 0 || date > (dates[index - 1] ?? ''))))
  t.same(eachDay('2100-02-28', '2100-03-02'), ['2100-02-28', '2100-03-01'])
})

t.test('days between two dates undo adding days', async () => {
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: -800, max: 800 }),
      (date, count) => daysBetween(date, addDays(date, count)) === count,
    ),
    seeded,
  )
})

t.test('a leap day and the days on which clocks change count as one day each', async (t) => {
  t.equal(addDays('2028-02-28', 1), '2028-02-29')
  t.equal(addDays('2028-02-29', 1), '2028-03-01')
  t.equal(daysBetween('2026-03-28', '2026-03-30'), 2)
  t.equal(daysBetween('2026-10-24', '2026-10-26'), 2)
})

t.test('a week runs from Monday to Sunday', async (t) => {
  t.equal(weekday('2026-11-23'), 1)
  t.equal(weekday('2026-11-29'), 7)
  t.equal(mondayOf('2026-11-29'), '2026-11-23')
  t.equal(mondayOf('2026-11-23'), '2026-11-23')
  fc.assert(
    fc.property(
      day,
      (date) => weekday(mondayOf(date)) === 1 && daysBetween(mondayOf(date), date) === weekday(date) - 1,
    ),
    seeded,
  )
})

t.test('a range of days is half-open, and empty when it is out of order', async (t) => {
  t.same(eachDay('2026-12-30', '2027-01-02'), ['2026-12-30', '2026-12-31', '2027-01-01'])
  t.same(eachDay('2026-12-30', '2026-12-30'), [])
  t.same(eachDay('2026-12-30', '2026-12-01'), [])
})

t.test('an age goes up on the birthday, on 1 March for who is born on a leap day', async (t) => {
  t.equal(ageOn('2015-09-01', '2026-08-31'), 10)
  t.equal(ageOn('2015-09-01', '2026-09-01'), 11)
  t.equal(ageOn('2016-02-29', '2027-02-28'), 10)
  t.equal(ageOn('2016-02-29', '2027-03-01'), 11)
})

t.test('an instant needs a real day, a real time and an offset', async (t) => {
  for (const right of ['2026-09-01T08:45:00Z', '2026-09-01T08:45:00.123+01:00', '2028-02-29T23:59:59-00:30'])
    t.ok(isInstant(right), right)
  for (const wrong of [
    '2026-09-01T08:45:00',
    '2026-02-29T08:45:00Z',
    '2026-09-01T24:00:00Z',
    '2026-09-01T08:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-09-01T08:45:00+24:00',
    '2026-09-01T08:45:00+01:60',
    '2026-09-01 08:45:00Z',
    '2026-09-01',
    '',
  ])
    t.notOk(isInstant(wrong), wrong)
})
