import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('a mobile app takes a register two hours offline and overwrites nothing unseen', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, teacher } = await makeLittleSchool(school)
  const [first, second, third] = pupils as [string, string, string]
  const registers = registersOf(school)
  const tutor = await personAt(service, school, { personId: teacher, kind: 'staff' }, [{ role: 'tutor' }])

  // 08:45, in the sports hall: no network. The device makes the id and remembers what it was told.
  const deviceTime = '2026-11-23T08:45:00.000Z'
  const id = uuidv7()
  const marks = pupils.map((pupilId) => ({ pupilId, code: pupilId === second ? 'N' : '/', was: null }))

  // 09:30, meanwhile: the office takes a call and opens the same register.
  const office = await registers.open(form, '2026-11-23')
  const ill = await school.call('PATCH', `/registers/${office}/marks`, {
    body: { marks: [{ pupilId: first, code: 'I', was: null, comment: 'Mother rang.' }] },
  })
  t.equal(ill.status, 200, ill.text)
  t.equal((await school.get(`/registers/${office}`)).body.takenAt, null, 'one mark does not make it taken')

  // 10:45, back on the network.
  service.clock.set('2026-11-23T10:45:00.000Z')
  const opened = await tutor.call('POST', '/registers', {
    body: { id, groupId: form, date: '2026-11-23', session: 'AM' },
  })
  t.equal(opened.status, 200, 'somebody else was first')
  t.equal(opened.body.id, office, 'and the device learns the id under which the register is known')

  const send = (body: object, key: string) =>
    tutor.call('PATCH', `/registers/${office}/marks`, { body, headers: { 'idempotency-key': key } })
  const refused = await send({ marks, deviceTime }, 'device-1')
  t.equal(refused.status, 409, refused.text)
  t.equal(refused.body.code, 'marks-differ')
  t.match(refused.body.conflicts, [
    { path: '/marks/0/code', recordId: first, stored: 'I', sent: '/', storedAt: '2026-11-23T09:00:00.000Z' },
  ])
  t.equal(refused.body.conflicts.length, 1, 'only the mark that both want is in question')
  t.equal((await registers.codesOf(office))[third], null, 'nothing was written')

  // The tutor sees both values and knows better: the pupil came in after all.
  const decided = marks.map((mark) => (mark.pupilId === first ? { ...mark, was: 'I' } : mark))
  const sent = await send({ marks: decided, deviceTime }, 'device-2')
  t.equal(sent.status, 200, sent.text)
  const again = await send({ marks: decided, deviceTime }, 'device-2')
  t.equal(again.status, 200)
  t.equal(again.headers.get('idempotency-replayed'), 'true', 'a lost answer is given again')

  const { data } = (await school.get(`/registers/${office}/marks`)).body
  const mark = (pupilId: string) => data.find((each: { pupilId: string }) => each.pupilId === pupilId)
  t.match(mark(third), {
    code: '/',
    deviceTime,
    recordedAt: '2026-11-23T10:45:00.000Z',
    recordedBy: { app: school.clientId, name: 'Jo Smith', position: 'Teacher of Mathematics' },
  })
  t.equal(mark(first).comment, 'Mother rang.', 'what was not sent stays')
  const { takenAt } = (await school.get(`/registers/${office}`)).body
  t.equal(Date.parse(takenAt), Date.parse('2026-11-23T10:45:00Z'), 'with everybody marked it is taken')

  const { data: history } = (await school.get(`/registers/${office}/history`)).body
  t.match(
    history
      .filter((event: { pupilId: string }) => event.pupilId === first)
      .map(({ was, becomes }: { was: string; becomes: string }) => [was, becomes]),
    [
      [null, 'I'],
      ['I', '/'],
    ],
  )
})

t.test('an id of the device names the register when nobody was first', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form } = await makeLittleSchool(school, 2)
  const id = uuidv7()
  const body = { id, groupId: form, date: '2026-11-23', session: 'AM' }
  const made = await school.post('/registers', body)
  t.equal(made.body.id, id)
  t.equal((await school.post('/registers', body)).status, 200, 'sent again it is the same')
  const other = await school.call('POST', '/registers', { body: { ...body, session: 'PM' } })
  t.equal(other.status, 409, 'an id names one register')
})

t.test('a whole register that comes too late is told both values', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await setOpeningTimes(school)
  const { form, pupils } = await makeLittleSchool(school, 2)
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23')
  const { etag } = await school.get(`/registers/${id}/marks`)
  const all = (code: string) => pupils.map((pupilId) => ({ pupilId, code }))
  await registers.put(id, all('/'), {}, etag)
  const late = await registers.put(id, all('N'), {}, etag)
  t.equal(late.status, 412)
  t.match(late.body.conflicts, [
    { path: '/marks/0/code', stored: '/', sent: 'N', storedBy: school.clientId },
    { path: '/marks/1/code', stored: '/', sent: 'N' },
  ])
  const without = await school.call('PATCH', `/registers/${id}/marks`, { body: { marks: all('N') } })
  t.equal(without.status, 428, 'a change that says nothing of what it saw is refused')
})
