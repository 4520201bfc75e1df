import t from 'tap'
import { randomFrom } from '../../../src/operations/demo/random.ts'
import { type Activity, schedule, slots } from '../../../src/operations/demo/scheduler.ts'
import { staffOf } from '../../../src/operations/demo/staff.ts'
import { teachingOf } from '../../../src/operations/demo/teaching.ts'

const forms = 30

function clashes(activities: readonly Activity[], taken: readonly number[][]): number {
  const used = new Set<string>()
  let count = 0
  for (const [place, { needs }] of activities.entries())
    for (const slot of taken[place] ?? [])
      for (const need of needs) {
        const key = `${slot}/${need}`
        if (used.has(key)) count += 1
        used.add(key)
      }
  return count
}

t.test('whatever the seed, every hour is placed and nothing is needed twice', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const activities = teachingOf(staffOf(seed, 2026)).map((block) => ({
      needs: [...block.forms, ...block.groups.map((group) => forms + group.teacher)],
      hours: block.hours,
    }))
    const taken = schedule(activities, randomFrom(seed, 'timetable'))
    if (clashes(activities, taken) > 0) t.fail(`clashes with seed ${seed}`)
    if (activities.some(({ hours }, place) => taken[place]?.length !== hours))
      t.fail(`hours missing, seed ${seed}`)
    if (taken.flat().some((slot) => slot < 0 || slot >= slots))
      t.fail(`a slot that does not exist, seed ${seed}`)
  }
})

t.test('no teacher teaches 42 of 50 hours or more, and every form has exactly 50', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const blocks = teachingOf(staffOf(seed, 2026))
    const hours = new Map<string, number>()
    const add = (key: string, more: number) => hours.set(key, (hours.get(key) ?? 0) + more)
    for (const block of blocks) {
      for (const form of block.forms) add(`form ${form}`, block.hours)
      for (const group of block.groups) add(`teacher ${group.teacher}`, block.hours)
    }
    const wrong = [...hours].filter(([key, count]) => (key.startsWith('form') ? count !== 50 : count >= 42))
    if (wrong.length > 0) t.fail(`seed ${seed}: ${wrong}`)
    if (hours.has('teacher -1')) t.fail('a group without a teacher')
  }
})

t.test('what cannot be placed is said', async (t) => {
  const tooMuch = [
    { needs: [0], hours: 30 },
    { needs: [0], hours: 21 },
  ]
  t.throws(() => schedule(tooMuch, randomFrom(1, 'impossible')), /No timetable without clashes/)
})

t.test('hours of one subject are spread over the days', async (t) => {
  const [days] = schedule([{ needs: [0], hours: 10 }], randomFrom(1, 'spread'))
  t.equal(new Set(days?.map((slot) => Math.floor(slot / 5))).size, 10)
})
