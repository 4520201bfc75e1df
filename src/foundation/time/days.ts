/**
 * Days as 'YYYY-MM-DD' text, compared as text. A day has no time zone: counting days by whole numbers keeps it so,
 * and makes the days on which clocks change like any other.
 */

/** Half of a school day: each has its own attendance register. */
export type Session = 'AM' | 'PM'

const shape = /^\d{4}-\d{2}-\d{2}$/
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar: day numbers count from the latter. */
const daysToEpoch = 719_468
const daysIn400Years = 146_097
/** Numbers of 0001-01-01 and 9999-12-31: what four digits can write and PostgreSQL's date accepts. */
const firstNumber = -719_162
const lastNumber = 2_932_896
export const lastDay = '9999-12-31'

/** Reckoning with days that exist can lead past the last one; whoever asked for it is told so (http/errors.ts). */
export class DayOutOfRange extends RangeError {}

/** True for a day of the calendar in the form YYYY-MM-DD, so not for 2026-02-29. */
export function isDate(text: string): boolean {
  if (!shape.test(text)) return false
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (monthLengths[month - 1] ?? 0)
}

/** Days since 1970-01-01. Throws RangeError for a text that is no day. */
export function dayNumber(date: string): number {
  if (!isDate(date)) throw new RangeError('A day is written YYYY-MM-DD and exists in the calendar.')
  // Years run from March here, so that the leap day is the last of its year (Hinnant, "chrono-compatible dates").
  const month = Number(date.slice(5, 7))
  const year = Number(date.slice(0, 4)) - (month <= 2 ? 1 : 0)
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(date.slice(8)) - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * daysIn400Years + dayOfEra - daysToEpoch
}

/** The day with a number: the reverse of dayNumber. */
export function dateOfNumber(number: number): string {
  if (!Number.isInteger(number) || number < firstNumber || number > lastNumber)
    throw new DayOutOfRange('The day lies outside the years 0001 to 9999.')
  const days = number + daysToEpoch
  const era = Math.floor(days / daysIn400Years)
  const dayOfEra = days - era * daysIn400Years
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${year < 1000 ? String(year).padStart(4, '0') : year}-${twoDigits(month)}-${twoDigits(day)}`
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

/** The day `count` days later, or earlier when negative. */
export function addDays(date: string, count: number): string {
  return dateOfNumber(dayNumber(date) + count)
}

/** The same day of a later month, or that month's last day: 31 January and one month make 28 February. */
export function addMonths(date: string, count: number): string {
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + count
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1]
  const day = Math.min(Number(date.slice(8)), daysInMonth(year, month))
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`
}

/** Days from one day to another: 1 from today to tomorrow, negative backwards. */
export function daysBetween(from: string, until: string): number {
  return dayNumber(until) - dayNumber(from)
}

/** ISO 8601 weekday: 1 is Monday, 7 is Sunday. */
export function weekday(date: string): number {
  // 1970-01-01 was a Thursday.
  return weekdayOfNumber(dayNumber(date))
}

function weekdayOfNumber(number: number): number {
  return ((((number + 3) % 7) + 7) % 7) + 1
}

/** The Monday of the week in which a day lies. */
export function mondayOf(date: string): string {
  const number = dayNumber(date)
  return dateOfNumber(number - weekdayOfNumber(number) + 1)
}

/** Every day from `from` up to but not including `until`; none when they are out of order. */
export function eachDay(from: string, until: string): string[] {
  const start = dayNumber(from)
  const length = Math.max(0, dayNumber(until) - start)
  return Array.from({ length }, (_, index) => dateOfNumber(start + index))
}

/** Age in whole years on a day. Who is born on 29 February has the birthday on 1 March of other years. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years
}

const instantShape = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** True for an instant of RFC 3339 with its offset, such as 2026-09-01T08:45:00Z; leap seconds are refused. */
export function isInstant(text: string): boolean {
  const [, day = '', hour, minute, second, , offset = ''] = instantShape.exec(text) ?? []
  if (!isDate(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return false
  return offset === 'Z' || (Number(offset.slice(1, 3)) <= 23 && Number(offset.slice(4)) <= 59)
}
