/**
 * Rules of law and guidance over one pupil's session marks: when the school has to tell somebody, or may act. All
 * take the marks in order; a rule that takes the school's weeks or days leaves out marks on others.
 */
import { addDays, mondayOf } from '../../../foundation/time/days.ts'
import { findCode } from '../codes.ts'
import type { Mark } from '../packing.ts'

const weeksInWindow = 10
export const sessionsForNotice = 10
const daysForAbsenceReturn = 10
const sessionsPerDay = 2
const daysForSicknessReturn = 15
export const sessionsForSickness = daysForSicknessReturn * sessionsPerDay
const illness = 'I'

export interface UnauthorisedInTenWeeks {
  /** The most sessions in any ten consecutive school weeks. */
  most: number
  /** Monday of the first of these weeks; null when there is no school week. The earliest ten weeks of equal ones. */
  from: string | null
  /** The Monday after the last of these weeks (half-open). */
  until: string | null
  /** The day of the session that first made ten; null while there were never ten. */
  reachedOn: string | null
}

/**
 * Unauthorised sessions (codes G, N, O and U in any mix) in a rolling period of ten school weeks. A school week is one
 * with at least one school day; the period may span terms and school years.
 *
 * Source: Department for Education, Working together to improve school attendance: national framework for penalty
 * notices, threshold of 10 sessions within 10 school weeks.
 *
 * @param schoolWeeks Mondays of the school weeks, ascending
 */
export function unauthorisedInTenWeeks(
  marks: readonly Mark[],
  schoolWeeks: readonly string[],
): UnauthorisedInTenWeeks {
  const indexOfWeek = new Map(schoolWeeks.map((monday, index) => [monday, index]))
  const missed = marks.flatMap(({ date, code }) => {
    const week = isUnauthorised(code) ? indexOfWeek.get(mondayOf(date)) : undefined
    return week === undefined ? [] : [{ date, week }]
  })
  // The session that makes ten lies within ten weeks of the ninth before it.
  const tenth = missed.find(({ week }, index) => {
    const first = missed[index - sessionsForNotice + 1]
    return first !== undefined && week - first.week < weeksInWindow
  })
  const { most, start } = fullestWindow(
    missed.map(({ week }) => week),
    schoolWeeks.length,
  )
  const last = schoolWeeks[Math.min(start + weeksInWindow, schoolWeeks.length) - 1]
  return {
    most,
    from: schoolWeeks[start] ?? null,
    until: last === undefined ? null : addDays(last, 7),
    reachedOn: tenth?.date ?? null,
  }
}

/** The first week of the ten weeks with the most sessions. Only a calendar of fewer weeks has a shorter window. */
function fullestWindow(missedWeeks: readonly number[], weeks: number): { most: number; start: number } {
  const perWeek = new Array<number>(weeks).fill(0)
  for (const week of missedWeeks) perWeek[week] = (perWeek[week] ?? 0) + 1
  let inWindow = 0
  let fullest = { most: 0, start: 0 }
  for (let end = 0; end < weeks; end += 1) {
    inWindow += (perWeek[end] ?? 0) - (perWeek[end - weeksInWindow] ?? 0)
    if (inWindow > fullest.most) fullest = { most: inWindow, start: Math.max(0, end - weeksInWindow + 1) }
  }
  return fullest
}

export interface IllnessDays {
  /** In halves: each session is half a day. */
  days: number
  /** The day on which 15 days were reached; null while they were not. */
  reachedOn: string | null
}

/**
 * School days missed for illness (code I), consecutive or not, in the marks given: those of one school year.
 *
 * Source: SI 2024/208, regulation 13 (sickness return), 15 days.
 */
export function illnessDays(marks: readonly Mark[]): IllnessDays {
  const ill = marks.filter(({ code }) => code === illness)
  return {
    days: ill.length / sessionsPerDay,
    reachedOn: ill[daysForSicknessReturn * sessionsPerDay - 1]?.date ?? null,
  }
}

export interface ContinuousUnauthorised {
  /** School days of the longest run; the earliest of equal ones. */
  days: number
  /** First day of this run; null when there is none. */
  from: string | null
  /** The day after its last day (half-open). */
  until: string | null
  /** The tenth day of the first run of ten; null while there was none. */
  reachedOn: string | null
}

/**
 * The longest run of school days on which the pupil missed every possible session that has a mark, all without leave
 * (codes G, N, O and U). A day without such a mark neither breaks nor lengthens the run: on it the pupil either could
 * not attend, or a register is missing, which is no sign of having attended.
 *
 * Source: SI 2024/208, regulation 13 (attendance return), absent for a continuous period of 10 school days.
 *
 * @param schoolDays ascending
 */
export function continuousUnauthorised(
  marks: readonly Mark[],
  schoolDays: readonly string[],
): ContinuousUnauthorised {
  const missedOn = new Map<string, boolean>()
  for (const { date, code } of marks) {
    if (isPossible(code)) missedOn.set(date, (missedOn.get(date) ?? true) && isUnauthorised(code))
  }
  const longest: ContinuousUnauthorised = { days: 0, from: null, until: null, reachedOn: null }
  let days = 0
  let from: string | null = null
  for (const day of schoolDays) {
    const missed = missedOn.get(day)
    if (missed === undefined) continue
    days = missed ? days + 1 : 0
    if (days === 1) from = day
    if (days === daysForAbsenceReturn) longest.reachedOn ??= day
    if (days > longest.days) Object.assign(longest, { days, from, until: addDays(day, 1) })
  }
  return longest
}

function isUnauthorised(code: string): boolean {
  return findCode(code)?.category === 'unauthorised'
}

function isPossible(code: string): boolean {
  return findCode(code)?.counts !== 'not-counted'
}
