/** What a code asks of the pupil and the day. Each refusal names its rule and where it is written. */
import { addDays, addMonths, type Session, weekday } from '../../foundation/time/days.ts'
import type { MarkFault } from './codes.ts'
import type { Opening } from './settings.ts'

/** What must be known of a pupil before some codes may be written. */
export interface PupilFacts {
  birthDate: string | null
  /** National Curriculum year. */
  yearGroup: number
  /** Status of the enrolment in force on the day: C, M, S, G, F or O; null when there is none. */
  enrolment: string | null
  /** Sessions in which the pupil is expected, such as 1AM, under a part-time timetable; null without one. */
  attends: readonly string[] | null
}

export interface Occasion {
  date: string
  session: Session
}

const regulation = 'SI 2024/208, regulation 10'
const guidance = 'Department for Education, Working together to improve school attendance'

/** Codes that are right only for some pupils. */
const ofPupils = new Set(['X', 'D', 'C2', 'Z'])

export const asksForPupil = (code: string): boolean => ofPupils.has(code)

/** What is wrong with a code for this pupil on this day, or undefined. */
export function faultOfPupil(code: string, on: Occasion, pupil: PupilFacts): MarkFault | undefined {
  if (code === 'Z')
    return pupil.enrolment === null
      ? undefined
      : { sentence: 'Z is for a pupil who is not yet on the roll.', source: guidance }
  if (pupil.enrolment === null)
    return { sentence: 'The pupil was not on the roll that day: only Z may stand.', source: guidance }
  if (code === 'X' && isOfCompulsoryAge(pupil, on.date) === true)
    return {
      sentence: 'X is for pupils who are not of compulsory school age on the day.',
      source: `${regulation}; Education Act 1996, section 8`,
    }
  if (code === 'D' && !['M', 'S'].includes(pupil.enrolment))
    return {
      sentence: 'D needs an enrolment as main or subsidiary dual (M or S) on the day.',
      source: regulation,
    }
  return code === 'C2' ? faultOfPartTime(on, pupil) : undefined
}

function faultOfPartTime(on: Occasion, pupil: PupilFacts): MarkFault | undefined {
  const source = `${regulation}; ${guidance}`
  if (isOfCompulsoryAge(pupil, on.date) === false)
    return { sentence: 'C2 is for pupils of compulsory school age; X fits here.', source }
  if (pupil.attends === null)
    return { sentence: 'C2 needs a part-time timetable in force on the day.', source }
  return isExpected(pupil.attends, on)
    ? { sentence: 'The part-time timetable asks the pupil to attend this session.', source }
    : undefined
}

export const isExpected = (attends: readonly string[], { date, session }: Occasion): boolean =>
  attends.includes(`${weekday(date)}${session}`)

/** School days within which a reason must be found. */
export const daysForReason = 5

/** N stands for a short while only. `schoolDaysSince`: school days after the day of the mark, up to today. */
export function faultOfUnresolved(code: string, schoolDaysSince: number): MarkFault | undefined {
  if (code !== 'N' || schoolDaysSince <= daysForReason) return undefined
  return {
    sentence: `N is resolved within ${daysForReason} school days; write the reason, or O where none was found.`,
    source: guidance,
  }
}

/** On a closed session nothing but # may stand, and # nowhere else. `closure`: the name of the closure. */
export function faultOfClosure(code: string, closure: string | null): MarkFault | undefined {
  if (code === '#' && closure === null)
    return { sentence: '# stands only where the calendar names a planned closure.', source: guidance }
  if (code !== '#' && closure !== null)
    return { sentence: `The school is closed (${closure}): only # may stand.`, source: guidance }
  return undefined
}

/**
 * Compulsory school age (Education Act 1996, section 8): from the prescribed day (31 March, 31 August, 31 December) on or after
 * the fifth birthday until the last Friday of June in the school year of the sixteenth. Without a birth date the year
 * group decides, where it can; undefined in reception, where it cannot.
 */
export function isOfCompulsoryAge(
  { birthDate, yearGroup }: Pick<PupilFacts, 'birthDate' | 'yearGroup'>,
  date: string,
): boolean | undefined {
  if (birthDate === null) return yearGroup === 0 ? undefined : yearGroup >= 1 && yearGroup <= 11
  return date >= startOfCompulsoryAge(birthDate) && date <= endOfCompulsoryAge(birthDate)
}

function startOfCompulsoryAge(birthDate: string): string {
  const five = addMonths(birthDate, 60)
  const year = five.slice(0, 4)
  const days = [`${year}-03-31`, `${year}-08-31`, `${year}-12-31`]
  return days.find((day) => day >= five) as string
}

function endOfCompulsoryAge(birthDate: string): string {
  const sixteen = Number(birthDate.slice(0, 4)) + 16
  // Born from September on, the sixteenth birthday lies in the school year that ends in the next summer.
  const june = birthDate.slice(5) >= '09-01' ? sixteen + 1 : sixteen
  const last = `${june}-06-30`
  return addDays(last, -((weekday(last) + 2) % 7))
}

/** Present, late or after the register closed, by the local time of arrival in minutes since midnight. */
export function codeOfArrival(
  arrived: number,
  { opens, closes }: Opening,
  session: Session,
): { code: string; minutesLate: number | null } {
  if (arrived <= opens) return { code: session === 'AM' ? '/' : '\\', minutesLate: null }
  return { code: arrived <= closes ? 'L' : 'U', minutesLate: arrived - opens }
}

/** Minutes late must agree with the code once the school has said how long its registers stay open. */
export function faultOfMinutes(code: string, minutes: number, openMinutes: number): MarkFault | undefined {
  if (code === 'L' && minutes > openMinutes)
    return {
      sentence: `The register closes after ${openMinutes} minutes: write U.`,
      source: `${regulation}, Table 3`,
    }
  if (code === 'U' && minutes <= openMinutes)
    return {
      sentence: `The register was still open (${openMinutes} minutes): write L.`,
      source: `${regulation}(2), Table 1`,
    }
  return undefined
}
