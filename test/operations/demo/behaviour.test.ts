import t from 'tap'
import { byId, schoolOn, share } from './days.ts'

const today = '2026-12-28'
const { behaviourEvents, pupils, registers, memberships } = schoolOn(today)
const days = new Set(registers.map((register) => register.date))

t.test('there are about four achievements to one incident, worth points of their sign', async (t) => {
  const isAchievement = (one: { kind: string }) => one.kind === 'achievement'
  const achievements = share(behaviourEvents, isAchievement)
  t.ok(achievements > 0.76 && achievements < 0.86, String(achievements))
  t.ok(behaviourEvents.every((one) => (isAchievement(one) ? one.points > 0 : one.points < 0)))
})

t.test('incidents gather on few pupils', async (t) => {
  const incidents = behaviourEvents.filter((one) => one.kind === 'incident')
  const counts = [...Map.groupBy(incidents, (one) => one.pupilId).values()].map((list) => list.length)
  counts.sort((a, b) => b - a)
  const tenth = counts.slice(0, pupils.length / 10).reduce((a, b) => a + b, 0) / incidents.length
  t.ok(tenth > 0.4 && tenth < 0.8, String(tenth))
})

t.test('an event lies on a school day before today, in a lesson of the pupil with its teacher', async (t) => {
  const known = byId(pupils)
  const teachers = new Set(
    memberships.filter((one) => one.staffId).map((one) => `${one.groupId}/${one.staffId}`),
  )
  const stays = Map.groupBy(memberships, (one) => `${one.groupId}/${one.pupilId}`)
  for (const event of behaviourEvents) {
    const day = event.occurredOn
    if (!days.has(day) || day >= today || !known.has(event.pupilId)) t.fail(`on ${day}`)
    if (!teachers.has(`${event.groupId}/${event.staffId}`)) t.fail('another teacher')
    const stay = stays.get(`${event.groupId}/${event.pupilId}`) ?? []
    if (!stay.some((one) => one.validFrom <= day && (one.validUntil === null || one.validUntil > day)))
      t.fail('not in the group that day')
  }
})
