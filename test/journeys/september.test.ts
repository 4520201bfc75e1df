import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

/** The next academic year with two maths sets in one block, which one class shares between two teachers. */
async function planNextYear(school: TestSchool, pupils: readonly string[]) {
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const academicYearId = await made('/academic-years', {
    name: '2027/28',
    startsOn: '2027-09-01',
    endsOn: '2028-08-31',
    cycleWeeks: 2,
    cycleStartsOn: '2027-08-30',
  })
  await made('/terms', { academicYearId, name: 'Autumn', startsOn: '2027-09-02', endsOn: '2027-12-17' })
  const set = (code: string) => made('/groups', { kind: 'teaching', code, name: code, academicYearId })
  const sets = { one: await set('8x/Ma1'), two: await set('8x/Ma2') }
  const teacher = (code: string) =>
    made('/staff', { code, legalGivenName: code, legalFamilyName: 'Teacher', role: 'Teacher' })
  const period = (weekday: number) =>
    made('/periods', { name: 'P2', weekday, startsAt: '09:50', endsAt: '10:50', session: 'AM' })
  const items = pupils.map((pupilId, at) => ({
    groupId: at % 2 === 0 ? sets.one : sets.two,
    pupilId,
    role: 'pupil',
    validFrom: '2027-09-01',
  }))
  await school.post('/memberships/batch', { items })
  return {
    ...sets,
    anna: await teacher('ANN'),
    ben: await teacher('BEN'),
    cy: await teacher('CYN'),
    monday: await period(1),
    wednesday: await period(3),
  }
}

t.test('next September is loaded in August in one request, and read for any day of it', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils, entry, subject } = await makeLittleSchool(school, 4)
  service.clock.set('2027-08-10T09:00:00.000Z')
  const { etag } = await school.get(`/timetable-entries/${entry}`)
  await school.call('PATCH', `/timetable-entries/${entry}`, {
    body: { validUntil: '2027-09-01' },
    headers: { 'if-match': etag },
  })
  const plan = await planNextYear(school, pupils)
  const common = { subjectId: subject, validFrom: '2027-09-01', block: 'Year 8 maths' }
  const items = [
    // The first set is split: one teacher on Mondays, another on Wednesdays, of the first week only.
    { ...common, groupId: plan.one, periodId: plan.monday, staffId: plan.anna },
    { ...common, groupId: plan.one, periodId: plan.wednesday, staffId: plan.ben, week: 1 },
    { ...common, groupId: plan.two, periodId: plan.monday, staffId: plan.cy },
  ]
  const loaded = await school.post('/timetable-entries/batch', { items })
  t.match(loaded, { status: 200, body: { created: 3 } })

  const lessons = async (query: string) => (await school.get(`/lessons?${query}`)).body.data
  const told = (data: { date: string; groupId: string; staffId: string }[]) =>
    data.map(({ date, groupId, staffId }) => [date, groupId, staffId])
  const week = 'from=2027-09-06&until=2027-09-11'
  const ofSet = [['2027-09-06', plan.one, plan.anna]]
  t.same(told(await lessons(`${week}&groupId=${plan.one}`)), ofSet, 'the second week of the cycle')
  t.same(
    told(await lessons(`from=2027-09-13&until=2027-09-18&groupId=${plan.one}`)),
    [
      ['2027-09-13', plan.one, plan.anna],
      ['2027-09-15', plan.one, plan.ben],
    ],
    'the first week: both teachers of the split class',
  )
  t.same(told(await lessons(`${week}&pupilId=${pupils[0]}`)), ofSet, 'a pupil sees the own set alone')
  const block = await lessons(`${week}&block=Year%208%20maths`)
  t.same(block.map(({ groupId }: { groupId: string }) => groupId).sort(), [plan.one, plan.two].sort())
  t.ok(block.every((lesson: { block: string }) => lesson.block === 'Year 8 maths'))
  t.same(await lessons('from=2027-08-10&until=2027-08-11'), [], 'today is a holiday')
  const listed = await school.get('/timetable-entries?block=Year%208%20maths')
  t.equal(listed.body.data.length, 3)
})

t.test('a batch that clashes names every row and what it clashes with, and keeps nothing', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils, subject } = await makeLittleSchool(school, 4)
  service.clock.set('2027-08-10T09:00:00.000Z')
  const plan = await planNextYear(school, pupils)
  // One pupil of the second set is in the first as well from October on.
  await school.post('/memberships', {
    groupId: plan.one,
    pupilId: pupils[1],
    role: 'pupil',
    validFrom: '2027-10-04',
  })
  const common = { subjectId: subject, validFrom: '2027-09-01', periodId: plan.monday }
  const items = [
    { ...common, groupId: plan.one, staffId: plan.anna },
    { ...common, groupId: plan.two, staffId: plan.anna },
  ]
  const refused = await school.call('POST', '/timetable-entries/batch', { body: { items } })
  t.equal(refused.status, 409)
  t.equal(refused.body.code, 'timetable-clash')
  t.same(
    refused.body.errors.map(({ path }: { path: string }) => path),
    ['/items/0/staffId', '/items/0/groupId'],
  )
  t.match(refused.body.errors[1].message, /another lesson then: the entry sent as \/items\/1/)
  t.equal((await school.get(`/timetable-entries?periodId=${plan.monday}`)).body.data.length, 0)

  const until = items.map((item) => ({ ...item, validUntil: '2027-10-04' }))
  const [first, second] = until
  const apart = { items: [first, { ...second, staffId: plan.cy }] }
  t.equal((await school.post('/timetable-entries/batch', apart)).status, 200, 'they share nobody until then')
  const wrong = { items: [{ ...common, groupId: plan.one, periodId: pupils[0] }] }
  const unknown = await school.call('POST', '/timetable-entries/batch', { body: wrong })
  t.match(unknown.body, {
    code: 'reference-unknown',
    errors: [{ path: '/items/0/periodId' }],
  })
})
