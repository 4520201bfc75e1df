import type { Session } from '../../foundation/time/days.ts'
import type { Random } from './random.ts'

/** Pupils who are taught or compete elsewhere on some school days of the year, counted from 0. */
interface Outing {
  code: 'V' | 'P' | 'W'
  from: number
  until: number
  yearGroups: readonly number[]
  /** Share of these pupils who take part. */
  share: number
  sessions: readonly Session[]
}

const wholeDay: readonly Session[] = ['AM', 'PM']

/** Every tenth school day, on the afternoon. */
const fixtures = Array.from({ length: 17 }, (_, place): Outing => {
  const from = 12 + place * 10
  return { code: 'P', from, until: from, yearGroups: [9, 10, 11], share: 0.05, sessions: ['PM'] }
})

const outings: readonly Outing[] = [
  { code: 'V', from: 34, until: 34, yearGroups: [8], share: 0.75, sessions: wholeDay },
  { code: 'V', from: 61, until: 61, yearGroups: [10], share: 0.5, sessions: wholeDay },
  { code: 'V', from: 150, until: 152, yearGroups: [7], share: 0.6, sessions: wholeDay },
  { code: 'W', from: 178, until: 182, yearGroups: [10], share: 0.9, sessions: wholeDay },
  ...fixtures,
]

/** Outings of one pupil by school day: decided beforehand, so that a trip of three days is one decision. */
export function outingsOf(random: Random, yearGroup: number): ReadonlyMap<number, Outing> {
  const mine = new Map<number, Outing>()
  for (const outing of outings) {
    const takesPart = random.chance(outing.share)
    if (!takesPart || !outing.yearGroups.includes(yearGroup)) continue
    for (let day = outing.from; day <= outing.until; day += 1) mine.set(day, outing)
  }
  return mine
}
