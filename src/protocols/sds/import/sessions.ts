import { addDays, daysBetween } from '../../../foundation/time/days.ts'
import { BadValue } from '../../oneroster/csv/read/values.ts'
import type { Roster } from './roster.ts'
import type { Line } from './table.ts'

/** A year or a part of one, as the archive names it. */
export interface Session {
  id: string
  title: string
  startsOn: string
  /** Last day: end dates of School Data Sync are inclusive. */
  endsOn: string
  line: Line
  /** In lower case, where the file says it. */
  type: string
}

/** What lasts longer is a school year, whatever it is called: halves of one are some 160 days. */
const mostDaysOfATerm = 200
/** A school year of 53 weeks; two-year courses are none. */
const mostDaysOfAYear = 371

/** Throws BadValue for days that no session can have. */
export function requireSpan(startsOn: string, endsOn: string): void {
  const days = daysBetween(startsOn, endsOn)
  if (days <= 0) throw new BadValue('It ends before it starts.')
  if (days > mostDaysOfAYear) throw new BadValue('It lasts longer than a school year.')
}

export interface PlacedSessions {
  /** The school year for what names none: the one around `today`. */
  currentYear(): string
}

/**
 * Writes the sessions: school years first, then the terms below the year in which they start. A year that the archive
 * does not hold is made up from 1 September to 31 August, with an id that stays the same from one archive to the next.
 */
export function placeSessions(
  roster: Roster,
  sessions: readonly Session[],
  { today, origin }: { today: string; origin: Line },
): PlacedSessions {
  const years: Pick<Session, 'id' | 'startsOn' | 'endsOn'>[] = []
  const yearFor = (day: string): string => {
    const around = academicYear(day)
    // Two years of a school never start on the same day, so one that does is the year that was meant.
    const known = years.find(
      ({ startsOn, endsOn }) => (startsOn <= day && day <= endsOn) || startsOn === around.startsOn,
    )
    if (known) return known.id
    years.push(around)
    addSession(roster, { ...around, line: origin, type: 'schoolyear' }, 'schoolYear', '')
    return around.id
  }
  const parts: Session[] = []
  for (const session of sessions)
    if (!isYear(session) || years.some(({ startsOn }) => startsOn === session.startsOn)) parts.push(session)
    else {
      years.push(session)
      addSession(roster, session, 'schoolYear', '')
    }
  for (const part of parts)
    addSession(roster, part, part.type === 'gradingperiod' ? 'gradingPeriod' : 'term', yearFor(part.startsOn))
  if (sessions.length === 0) yearFor(today)
  return { currentYear: () => yearFor(today) }
}

const isYear = ({ type, startsOn, endsOn }: Session) =>
  type === 'schoolyear' || daysBetween(startsOn, endsOn) + 1 > mostDaysOfATerm

function addSession(roster: Roster, session: Session, type: string, parent: string): void {
  const { id, title, startsOn, endsOn, line } = session
  roster.add('academicsessions', line, id, {
    title,
    type,
    startDate: startsOn,
    endDate: addDays(endsOn, 1),
    parentSourcedId: parent,
  })
}

function academicYear(day: string) {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < '09-01' ? 1 : 0)
  return {
    id: `made-up-year-${year}`,
    title: `${year}/${String((year + 1) % 100).padStart(2, '0')}`,
    startsOn: `${year}-09-01`,
    endsOn: `${year + 1}-08-31`,
  }
}
