import { type AttendanceCode, attendanceCodes, type Category } from '../codes.ts'
import { absenceOf, attendanceOf, percentOf, possibleOf } from '../figures.ts'
import { type Counts, noCounts } from '../packing.ts'

/** Sessions by code, as a register or a published table gives them. */
export type CodeCounts = ReadonlyMap<string, number>

const counterOf = {
  present: 'present',
  'approved-educational-activity': 'educational',
  authorised: 'authorised',
  unauthorised: 'unauthorised',
  'not-possible': 'notPossible',
} as const satisfies Record<Category, keyof Counts>

const known: ReadonlyMap<string, AttendanceCode> = new Map(attendanceCodes.map((one) => [one.code, one]))

/** Adds sessions by code up to the five categories and the late ones. */
export function countsOfCodes(codes: Iterable<readonly [code: string, times: number]>): Counts {
  const counts = noCounts()
  for (const [code, times] of codes) {
    const one = known.get(code)
    if (!one) throw new RangeError(`${code} is not an attendance code.`)
    counts[counterOf[one.category]] += times
    if (one.isLate) counts.late += times
  }
  return counts
}

/** Figures of any set of sessions, as the national statistics define them. Percentages are of possible sessions. */
export interface SessionFigures {
  present: number
  approvedEducationalActivity: number
  /** present + approvedEducationalActivity: what the statistics call overall attendance. */
  attendance: number
  authorised: number
  unauthorised: number
  /** authorised + unauthorised: overall absence. */
  absence: number
  /** attendance + absence. */
  possible: number
  notPossible: number
  late: number
  lateBeforeClose: number
  lateAfterClose: number
  attendancePercent: number | null
  absencePercent: number | null
  authorisedPercent: number | null
  unauthorisedPercent: number | null
  approvedEducationalActivityPercent: number | null
  latePercent: number | null
}

export function figuresOfCodes(
  codes: Iterable<readonly [code: string, times: number]>,
  decimals: number,
): SessionFigures {
  const list = [...codes]
  const counts = countsOfCodes(list)
  const after = list.reduce((sum, [code, times]) => sum + (code === 'U' ? times : 0), 0)
  const [attendance, absence, possible] = [attendanceOf(counts), absenceOf(counts), possibleOf(counts)]
  const share = (part: number) => percentOf(part, possible, decimals)
  return {
    present: counts.present,
    approvedEducationalActivity: counts.educational,
    attendance,
    authorised: counts.authorised,
    unauthorised: counts.unauthorised,
    absence,
    possible,
    notPossible: counts.notPossible,
    late: counts.late,
    lateBeforeClose: counts.late - after,
    lateAfterClose: after,
    attendancePercent: share(attendance),
    absencePercent: share(absence),
    authorisedPercent: share(counts.authorised),
    unauthorisedPercent: share(counts.unauthorised),
    approvedEducationalActivityPercent: share(counts.educational),
    latePercent: share(counts.late),
  }
}
