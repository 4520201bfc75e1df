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

/** Late before and after the register closed (codes L and U). */
export function lateOf(counts: Counts): number {
  return counts.late
}

/** A share in per cent, rounded half up to one decimal as national statistics print it; null of nothing. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 1000) / whole) / 10
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

export function addCounts(one: Counts, other: Counts): Counts {
  return {
    present: one.present + other.present,
    educational: one.educational + other.educational,
    authorised: one.authorised + other.authorised,
    unauthorised: one.unauthorised + other.unauthorised,
    notPossible: one.notPossible + other.notPossible,
    late: one.late + other.late,
  }
}

export interface Figures {
  attendance: number
  absence: number
  possible: number
  late: number
  attendancePercent: number | null
  absencePercent: number | null
  isPersistentlyAbsent: boolean
  isSeverelyAbsent: boolean
}

/** All figures of a pupil; for a group add the counters first and leave the two judgements out. */
export function figuresOf(counts: Counts): Figures {
  return {
    attendance: attendanceOf(counts),
    absence: absenceOf(counts),
    possible: possibleOf(counts),
    late: lateOf(counts),
    attendancePercent: attendancePercent(counts),
    absencePercent: absencePercent(counts),
    isPersistentlyAbsent: isPersistentlyAbsent(counts),
    isSeverelyAbsent: isSeverelyAbsent(counts),
  }
}
