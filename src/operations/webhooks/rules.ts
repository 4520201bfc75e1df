const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Pauses before each further attempt: seconds at first, since most faults are short; three days in all. */
const pauses = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  20 * hour,
  24 * hour,
]

/** Milliseconds until the next attempt after `attempts` that failed; undefined when it is given up. */
export function pauseAfter(attempts: number, random: number): number | undefined {
  const pause = pauses[attempts - 1]
  // Jitter of a fifth either way: endpoints that failed together do not come back together.
  return pause === undefined ? undefined : Math.round(pause * (0.8 + 0.4 * random))
}

/** What an answer means for a message and its endpoint. */
export type Verdict = 'delivered' | 'retry' | 'disable'

/** 2xx is delivered; 410 asks to be left alone (Standard Webhooks 1.0); everything else is tried again. */
export function verdictOf(status: number | null): Verdict {
  if (status === 410) return 'disable'
  return status !== null && status >= 200 && status < 300 ? 'delivered' : 'retry'
}
