import { at, type Random } from './random.ts'

/** Something to be held for several hours of the cycle, with the forms and teachers (as numbers) that it needs. */
export interface Activity {
  needs: readonly number[]
  hours: number
}

export const slotsPerDay = 5
/** Two weeks of five days of five hours. */
export const slots = 50
/** A second hour of an activity on one day is worse than none, but better than a clash. */
const sameDayCost = 0.4
/** Steps before a search that leads nowhere begins anew, and how often: a search that succeeds places about 1,000 hours. */
const longestSearch = 60_000
const searches = 8

/**
 * The slots (0 to 49) of each activity, such that nothing is needed twice in one slot. An iterative forward search
 * (Müller, Constraint-based Timetabling, 2005): hours are placed one by one where they disturb least, and what they
 * disturb is taken out and placed again; an hour becomes dearer each time it is taken out, which ends every circle.
 */
export function schedule(activities: readonly Activity[], random: Random): number[][] {
  for (let search = 0; search < searches; search += 1) {
    const found = searchOnce(activities, random)
    if (found) return found
  }
  throw new Error('No timetable without clashes was found.')
}

interface State {
  activities: readonly Activity[]
  /** Activity of each hour to place. */
  activityOf: number[]
  slotOf: number[]
  timesOut: number[]
  /** By slot and need: the hour that uses it, or -1. */
  usedBy: Int32Array[]
}

function searchOnce(activities: readonly Activity[], random: Random): number[][] | undefined {
  const activityOf = activities.flatMap(({ hours }, place) => Array.from({ length: hours }, () => place))
  const needs = 1 + Math.max(...activities.flatMap((activity) => activity.needs))
  const state: State = {
    activities,
    activityOf,
    slotOf: activityOf.map(() => -1),
    timesOut: activityOf.map(() => 0),
    usedBy: Array.from({ length: slots }, () => new Int32Array(needs).fill(-1)),
  }
  // The hungriest first, from the end of the list; what is taken out is placed next.
  const waiting = random
    .shuffled([...activityOf.keys()])
    .sort((a, b) => needsOf(state, a).length - needsOf(state, b).length)
  for (let step = 0; step < longestSearch; step += 1) {
    const hour = waiting.pop()
    if (hour === undefined) return slotsByActivity(state)
    const slot = bestSlot(state, hour, random)
    for (const other of clashing(state, hour, slot)) {
      take(state, other)
      waiting.push(other)
    }
    place(state, hour, slot)
  }
  return undefined
}

function needsOf({ activities, activityOf }: State, hour: number): readonly number[] {
  return at(activities, at(activityOf, hour)).needs
}

function clashing(state: State, hour: number, slot: number): Set<number> {
  const used = at(state.usedBy, slot)
  const found = new Set<number>()
  for (const need of needsOf(state, hour)) {
    const other = at(used, need)
    if (other >= 0) found.add(other)
  }
  return found
}

function bestSlot(state: State, hour: number, random: Random): number {
  const busy = daysOf(state, hour)
  const first = random.between(0, slots - 1)
  let best = first
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < slots; i += 1) {
    const slot = (first + i) % slots
    let cost = sameDayCost * at(busy, Math.floor(slot / slotsPerDay))
    for (const other of clashing(state, hour, slot))
      cost += needsOf(state, other).length + at(state.timesOut, other)
    if (cost < least) {
      least = cost
      best = slot
    }
  }
  return best
}

/** Hours that the same activity already has on each of the ten days. */
function daysOf(state: State, hour: number): number[] {
  const days = Array.from({ length: slots / slotsPerDay }, () => 0)
  const activity = at(state.activityOf, hour)
  const { hours } = at(state.activities, activity)
  // Hours of one activity stand side by side in the list.
  const start = state.activityOf.indexOf(activity)
  for (let other = start; other < start + hours; other += 1) {
    const slot = at(state.slotOf, other)
    if (slot >= 0) {
      const day = Math.floor(slot / slotsPerDay)
      days[day] = at(days, day) + 1
    }
  }
  return days
}

function place(state: State, hour: number, slot: number): void {
  const used = at(state.usedBy, slot)
  for (const need of needsOf(state, hour)) used[need] = hour
  state.slotOf[hour] = slot
}

function take(state: State, hour: number): void {
  const used = at(state.usedBy, at(state.slotOf, hour))
  for (const need of needsOf(state, hour)) used[need] = -1
  state.slotOf[hour] = -1
  state.timesOut[hour] = at(state.timesOut, hour) + 1
}

function slotsByActivity({ activities, activityOf, slotOf }: State): number[][] {
  const found = activities.map((): number[] => [])
  for (const [hour, activity] of activityOf.entries()) at(found, activity).push(at(slotOf, hour))
  return found.map((list) => list.sort((a, b) => a - b))
}
