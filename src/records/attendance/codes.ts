import type { Session } from '../../foundation/time/days.ts'

/** Statutory category of a code. */
export type Category =
  | 'present'
  | 'approved-educational-activity'
  | 'authorised'
  | 'unauthorised'
  | 'not-possible'

export interface AttendanceCode {
  code: string
  meaning: string
  /** Legal axis. */
  category: Category
  /** Statistical axis: what the session adds to in figures. */
  counts: 'attendance' | 'absence' | 'not-counted'
  isLate: boolean
  /** Physical axis, for a fire register: on site from the start, on site later, or not on site. */
  whereabouts: 'on-site' | 'late' | 'off-site'
  /** Sessions in which the code may stand. */
  sessions: readonly Session[]
  /** First day of the code; null when it is older than the regulations of 2024. */
  validFrom: string | null
  /** First day on which it may no longer be written (half-open); null while it is in force. */
  validUntil: string | null
  source: string
  /** What to write instead of a withdrawn code. */
  instead?: string
}

/** The School Attendance (Pupil Registration) (England) Regulations 2024 came into force on this day. */
const regulations2024 = '2024-08-19'
const regulation = 'SI 2024/208, regulation 10'
const table1 = `${regulation}(2), Table 1`
const table2 = `${regulation}(3), Table 2`
const table3 = `${regulation}, Table 3`
const guidance = 'Department for Education, Working together to improve school attendance'
const before2024 =
  'Department for Education, Absence and attendance codes, January 2009; withdrawn by SI 2024/208'

const both: readonly Session[] = ['AM', 'PM']
const countsAs = {
  present: 'attendance',
  'approved-educational-activity': 'attendance',
  authorised: 'absence',
  unauthorised: 'absence',
  'not-possible': 'not-counted',
} as const satisfies Record<Category, AttendanceCode['counts']>

type Particulars = Partial<Omit<AttendanceCode, 'code' | 'meaning' | 'category' | 'counts'>>

function code(
  code: string,
  category: Category,
  meaning: string,
  particulars: Particulars = {},
): AttendanceCode {
  return {
    code,
    meaning,
    category,
    counts: countsAs[category],
    isLate: false,
    whereabouts: 'off-site',
    sessions: both,
    validFrom: null,
    validUntil: null,
    source: regulation,
    ...particulars,
  }
}

const since2024 = { validFrom: regulations2024 }
const until2024 = { validUntil: regulations2024, source: before2024 }
const late = { isLate: true, whereabouts: 'late' } as const

/** Every code that an English register may hold, withdrawn ones too: registers are kept for six years (regulation 7). */
export const attendanceCodes: readonly AttendanceCode[] = [
  code('/', 'present', 'Present when the morning register began to be taken', {
    sessions: ['AM'],
    whereabouts: 'on-site',
    source: table1,
  }),
  code('\\', 'present', 'Present when the afternoon register began to be taken', {
    sessions: ['PM'],
    whereabouts: 'on-site',
    source: table1,
  }),
  code('L', 'present', 'Late, arrived while the register was still open', { ...late, source: table1 }),
  code('K', 'approved-educational-activity', 'At provision arranged by the local authority', {
    ...since2024,
    source: table2,
  }),
  code('V', 'approved-educational-activity', 'On an educational visit or trip', { source: table2 }),
  code('P', 'approved-educational-activity', 'At an approved sporting activity', { source: table2 }),
  code('W', 'approved-educational-activity', 'On work experience', { source: table2 }),
  code('B', 'approved-educational-activity', 'At another approved educational activity', { source: table2 }),
  code('C', 'authorised', 'Leave of absence in exceptional circumstances'),
  code('C1', 'authorised', 'Leave for a regulated performance or employment abroad', since2024),
  code('C2', 'authorised', 'Leave under a part-time timetable, compulsory school age', since2024),
  code('E', 'authorised', 'Suspended or excluded, no alternative provision made'),
  code('I', 'authorised', 'Ill, not at an appointment'),
  code('J1', 'authorised', 'Leave for an interview for work or another place of education', since2024),
  code('M', 'authorised', 'At a medical or dental appointment'),
  code('R', 'authorised', 'Religious observance'),
  code('S', 'authorised', 'Study leave for a public examination'),
  code('T', 'authorised', 'Parent travels for work, the pupil with them'),
  code('G', 'unauthorised', 'On holiday without leave'),
  code('N', 'unauthorised', 'Reason not yet established'),
  code('O', 'unauthorised', 'Absent for another or an unknown reason, without leave', { source: table3 }),
  code('U', 'unauthorised', 'Arrived after the register closed and before the session ended', late),
  code('D', 'not-possible', 'Registered at another school as well and expected there'),
  code('Q', 'not-possible', 'No access arrangements made, so unable to attend', since2024),
  code('X', 'not-possible', 'Below or above compulsory school age and not required to attend'),
  code('Y1', 'not-possible', 'The transport normally provided was not available', since2024),
  code('Y2', 'not-possible', 'Travel was widely disrupted', since2024),
  code('Y3', 'not-possible', 'Part of the premises was closed', since2024),
  code('Y4', 'not-possible', 'The whole site was closed unexpectedly', since2024),
  code('Y5', 'not-possible', 'In criminal justice detention', since2024),
  code('Y6', 'not-possible', 'Kept away by public health guidance or law', since2024),
  code('Y7', 'not-possible', 'Another unavoidable cause', since2024),
  code('Z', 'not-possible', 'Not yet on the admission register', { source: guidance }),
  code('#', 'not-possible', 'Planned closure of the whole school', { source: guidance }),
  code('H', 'authorised', 'Agreed family holiday', { ...until2024, instead: 'C or G' }),
  code('J', 'approved-educational-activity', 'At an interview', { ...until2024, instead: 'J1' }),
  code('Y', 'not-possible', 'Unable to attend in exceptional circumstances', {
    ...until2024,
    instead: 'Y1 to Y7',
  }),
  code('F', 'authorised', 'Agreed extended family holiday', {
    // The amendment of the 2006 regulations of that day left heads no extended leave to agree.
    validUntil: '2013-09-01',
    source: 'Education (Pupil Registration) (England) Regulations 2006, as amended from 1 September 2013',
    instead: 'H for days before 2024-08-19, else C or G',
  }),
]

const byCode = new Map(attendanceCodes.map((one) => [one.code, one]))

/** A code whatever its dates, or undefined. */
export function findCode(code: string): AttendanceCode | undefined {
  return byCode.get(code)
}

function isInForce(one: AttendanceCode, date: string): boolean {
  return (
    (one.validFrom === null || one.validFrom <= date) && (one.validUntil === null || date < one.validUntil)
  )
}

/** The codes that may be written for a day. */
export function codesOn(date: string): AttendanceCode[] {
  return attendanceCodes.filter((one) => isInForce(one, date))
}

/** A broken rule and where it is written. */
export interface MarkFault {
  sentence: string
  source: string
}

/** What is wrong with a code in a session of a day, or undefined. */
export function faultOfMark(mark: { code: string; date: string; session: Session }): MarkFault | undefined {
  const known = byCode.get(mark.code)
  if (!known) return { sentence: unknownCode(mark.code), source: regulation }
  if (!isInForce(known, mark.date)) return { sentence: notInForce(known, mark.date), source: known.source }
  if (!known.sessions.includes(mark.session)) {
    const other = mark.session === 'AM' ? '/' : '\\'
    const half = mark.session === 'AM' ? 'a morning' : 'an afternoon'
    return {
      sentence: `Present in ${half} session is written ${other}, not ${known.code}.`,
      source: known.source,
    }
  }
  return undefined
}

function unknownCode(code: string): string {
  const capital = code.trim().toUpperCase()
  return byCode.has(capital)
    ? `This is not an attendance code; ${capital} is.`
    : 'This is not an attendance code; see the list of attendance codes.'
}

function notInForce(known: AttendanceCode, date: string): string {
  if (known.validFrom !== null && date < known.validFrom)
    return `Code ${known.code} is in force from ${known.validFrom}.`
  return `Code ${known.code} was withdrawn on ${known.validUntil}; write ${known.instead ?? 'another code'}.`
}
