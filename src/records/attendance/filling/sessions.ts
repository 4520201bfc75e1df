import { refuse } from '../../../foundation/http/problems.ts'
import { addDays, daysBetween, eachDay, type Session, weekday } from '../../../foundation/time/days.ts'
import type { SessionOfDay } from './fill.ts'

/** From a session to a session, both included. */
export interface Span {
  startsOn: string
  startsSession: Session
  endsOn: string
  endsSession: Session
}

/** What a body says of its days; a single day unless it says more. */
export interface SaidSpan {
  startsOn: string
  startsSession?: Session
  endsOn?: string
  endsSession?: Session
}

/** A school year is the longest that anybody is away. */
const mostDays = 366

export function spanFrom({
  startsOn,
  startsSession = 'AM',
  endsOn = startsOn,
  endsSession = 'PM',
}: SaidSpan): Span {
  const span = { startsOn, startsSession, endsOn, endsSession }
  const days = daysBetween(startsOn, endsOn)
  if (days < 0 || (days === 0 && startsSession > endsSession))
    refuse([{ path: '/endsOn', message: 'The last session does not lie before the first.' }])
  if (days > mostDays) refuse([{ path: '/endsOn', message: `At most ${mostDays} days.` }])
  return span
}

const isWithin = (span: Span, { date, session }: SessionOfDay) =>
  (date > span.startsOn || session >= span.startsSession) &&
  (date < span.endsOn || session <= span.endsSession)

/** The sessions that run within a span. */
export function runningSessions(
  span: Span,
  calendar: { sessionsOn(date: string): readonly Session[] },
): SessionOfDay[] {
  return eachDay(span.startsOn, addDays(span.endsOn, 1))
    .flatMap((date) => calendar.sessionsOn(date).map((session) => ({ date, session })))
    .filter((each) => isWithin(span, each))
}

/** The sessions of weekdays within a span that a closure takes away. */
export function closedSessions(
  span: Span,
  closures: readonly { startsOn: string; endsOn: string; sessions: string }[],
): SessionOfDay[] {
  const isClosed = ({ date, session }: SessionOfDay) =>
    closures.some(
      (each) => each.startsOn <= date && date <= each.endsOn && ['both', session].includes(each.sessions),
    )
  return eachDay(span.startsOn, addDays(span.endsOn, 1))
    .filter((date) => weekday(date) <= 5)
    .flatMap((date) => (['AM', 'PM'] as const).map((session) => ({ date, session })))
    .filter((each) => isWithin(span, each) && isClosed(each))
}
