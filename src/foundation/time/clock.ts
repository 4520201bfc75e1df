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

/** The instant of a day and a time of day in England. In the hour that the end of summer time repeats, the later one. */
export function instantOfLocal(date: string, time: string): Date {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const asUtc = Date.UTC(year, month - 1, day, Number(time.slice(0, 2)), Number(time.slice(3, 5)))
  const standard = new Date(asUtc)
  const said = localTime(standard)
  return said.date === date && said.time === time ? standard : new Date(asUtc - 3_600_000)
}
