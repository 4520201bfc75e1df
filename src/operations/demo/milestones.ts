import { addDays } from '../../foundation/time/days.ts'
import { type Calendar, instantAt } from './calendar.ts'
import { mondayFrom } from './holidays.ts'
import { idsFrom } from './ids.ts'
import { at } from './random.ts'
import type { ResultSetRow } from './rows.ts'

export interface Milestone {
  kind: 'baseline' | 'summer' | 'autumn' | 'spring'
  set: ResultSetRow
}

/** Days after the close on which a set is locked. */
const daysToLock = 5
/** A data drop is open from a Monday to the Friday of the third week. */
const openDays = 18

/**
 * Three result sets: the tests on entry, the autumn data drop, and of last summer's and this spring's the latter as
 * soon as it is open. The autumn set is there before it opens, as schools plan it in September.
 */
export function milestonesOf(seed: number, calendar: Calendar, today: string, lockedBy: string): Milestone[] {
  const { startYear, year } = calendar
  const id = idsFrom(seed, 'result-sets', year.startsOn)
  const newSet = (set: Pick<ResultSetRow, 'code' | 'name' | 'academicYearId' | 'opensOn' | 'closesOn'>) => {
    const lockOn = addDays(set.closesOn, daysToLock)
    const isLocked = lockOn < today
    const lockedAt = isLocked ? instantAt(lockOn, 16, 0) : null
    // Families see a milestone once it is locked.
    return { id: id(), ...set, lockedAt, lockedBy: isLocked ? lockedBy : null, publishesAt: lockedAt }
  }
  const drop = (name: string, calendarYear: number, opensOn: string, academicYearId: string | null) =>
    newSet({
      code: `${name.toUpperCase()}-${calendarYear}`,
      name: `${name} data drop ${calendarYear}`,
      academicYearId,
      opensOn,
      closesOn: addDays(opensOn, openDays),
    })
  const baseline = newSet({
    code: `BASELINE-${startYear}`,
    name: 'Baseline on entry',
    academicYearId: null,
    // Pupils of year 11 took the tests four years ago.
    opensOn: `${startYear - 4}-09-01`,
    closesOn: `${startYear}-10-16`,
  })
  const summer = drop('Summer', startYear, mondayFrom(`${startYear}-06-10`), null)
  const autumn = drop('Autumn', startYear, weekAfter(calendar, 'Autumn half-term', 2), year.id)
  const spring = drop('Spring', startYear + 1, weekAfter(calendar, 'Spring half-term', 1), year.id)
  const first: Milestone = { kind: 'baseline', set: baseline }
  return spring.opensOn <= today
    ? [first, { kind: 'autumn', set: autumn }, { kind: 'spring', set: spring }]
    : [first, { kind: 'summer', set: summer }, { kind: 'autumn', set: autumn }]
}

/** The Monday so many weeks after the week that follows a half-term. */
function weekAfter({ closures }: Calendar, name: string, weeks: number): string {
  const halfTerm = at(
    closures.filter((closure) => closure.name === name),
    0,
  )
  return addDays(mondayFrom(halfTerm.endsOn), 7 * weeks)
}
