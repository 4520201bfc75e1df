/**
 * Attendance figures from counters, by the Department for Education's definitions (pupil absence in schools in
 * England: methodology). A session that is not possible adds to no figure.
 */
import type { Counts } from './packing.ts'

/** Missed at least this share of possible sessions: persistently, severely absent. */
const persistentPercent = 10
const severePercent = 50

/** Sessions attended, at the school or at an approved educational activity. */
export function attendanceOf(counts: Counts): number {
  return counts.present + counts.educational
}

/** Sessions missed, with leave or without. */
export function absenceOf(counts: Counts): number {
  return counts.authorised + counts.unauthorised
}

/** Sessions that the pupil could have attended. */
export function possibleOf(counts: Counts): number {
  return attendanceOf(counts) + absenceOf(counts)
}

/** A share in per cent, rounded half up to one decimal as national statistics print it, or to others; null of nothing. */
export function percentOf(part: number, whole: number, decimals = 1): number | null {
  if (whole === 0) return null
  const factor = 10 ** decimals
  return Math.round((part * 100 * factor) / whole) / factor
}

export function attendancePercent(counts: Counts): number | null {
  return percentOf(attendanceOf(counts), possibleOf(counts))
}

export function absencePercent(counts: Counts): number | null {
  return percentOf(absenceOf(counts), possibleOf(counts))
}

/** Decided on whole sessions, so that no rounding moves a pupil over the line. */
export function isPersistentlyAbsent(counts: Counts): boolean {
  return hasMissed(counts, persistentPercent)
}

export function isSeverelyAbsent(counts: Counts): boolean {
  return hasMissed(counts, severePercent)
}

function hasMissed(counts: Counts, percent: number): boolean {
  const possible = possibleOf(counts)
  return possible > 0 && absenceOf(counts) * 100 >= possible * percent
}

export const addCounts = (one: Counts, other: Counts): Counts => combined(one, other, 1)
export const subtractCounts = (one: Counts, other: Counts): Counts => combined(one, other, -1)

function combined(one: Counts, other: Counts, sign: 1 | -1): Counts {
  return {
    present: one.present + sign * other.present,
    educational: one.educational + sign * other.educational,
    authorised: one.authorised + sign * other.authorised,
    unauthorised: one.unauthorised + sign * other.unauthorised,
    notPossible: one.notPossible + sign * other.notPossible,
    late: one.late + sign * other.late,
  }
}
