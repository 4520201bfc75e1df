/** Where the current time comes from. It is handed in, so that a test can stand still at 08:00. */
export interface Clock {
  /** The present instant. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until it is set: for tests and for the demonstration school. */
export function standingClock(start: string | Date): Clock & { set(to: string | Date): void } {
  let at = new Date(start)
  return {
    now: () => new Date(at),
    set: (to) => {
      at = new Date(to)
    },
  }
}

const londonDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })

/** Today's date in England as YYYY-MM-DD: a school day ends at midnight in London, not in UTC. */
export function today(clock: Clock): string {
  return londonDay.format(clock.now())
}

const londonTime = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** The day and the time of day in England of an instant, such as 2026-11-23 and 08:52. */
export function localTime(instant: Date): { date: string; time: string } {
  return { date: londonDay.format(instant), time: londonTime.format(instant) }
}
