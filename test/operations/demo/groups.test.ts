import t from 'tap'
import { byId, schoolOn } from './days.ts'

const today = '2027-03-15'
const { groups, memberships, pupils, staff, academicYears } = schoolOn(today)
const known = byId(groups)
const members = memberships.filter((one) => one.pupilId !== null)
const onDay = (day: string) =>
  members.filter((one) => one.validFrom <= day && (one.validUntil === null || one.validUntil > day))
const sizes = (kind: string, day: string) => {
  const current = onDay(day).filter((one) => known.get(one.groupId)?.kind === kind)
  return [...Map.groupBy(current, (one) => one.groupId).values()].map((list) => list.length)
}

t.test('there are 5 year groups, 30 forms and 4 houses', async (t) => {
  const count = (kind: string) => groups.filter((group) => group.kind === kind).length
  t.same(['year', 'registration', 'house'].map(count), [5, 30, 4])
  t.equal(new Set(groups.map((group) => `${group.kind}/${group.code}`)).size, groups.length)
})

t.test('forms have about 30 pupils, houses about 225 and teaching groups up to 34', async (t) => {
  const within = (list: number[], low: number, high: number) =>
    t.ok(
      Math.min(...list) >= low && Math.max(...list) <= high,
      `${Math.min(...list)} to ${Math.max(...list)}`,
    )
  within(sizes('registration', today), 26, 33)
  within(sizes('house', today), 180, 270)
  within(sizes('teaching', today), 14, 35)
})

t.test('on every day a pupil is in one form, one year group and one house while on the roll', async (t) => {
  for (const day of ['2026-09-01', '2026-10-14', today]) {
    const ofPupil = Map.groupBy(onDay(day), (one) => one.pupilId)
    for (const pupil of pupils) {
      const isOnRoll = pupil.enrolledOn <= day && (pupil.leftOn === null || pupil.leftOn > day)
      const mine = (ofPupil.get(pupil.id) ?? []).map((one) => known.get(one.groupId))
      const counts = ['registration', 'year', 'house'].map(
        (kind) => mine.filter((one) => one?.kind === kind).length,
      )
      const expected = isOnRoll ? 1 : 0
      if (counts.some((count) => count !== expected)) t.fail(`${counts} on ${day}`)
      if (mine.some((one) => one?.kind !== 'house' && one?.yearGroup !== pupil.yearGroup))
        t.fail('wrong year group')
    }
  }
})

t.test('some pupils have changed group or form, without a gap or an overlap', async (t) => {
  const start = academicYears[0]?.startsOn ?? ''
  const isMoved = (one: (typeof members)[number]) =>
    one.validFrom > start &&
    pupils.some((pupil) => pupil.id === one.pupilId && pupil.enrolledOn < one.validFrom)
  const begun = members.filter(isMoved)
  const movers = new Set(begun.map((one) => one.pupilId))
  t.ok(movers.size >= 20 && movers.size <= 30, String(movers.size))
  t.ok(begun.some((one) => known.get(one.groupId)?.kind === 'registration'))
  for (const one of begun)
    if (!members.some((other) => other.pupilId === one.pupilId && other.validUntil === one.validFrom))
      t.fail('nothing ended that day')
})

t.test('every form has a tutor, every year group a head and every teaching group a teacher', async (t) => {
  const staffed = memberships.filter((one) => one.staffId !== null)
  const led = (kind: string, role: string) =>
    staffed.filter((one) => known.get(one.groupId)?.kind === kind && one.role === role)
  t.equal(new Set(led('registration', 'tutor').map((one) => one.groupId)).size, 30)
  t.equal(new Set(led('registration', 'tutor').map((one) => one.staffId)).size, 30)
  t.equal(led('year', 'tutor').length, 5)
  t.equal(led('teaching', 'teacher').length, groups.filter((group) => group.kind === 'teaching').length)
  const assistants = byId(staff)
  t.ok(
    led('teaching', 'assistant').every(
      (one) => assistants.get(one.staffId ?? '')?.role === 'Teaching Assistant',
    ),
  )
})
