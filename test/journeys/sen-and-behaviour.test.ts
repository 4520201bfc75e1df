import { randomUUID } from 'node:crypto'
import t from 'tap'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('the SENCo keeps status, needs, strategies and plans; teachers read what they need', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const [other, pupilId] = full.pupils
  const senco = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'senco' },
  ])
  const post = (path: string, body: object) => senco.call('POST', path, { body: { pupilId, ...body } })
  const made = await post('/sen-statuses', { status: 'E', validFrom: '2026-10-01' })
  t.equal(made.status, 201, made.text)
  t.equal((await school.get(`/pupils/${pupilId}`)).body.senStatus, 'E', 'the pupil repeats it')
  t.equal(
    (await post('/sen-statuses', { status: 'K', validFrom: '2026-11-01' })).status,
    409,
    'one at a time',
  )
  t.equal((await post('/sen-needs', { need: 'ASD', rank: 1, validFrom: '2026-10-01' })).status, 201)
  t.equal(
    (await post('/sen-needs', { need: 'SPLD', rank: 1, validFrom: '2026-11-01' })).status,
    409,
    'one primary need',
  )
  t.equal((await post('/sen-needs', { need: 'SPLD', rank: 2, validFrom: '2026-10-01' })).status, 201)
  await post('/sen-strategies', { strategy: 'Sits near the front.', validFrom: '2026-10-01' })
  const plan = await post('/sen-plans', {
    title: 'Reading',
    outcomes: [{ outcome: 'Reads 60 words a minute.', isReached: null }],
    startsOn: '2026-10-01',
    reviewOn: '2026-11-20',
  })
  t.equal((await senco.get('/sen-plans?reviewBefore=2026-11-23')).body.data.length, 1)
  const reviewed = await senco.call('PATCH', `/sen-plans/${plan.body.id}`, {
    body: {
      outcomes: [{ outcome: 'Reads 60 words a minute.', isReached: true, note: '64.' }],
      reviewedOn: '2026-11-20',
    },
    headers: { 'if-match': plan.etag },
  })
  t.equal(reviewed.status, 200, reviewed.text)
  t.same((await senco.get('/sen-plans?reviewBefore=2026-11-23')).body.data, [])

  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  t.match((await teacher.get(`/sen-strategies?pupilId=${pupilId}`)).body.data, [
    { strategy: 'Sits near the front.' },
  ])
  t.same((await teacher.get(`/sen-needs?pupilId=${other}`)).body.data, [], 'of pupils whom they teach')
  t.equal(
    (
      await teacher.call('POST', '/sen-strategies', {
        body: { pupilId, strategy: 'x', validFrom: '2026-11-01' },
      })
    ).status,
    403,
  )
  const weak = await personAt(
    service,
    school,
    { personId: full.staff.tutor, kind: 'staff' },
    [{ role: 'tutor' }],
    { amr: ['pwd'] },
  )
  const stepUp = await weak.call('GET', '/sen-strategies')
  t.equal(stepUp.status, 401, 'and with a second factor only')
  t.equal(stepUp.body.code, 'step-up-required')

  const gone = await senco.call('DELETE', `/sen-statuses/${made.body.id}`, { headers: { 'if-match': '*' } })
  t.equal(gone.status, 204)
  t.equal((await school.get(`/pupils/${pupilId}`)).body.senStatus, 'N')
})

t.test('an occurrence tells who was what in it, what was done and who looks again', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const occurrenceId = randomUUID()
  const event = (at: number, involvement: string, more: object = {}) =>
    school.post('/behaviour-events', {
      pupilId: full.pupils[at],
      kind: 'incident',
      type: 'Fight',
      points: involvement === 'involved' ? -3 : 0,
      occurredOn: '2026-11-20',
      place: 'Playground',
      occurrenceId,
      involvement,
      ...more,
    })
  const first = await event(0, 'involved', { action: 'Parents rung.', followUpOn: '2026-11-23' })
  await event(1, 'affected')
  await event(2, 'witness')
  const { data } = (await school.get(`/behaviour-events?occurrenceId=${occurrenceId}&sort=points`)).body
  t.same(data.map(({ involvement }: { involvement: string }) => involvement).sort(), [
    'affected',
    'involved',
    'witness',
  ])
  const due = async () => (await school.get('/behaviour-events?followUpBefore=2026-11-24')).body.data
  t.match(await due(), [{ id: first.body.id, action: 'Parents rung.' }])
  await school.call('PATCH', `/behaviour-events/${first.body.id}`, {
    body: { followedUpAt: '2026-11-23T10:00:00Z' },
    headers: { 'if-match': first.etag },
  })
  t.same(await due(), [])
})
