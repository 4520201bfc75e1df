import { addDays, mondayOf, weekday } from '../../foundation/time/days.ts'

export interface Holiday {
  name: string
  date: string
}

/** Bank holidays of England and Wales in a calendar year (Banking and Financial Dealings Act 1971, schedule 1). */
export function bankHolidays(year: number): Holiday[] {
  const easter = easterSunday(year)
  return [
    { name: "New Year's Day", date: mondayInstead(`${year}-01-01`) },
    { name: 'Good Friday', date: addDays(easter, -2) },
    { name: 'Easter Monday', date: addDays(easter, 1) },
    { name: 'Early May bank holiday', date: mondayFrom(`${year}-05-01`) },
    { name: 'Spring bank holiday', date: mondayOf(`${year}-05-31`) },
    { name: 'Summer bank holiday', date: mondayOf(`${year}-08-31`) },
    // Two days in a row: where one falls on a weekend, its substitute is two days later and meets no other.
    { name: 'Christmas Day', date: twoDaysLater(`${year}-12-25`) },
    { name: 'Boxing Day', date: twoDaysLater(`${year}-12-26`) },
  ]
}

/** The Monday on or after a day. */
export function mondayFrom(date: string): string {
  return mondayOf(addDays(date, 6))
}

/** The Friday on or before a day. */
export function fridayUntil(date: string): string {
  return addDays(mondayOf(addDays(date, -4)), 4)
}

function mondayInstead(date: string): string {
  return weekday(date) > 5 ? mondayFrom(date) : date
}

function twoDaysLater(date: string): string {
  return weekday(date) > 5 ? addDays(date, 2) : date
}

/** Easter Sunday of the Gregorian calendar, by the rule that Nature printed in 1876 (Meeus, Astronomical Algorithms, chapter 8). */
export function easterSunday(year: number): string {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const ofCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451)
  const day = moon + sunday - 7 * late + 114
  return `${year}-${String(Math.floor(day / 31)).padStart(2, '0')}-${String((day % 31) + 1).padStart(2, '0')}`
}
