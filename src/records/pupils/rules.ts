import { addDays, ageOn, isDate } from '../../foundation/time/days.ts'
import { faultOfUpn, isTemporaryUpn, yearOfUpn } from './identifiers.ts'

/** A time on the roll, half-open: `validUntil` is the first day on which the pupil no longer belongs to the school. */
export interface Enrolment {
  /** Common Transfer File code: C, M, S, G, F or O. */
  status: string
  validFrom: string
  validUntil: string | null
}

/** Enrolment codes of the Common Transfer File in words. */
export const enrolmentStatuses = {
  C: 'current',
  M: 'main-dual',
  S: 'subsidiary-dual',
  G: 'guest',
  F: 'further-education',
  O: 'other',
} as const

export type EnrolmentStatus = (typeof enrolmentStatuses)[keyof typeof enrolmentStatuses]
export type RollStatus = EnrolmentStatus | 'previous' | 'future'

function isStatusCode(code: string): code is keyof typeof enrolmentStatuses {
  return Object.hasOwn(enrolmentStatuses, code)
}

/** How a pupil stands to the school on a day; undefined without any enrolment. Between two enrolments: previous. */
export function statusOn(enrolments: readonly Enrolment[], date: string): RollStatus | undefined {
  const enrolment = enrolments.find((one) => one.validFrom <= date && !hasEnded(one, date))
  if (enrolment) return isStatusCode(enrolment.status) ? enrolmentStatuses[enrolment.status] : 'other'
  if (enrolments.some((one) => hasEnded(one, date))) return 'previous'
  return enrolments.length > 0 ? 'future' : undefined
}

function hasEnded(enrolment: Enrolment, date: string): boolean {
  return enrolment.validUntil !== null && enrolment.validUntil <= date
}

/** What is wrong with a pupil's enrolments, or undefined. */
export function faultOfEnrolments(enrolments: readonly Enrolment[]): string | undefined {
  const inOrder = [...enrolments].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
  for (const [index, { status, validFrom, validUntil }] of inOrder.entries()) {
    if (!isStatusCode(status))
      return `Enrolment status must be one of ${Object.keys(enrolmentStatuses).join(', ')}.`
    if (!isDate(validFrom) || (validUntil !== null && !isDate(validUntil)))
      return 'An enrolment begins and ends on days of the calendar, written YYYY-MM-DD.'
    if (validUntil !== null && validUntil <= validFrom)
      return 'A pupil leaves after the day of entry, not on or before it.'
    const next = inOrder[index + 1]
    if (next && (validUntil === null || validUntil > next.validFrom))
      return 'Enrolments of one pupil must not overlap.'
  }
  return undefined
}

/** Last day on the roll, or null while the pupil stays. */
export function lastDayOf(enrolment: Enrolment): string | null {
  return enrolment.validUntil === null ? null : addDays(enrolment.validUntil, -1)
}

/** Ends the enrolment that is open, with `lastDay` as its last day. */
export function leave<E extends Enrolment>(
  enrolments: readonly E[],
  lastDay: string,
): { enrolments: E[] } | { fault: string } {
  const open = enrolments.find((one) => one.validUntil === null)
  if (!open) return { fault: 'The pupil has a last day already; change that enrolment instead.' }
  if (lastDay < open.validFrom) return { fault: 'The last day must not lie before the day of entry.' }
  const validUntil = addDays(lastDay, 1)
  return { enrolments: enrolments.map((one) => (one === open ? { ...one, validUntil } : one)) }
}

const firstYearGroup = -2
const lastYearGroup = 14

/** National Curriculum year (-2 to 14) as schools write it: N1, N2, R, 1 to 14. */
export function yearGroupLabel(year: number): string {
  if (!isYearGroup(year)) throw new RangeError('A year group is a whole number from -2 to 14.')
  return ['N1', 'N2', 'R'][year - firstYearGroup] ?? String(year)
}

export function isYearGroup(year: number): boolean {
  return Number.isInteger(year) && year >= firstYearGroup && year <= lastYearGroup
}

/** The National Curriculum year of a label, or undefined. '07', 'Year 7' and 'Reception' are understood as well. */
export function yearGroupOf(label: string): number | undefined {
  const plain = label
    .trim()
    .toUpperCase()
    .replace(/^YEAR\s*/, '')
  const early = ['N1', 'N2', 'R'].indexOf(plain === 'RECEPTION' ? 'R' : plain)
  if (early >= 0) return firstYearGroup + early
  const year = /^\d{1,2}$/.test(plain) ? Number(plain) : undefined
  if (year === undefined || !isYearGroup(year)) return undefined
  return year
}

/** The year group that goes with an age: who is 4 on 31 August before the academic year is in reception, year 0. */
export function usualYearGroup(birthDate: string, academicYearStartsOn: string): number {
  return ageOn(birthDate, `${academicYearStartsOn.slice(0, 4)}-08-31`) - 4
}

/**
 * A sentence when a pupil is not in the year group of their age, or undefined. It is a question, not a fault: pupils
 * are taught out of their year group by agreement. It does not repeat the birth date.
 */
export function questionOfAge(
  birthDate: string,
  yearGroup: number,
  academicYearStartsOn: string,
): string | undefined {
  const usual = usualYearGroup(birthDate, academicYearStartsOn)
  if (usual === yearGroup) return undefined
  if (!isYearGroup(usual)) return 'Pupils of this age are in no year group of a school; check the birth date.'
  return `Pupils of this age are usually in year ${yearGroupLabel(usual)}, not ${yearGroupLabel(yearGroup)}.`
}

/** What is wrong with a birth date as known on a day, or undefined. */
export function faultOfBirthDate(birthDate: string, date: string): string | undefined {
  if (!isDate(birthDate)) return 'A birth date is a day of the calendar, written YYYY-MM-DD.'
  return birthDate > date ? 'A birth date must not lie in the future.' : undefined
}

export interface Upns {
  upn: string | null
  formerUpn: string | null
}

/**
 * What to store when a pupil gets a UPN, or why not. A temporary number stands in only while the permanent one is
 * sought, then becomes the former one; of two permanent ones the earlier issued wins, the other becomes the former.
 * Numbers issued in the same year cannot be told apart, so the school's word counts.
 */
export function replaceUpn(current: Upns, upn: string): Upns | { fault: string } {
  const fault = faultOfUpn(upn)
  if (fault !== undefined) return { fault }
  if (current.upn === null || current.upn === upn) return { ...current, upn }
  if (!isTemporaryUpn(current.upn)) {
    if (isTemporaryUpn(upn)) return { fault: 'A permanent UPN is not replaced by a temporary one.' }
    if (yearOfUpn(upn) > yearOfUpn(current.upn))
      return { fault: 'Of two permanent UPNs the earlier issued one is kept; this one was issued later.' }
  }
  return { upn, formerUpn: current.upn }
}
