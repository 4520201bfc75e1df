import type { Tx } from '../../../foundation/db/transaction.ts'
import type { Fault } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { addDays } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { faultOfMark, findCode, type MarkFault } from '../codes.ts'
import { readPupilFacts } from '../queries.ts'
import {
  asksForPupil,
  faultOfClosure,
  faultOfPupil,
  faultOfUnresolved,
  type Occasion,
  type PupilFacts,
} from '../rules.ts'

/** A mark that is about to be written where another stood. */
export interface Proposed extends Occasion {
  pupilId: string
  code: string
  /** Where it stands in the body. */
  path: string
  /** Name of the planned closure in which the session lies. */
  closure: string | null
  /** Whether the pupil is known not to be on the roll yet. */
  isProspective?: boolean
}

const speak = (path: string, { sentence, source }: MarkFault): Fault => ({
  path: `${path}/code`,
  message: `${sentence} (${source})`,
})

/**
 * Every rule of the code set on its date, for marks that change: what stands is not questioned when others change.
 * What a rule must know of pupils and days is read only when a code asks for it.
 */
export async function faultsOfMarks(tx: Tx, marks: readonly Proposed[]): Promise<Fault[]> {
  const faults: Fault[] = []
  const add = (path: string, fault: MarkFault | undefined) => {
    if (fault) faults.push(speak(path, fault))
    return fault !== undefined
  }
  const known = marks.filter(
    (mark) => !add(mark.path, faultOfMark(mark)) && !add(mark.path, faultOfClosure(mark.code, mark.closure)),
  )
  const ofPupils = known.filter(({ code, isProspective }) => asksForPupil(code) || isProspective)
  const facts = await factsOf(tx, ofPupils)
  for (const mark of ofPupils)
    add(mark.path, faultOfPupil(mark.code, mark, facts.get(`${mark.pupilId} ${mark.date}`) as PupilFacts))
  const unresolved = known.filter(({ code, date }) => code === 'N' && date < today(tx.clock))
  const daysSince = unresolved.length > 0 ? await schoolDaysSince(tx) : () => 0
  for (const mark of unresolved) add(mark.path, faultOfUnresolved(mark.code, daysSince(mark.date)))
  return faults
}

/** How many school days lie after a day, today included. */
export async function schoolDaysSince(tx: Tx): Promise<(date: string) => number> {
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const tomorrow = addDays(today(tx.clock), 1)
  return (date) => calendar.schoolDays(addDays(date, 1), tomorrow).length
}

/** Facts by pupil and day. */
async function factsOf(tx: Tx, marks: readonly Proposed[]): Promise<Map<string, PupilFacts>> {
  if (marks.length === 0) return new Map()
  const rows = await tx.rows(readPupilFacts, {
    pupils: marks.map(({ pupilId }) => pupilId),
    dates: marks.map(({ date }) => date),
  })
  return new Map(
    rows.map(([pupilId, date, birthDate = null, yearGroup, enrolment = null, attends = null]) => [
      `${pupilId} ${date}`,
      {
        birthDate,
        yearGroup: Number(yearGroup),
        enrolment,
        attends: attends === null ? null : (JSON.parse(attends) as string[]),
      },
    ]),
  )
}

/** Minutes late go with the codes that say so. */
export function faultOfLateness(code: string, minutesLate: number | null, path: string): Fault[] {
  if (!minutesLate || findCode(code)?.isLate) return []
  return [{ path: `${path}/minutesLate`, message: 'Minutes late go with the codes L and U.' }]
}
