import { weekday } from '../../foundation/time/days.ts'
import { findCode } from '../../records/attendance/codes.ts'
import { positionOf, readMark } from '../../records/attendance/packing.ts'
import type { Attendance } from './attendance.ts'
import { type Calendar, instantAt } from './calendar.ts'
import type { Groups } from './groups.ts'
import { idsFrom } from './ids.ts'
import type { Move } from './moves.ts'
import type { Placement } from './placement.ts'
import { at, of, type Random, randomFrom } from './random.ts'
import type { BehaviourEventRow, EntryRow } from './rows.ts'

interface Plan {
  calendar: Calendar
  today: string
  groups: Groups
  placements: readonly Placement[]
  moves: ReadonlyMap<Placement, Move>
  entries: readonly EntryRow[]
  attendance: Attendance
}

/** Events of a school day, from the quietest to the busiest. */
const dailyEvents = [35, 75] as const
const achievementShare = 0.8

/** Type, points, weight. */
const achievements = [
  ['Effort in class', 1, 40],
  ['Excellent homework', 1, 22],
  ['Contribution to discussion', 1, 16],
  ['Helping others', 2, 12],
  ['Sports and performance', 2, 7],
  ['Head of year award', 5, 3],
] as const
const incidents = [
  ['Homework missing', -1, 32],
  ['Equipment missing', -1, 18],
  ['Late to lesson', -1, 14],
  ['Disruption of learning', -2, 20],
  ['Mobile phone in use', -2, 8],
  ['Defiance', -3, 6],
  ['Fighting', -5, 2],
] as const

interface Lesson {
  groupId: string
  staffId: string | null
}

/** Events since September, each in a lesson that the pupil had and attended that day. */
export function behaviourOf(seed: number, plan: Plan): BehaviourEventRow[] {
  const random = randomFrom(seed, 'behaviour')
  const id = idsFrom(seed, 'behaviour', plan.calendar.year.startsOn)
  const praise = chooser(plan.placements.map(({ pupil }) => above(1.6 + pupil.traits.diligence) ** 2))
  // The fourth power makes a tenth of the pupils account for most incidents.
  const blame = chooser(plan.placements.map(({ pupil }) => above(0.9 - pupil.traits.diligence) ** 4))
  const lessons = lessonsByGroup(plan)
  const days = plan.calendar.schoolDays.filter((date) => date < plan.today)
  return days.flatMap((date) => {
    const count = random.between(...dailyEvents)
    return Array.from({ length: count }, () => random.chance(achievementShare)).flatMap((isAchievement) => {
      const place = (isAchievement ? praise : blame)(random)
      const lesson = lessonOf(random, plan, { place, date, lessons })
      if (!lesson) return []
      const [type, points] = random.weighted<readonly [string, number, number]>(
        (isAchievement ? achievements : incidents).map((kind) => [kind, kind[2]] as const),
      )
      const kind = isAchievement ? 'achievement' : 'incident'
      const pupilId = at(plan.placements, place).pupil.row.id
      const event = { id: id(), pupilId, kind, type, points, occurredOn: date, ...lesson, comment: null }
      // Praise goes home at four; incidents are told in person.
      return [{ ...event, ...unsaid, publishesAt: isAchievement ? instantAt(date, 16, 0) : null }]
    })
  })
}

/** What the demo school does not tell of its events. */
const unsaid = {
  lessonId: null,
  place: null,
  occurrenceId: null,
  involvement: 'involved',
  action: null,
  followUpOn: null,
  followedUpAt: null,
}

function above(value: number): number {
  return Math.max(0.2, value)
}

/** Chooses places with the given weights, by halving the list of their sums. */
function chooser(weights: readonly number[]): (random: Random) => number {
  let sum = 0
  const sums = weights.map((weight) => {
    sum += weight
    return sum
  })
  return (random) => {
    const wanted = random.next() * sum
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (at(sums, middle) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Lessons of a group by the day of the cycle, 0 to 9. */
function lessonsByGroup({ calendar, entries }: Plan): Map<string, Lesson[][]> {
  const weekdays = new Map(calendar.periods.map((period) => [period.id, period.weekday]))
  const found = new Map<string, Lesson[][]>()
  for (const { groupId, staffId, periodId, week } of entries) {
    if (week === null) continue
    const days = found.get(groupId) ?? Array.from({ length: 10 }, (): Lesson[] => [])
    found.set(groupId, days)
    at(days, (week - 1) * 5 + of(weekdays, periodId) - 1).push({ groupId, staffId })
  }
  return found
}

interface Moment {
  place: number
  date: string
  lessons: ReadonlyMap<string, Lesson[][]>
}

/** A lesson of the pupil's day, or nothing when the pupil was not at school for the whole of it. */
function lessonOf(random: Random, plan: Plan, { place, date, lessons }: Moment): Lesson | undefined {
  if (!wasPresent(plan, place, date)) return undefined
  const one = at(plan.placements, place)
  const move = plan.moves.get(one)
  const day = ((plan.calendar.days.weekOf(date) ?? 1) - 1) * 5 + weekday(date) - 1
  const taught = [...one.groups].flatMap(([block, group]) => {
    const current = move && date >= move.on ? (move.groups.get(block) ?? group) : group
    return at(of(lessons, of(plan.groups.teaching, current)), day)
  })
  return random.pick(taught)
}

function wasPresent({ calendar, attendance }: Plan, place: number, date: string): boolean {
  const { marks } = at(attendance.years, place)
  return (['AM', 'PM'] as const).every((session) => {
    const code = readMark(marks, positionOf(calendar.year.startsOn, date, session))
    return code !== null && findCode(code)?.category === 'present'
  })
}
