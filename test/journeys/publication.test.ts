import t from 'tap'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('results day: at 08:00 and not a moment before, families see the results', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const guardian = await personAt(service, school, { personId: full.guardian, kind: 'contact' })
  const pupil = await personAt(service, school, { personId: full.pupils[0], kind: 'pupil' })
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'senior-leader' },
  ])
  const set = (
    await school.post('/result-sets', {
      code: 'GCSE',
      name: 'GCSE results',
      opensOn: '2026-11-01',
      closesOn: '2026-11-30',
      publishesAt: '2026-11-24T08:00:00Z',
    })
  ).body.id
  const { id } = (
    await school.post('/results', {
      pupilId: full.pupils[0],
      aspectId: full.aspect,
      resultSetId: set,
      type: 'R',
      value: '9',
    })
  ).body
  const values = async (path: string) =>
    Promise.all(
      [guardian, pupil].map(async (one) =>
        (await one.get(path)).body.data.map(({ value }: { value: string }) => value).sort(),
      ),
    )
  service.clock.set('2026-11-24T07:59:59.999Z')
  t.same(await values('/results'), [['7'], ['7']])
  for (const one of [guardian, pupil]) {
    t.equal((await one.call('GET', `/results/${id}`)).status, 404, 'by its id')
    t.equal((await one.get('/results?type=R&sort=-id')).body.data.length, 1, 'by a filter')
    t.same((await one.get('/now')).body.children[0].results.length, 1, 'in now')
  }
  const { etag } = await guardian.get('/results')
  t.ok((await teacher.get(`/results/${id}`)).body.value === '9', 'staff see it at any time')

  service.clock.set('2026-11-24T08:00:00.000Z')
  t.same(await values('/results'), [
    ['7', '9'],
    ['7', '9'],
  ])
  const fresh = await guardian.call('GET', '/results', { headers: { 'if-none-match': etag } })
  t.equal(fresh.status, 200, 'no ETag of before hides it')
  t.equal((await pupil.get(`/results/${id}`)).body.value, '9')
  const { verdict } = (
    await school.get(
      `/access/explain?appId=${school.clientId}&accountId=${guardian.accountId}&resource=results`,
    )
  ).body
  t.match(verdict, /Only what is published to families/, 'and the explanation says so')
})

t.test('an event of behaviour stays among staff until it is published', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const guardian = await personAt(service, school, { personId: full.guardian, kind: 'contact' })
  const event = await school.post('/behaviour-events', {
    pupilId: full.pupils[0],
    kind: 'incident',
    type: 'Late',
    points: -1,
    occurredOn: '2026-11-23',
  })
  const seen = async () => (await guardian.get('/behaviour-events')).body.data.length
  t.equal(await seen(), 1, 'the achievement alone')
  await school.call('PATCH', `/behaviour-events/${event.body.id}`, {
    body: { publishesAt: '2026-11-23T09:00:00Z' },
    headers: { 'if-match': event.etag },
  })
  t.equal(await seen(), 2)
})
