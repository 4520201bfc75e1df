import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

/** Two lessons on a Monday morning; half of the form is in a set for the first of them. */
async function makeLessons(school: TestSchool) {
  const little = await makeLittleSchool(school, 4)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const early = await made('/periods', {
    name: 'P0',
    weekday: 1,
    startsAt: '08:00',
    endsAt: '08:45',
    session: 'AM',
  })
  const set = await made('/groups', { kind: 'teaching', code: 'X1', name: 'X1', academicYearId: little.year })
  await school.post('/memberships/batch', {
    items: little.pupils.slice(0, 2).map((pupilId) => ({
      groupId: set,
      pupilId,
      role: 'pupil',
      validFrom: '2026-09-01',
    })),
  })
  const entry = await made('/timetable-entries', { groupId: set, periodId: early, validFrom: '2026-09-01' })
  return { ...little, lessons: { early: `${entry}.20261123`, late: `${little.entry}.20261123` } }
}

t.test(
  "the first lesson of a session gives each pupil's session mark, and the history tells from which register",
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    await setOpeningTimes(school, { derivesFrom: 'first-lesson' })
    const { form, pupils, lessons } = await makeLessons(school)
    const [a, b, c, d] = pupils as [string, string, string, string]
    const registers = registersOf(school)
    const openLesson = async (lessonId: string) =>
      (await school.post('/registers', { lessonId })).body.id as string
    const sessionCode = async (pupilId: string) =>
      (await school.get(`/marks?pupilId=${pupilId}`)).body.data[0]?.code ?? null

    const early = await openLesson(lessons.early)
    const taken = await registers.put(early, [
      { pupilId: a, code: '/' },
      { pupilId: b, code: 'N' },
    ])
    t.equal(taken.status, 200, taken.text)
    t.same([await sessionCode(a), await sessionCode(b), await sessionCode(c)], ['/', 'N', null])

    const late = await openLesson(lessons.late)
    await registers.put(late, [
      { pupilId: a, code: 'N' },
      { pupilId: b, code: '/' },
      { pupilId: c, code: 'L', minutesLate: 4 },
      { pupilId: d, code: '/' },
    ])
    t.equal(await sessionCode(a), '/', 'a later lesson does not take the session mark away')
    t.equal(await sessionCode(b), 'N', 'nor does it give one to whom another lesson came first')
    t.equal(await sessionCode(c), 'L')

    const { data } = (await school.get(`/mark-history?pupilId=${c}`)).body
    t.match(data, [{ was: null, becomes: 'L', origin: 'derived', registerId: late, minutesLate: 4 }])
    const plain = (await school.get(`/mark-history?pupilId=${d}`)).body.data
    t.match(plain, [{ was: null, becomes: '/', origin: 'derived', registerId: late }])

    // The lesson is put right: the session follows.
    await registers.put(early, [
      { pupilId: a, code: '/' },
      { pupilId: b, code: '/' },
    ])
    t.equal(await sessionCode(b), '/')

    // A session register that was written by hand is outranked by who was seen, and by nothing less.
    const session = await registers.open(form, '2026-11-23')
    const seen = await school.get(`/registers/${session}/marks`)
    await registers.put(session, [
      { pupilId: a, code: 'M' },
      { pupilId: b, code: 'I' },
      { pupilId: c, code: 'L', minutesLate: 4 },
      { pupilId: d, code: '/' },
    ])
    await registers.put(early, [
      { pupilId: a, code: 'N' },
      { pupilId: b, code: 'L', minutesLate: 2 },
    ])
    t.equal(await sessionCode(a), 'M', 'N does not replace a reason')
    t.equal(await sessionCode(b), 'L', 'whoever was seen was there')
    const stale = await registers.put(session, [{ pupilId: b, code: 'I' }], {}, seen.etag)
    t.equal(stale.status, 412, 'the register has a new version')
  },
)

t.test('without the rule lessons leave the session alone', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils, lessons } = await makeLessons(school)
  const registers = registersOf(school)
  const early = (await school.post('/registers', { lessonId: lessons.early })).body.id
  await registers.put(
    early,
    pupils.slice(0, 2).map((pupilId) => ({ pupilId, code: '/' })),
  )
  t.same((await school.get(`/marks?pupilId=${pupils[0]}`)).body.data, [])
})

t.test('who is away in the session is away in its lessons without being sent', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils, lessons } = await makeLessons(school)
  const [a, b] = pupils as [string, string]
  await school.post('/planned-absences', { pupilIds: [a], code: 'M', startsOn: '2026-11-23' })
  const registers = registersOf(school)
  const early = (await school.post('/registers', { lessonId: lessons.early })).body.id
  const taken = await registers.put(early, [{ pupilId: b, code: '/' }])
  t.equal(taken.status, 200, taken.text)
  t.same(await registers.codesOf(early), { [a]: 'M', [b]: '/' })
})
