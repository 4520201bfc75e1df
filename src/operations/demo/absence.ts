import type { Session } from '../../foundation/time/days.ts'
import type { outingsOf } from './outings.ts'
import type { Traits } from './pupils.ts'
import type { Random } from './random.ts'

/** Codes of one day, morning and afternoon, with the minutes late where the pupil was. */
export interface DayMarks {
  codes: [string, string]
  minutesLate: [number | null, number | null]
}

export interface SchoolDay {
  /** Place among the school days of the year, from 0. */
  place: number
  /** ISO weekday. */
  weekday: number
  month: number
}

interface Habits {
  /** Chance of a spell of absence beginning on an ordinary day. */
  spell: number
  late: number
  suspension: number
  kinds: readonly (readonly [Kind, number])[]
  outings: ReturnType<typeof outingsOf>
}

type Kind = 'illness' | 'appointment' | 'unauthorised' | 'holiday' | 'leave' | 'observance'

/** School days that a spell lasts on average, so that a rate of absence can be turned into a chance of falling ill. */
const usualSpell = 1.75
/** More is missed on Mondays and Fridays. */
const weekdayFactors = [1.2, 0.85, 0.8, 0.9, 1.35]
/** From January to December: colds in winter. */
const monthFactors = [1.15, 1.1, 1.05, 0.95, 0.95, 0.95, 1, 1, 0.85, 0.95, 1.05, 1.25]

const usualKinds: readonly (readonly [Kind, number])[] = [
  ['illness', 76],
  ['appointment', 14],
  ['unauthorised', 4],
  ['holiday', 3],
  ['leave', 2],
  ['observance', 1],
]
const oftenAbsentKinds: readonly (readonly [Kind, number])[] = [
  ['illness', 56],
  ['unauthorised', 34],
  ['appointment', 6],
  ['holiday', 3],
  ['leave', 1],
]

export function habitsOf(random: Random, traits: Traits, outings: Habits['outings']): Habits {
  const rate = absenceRate(random, traits)
  const isLatecomer = random.chance(0.12)
  return {
    spell: rate / ((1 - rate) * usualSpell),
    late: isLatecomer ? 0.05 + 0.1 * random.next() : 0.004 + 0.016 * random.next(),
    suspension: traits.diligence < -1.3 ? 0.0025 : 0,
    kinds: traits.isOftenAbsent ? oftenAbsentKinds : usualKinds,
    outings,
  }
}

/** Share of sessions missed in the long run: a few per cent for most, severe for one in thirty of the others. */
function absenceRate(random: Random, traits: Traits): number {
  const draw = random.next()
  if (traits.isOftenAbsent) return random.chance(0.035) ? 0.6 : 0.13 + 0.22 * draw * draw
  return 0.014 + 0.056 * draw
}

/** A pupil's days one after the other: what a spell has begun, the next days go on with. */
export function attendanceFrom(random: Random, habits: Habits): (day: SchoolDay) => DayMarks {
  let left = 0
  let code = ''
  return (day) => {
    if (left > 0) {
      left -= 1
      return absent(code)
    }
    const factor = (weekdayFactors[day.weekday - 1] ?? 1) * (monthFactors[day.month - 1] ?? 1)
    const isSuspended = random.chance(habits.suspension)
    if (!isSuspended && !random.chance(habits.spell * factor)) return present(random, habits, day)
    const kind = isSuspended ? 'suspension' : random.weighted(habits.kinds)
    const spell = spellOf(random, kind)
    left = spell.days - 1
    code = spell.code
    return spell.sessions ? halfDay(code, spell.sessions) : absent(code)
  }
}

interface Spell {
  code: string
  days: number
  /** Of the first day, when only half of it is missed. */
  sessions?: Session
}

function spellOf(random: Random, kind: Kind | 'suspension'): Spell {
  switch (kind) {
    case 'illness': {
      // Two in three come back after a day or two; sent home at lunchtime, a pupil has been there in the morning.
      let days = 1
      while (days < 12 && random.chance(0.45)) days += 1
      return random.chance(0.12) ? { code: 'I', days, sessions: 'PM' } : { code: 'I', days }
    }
    case 'appointment':
      return { code: 'M', days: 1, sessions: random.chance(0.6) ? 'AM' : 'PM' }
    case 'unauthorised':
      return random.chance(0.3)
        ? { code: 'O', days: 1, sessions: random.chance(0.3) ? 'AM' : 'PM' }
        : { code: 'O', days: random.between(1, 3) }
    case 'holiday':
      return { code: 'G', days: random.between(3, 5) }
    case 'leave':
      return { code: 'C', days: 1 }
    case 'observance':
      return { code: 'R', days: 1 }
    case 'suspension':
      return { code: 'E', days: random.between(1, 3) }
  }
}

function absent(code: string): DayMarks {
  return { codes: [code, code], minutesLate: [null, null] }
}

function halfDay(code: string, missed: Session): DayMarks {
  return { codes: missed === 'AM' ? [code, '\\'] : ['/', code], minutesLate: [null, null] }
}

function present(random: Random, { late, outings }: Habits, { place }: SchoolDay): DayMarks {
  const day: DayMarks = { codes: ['/', '\\'], minutesLate: [null, null] }
  const outing = outings.get(place)
  if (outing?.sessions.includes('AM')) day.codes[0] = outing.code
  else if (random.chance(late)) beLate(random, day, 0)
  if (outing?.sessions.includes('PM')) day.codes[1] = outing.code
  // After lunch few are late: they are on site already.
  else if (random.chance(late / 6)) beLate(random, day, 1)
  return day
}

/** One in twelve comes after the register has closed: a register stays open for thirty minutes at most. */
function beLate(random: Random, day: DayMarks, session: 0 | 1): void {
  const isAfterClose = random.chance(1 / 12)
  day.codes[session] = isAfterClose ? 'U' : 'L'
  day.minutesLate[session] = isAfterClose ? random.between(31, 95) : random.between(2, 28)
}
