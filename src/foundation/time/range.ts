import { problem } from '../http/problems.ts'
import { type Clock, today } from './clock.ts'
import { addDays, daysBetween, lastDay } from './days.ts'

export interface DayRange {
  from: string
  /** The first day no longer in it. */
  until: string
}

/** Reads `from` and `until` of a query string; from today for `days` days when left out. At most `most` days. */
export function readRange(
  query: { from?: string; until?: string },
  clock: Clock,
  { days, most }: { days: number; most: number },
): DayRange {
  const from = query.from ?? today(clock)
  const until = query.until ?? (daysBetween(from, lastDay) < days ? lastDay : addDays(from, days))
  const length = daysBetween(from, until)
  const message =
    length < 1 ? 'until lies after from: it is the first day no longer wanted.' : `At most ${most} days.`
  if (length < 1 || length > most) throw problem('query-invalid', { errors: [{ path: '?until', message }] })
  return { from, until }
}
