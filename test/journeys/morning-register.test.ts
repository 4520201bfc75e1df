import * as client from 'openid-client'
import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test('an app takes the morning register with nothing but a bare 401 to start from', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const little = await makeLittleSchool(school)

  const refused = await fetch(`${service.publicUrl}/v1/pupils`)
  t.equal(refused.status, 401)
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(
    refused.headers.get('www-authenticate') ?? '',
  )?.[1] as string
  const metadata = (await (await fetch(metadataUrl)).json()) as {
    authorization_servers: string[]
    resource: string
  }
  const server = await client.discovery(
    new URL(metadata.authorization_servers[0] as string),
    school.clientId,
    undefined,
    client.ClientSecretBasic(school.secret),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  )
  const granted = await client.clientCredentialsGrant(server, {
    scope: 'pupils:read groups:read timetable:read attendance:read attendance:write',
    resource: metadata.resource,
  })
  const app = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    school.call(method, path, {
      body,
      headers: { ...headers, authorization: `Bearer ${granted.access_token}` },
      scopes: 'none',
    })

  const lessons = await app('GET', `/lessons?groupId=${little.form}`)
  t.match(
    lessons.body.data,
    [{ date: '2026-11-23', startsAt: '08:50', groupId: little.form }],
    "today's lesson is there",
  )

  const opened = await app('POST', '/registers', { groupId: little.form, date: '2026-11-23', session: 'AM' })
  t.equal(opened.status, 201)
  const again = await app('POST', '/registers', { groupId: little.form, date: '2026-11-23', session: 'AM' })
  t.equal(again.status, 200, 'a second device finds the same register')
  t.equal(again.body.id, opened.body.id)

  const address = `/registers/${opened.body.id}/marks`
  const expected = await app('GET', address)
  t.same(
    expected.body.data.map((mark: { code: null }) => mark.code),
    [null, null, null, null, null],
  )
  const marks = little.pupils.map((pupilId, at) =>
    at === 0 ? { pupilId, code: 'L', minutesLate: 7 } : { pupilId, code: '/' },
  )
  const taken = await app('PUT', address, { marks }, { 'if-match': expected.etag })
  t.equal(taken.status, 200)
  t.match(taken.body.data[0], { code: 'L', minutesLate: 7 })

  const late = await app('PUT', address, { marks }, { 'if-match': expected.etag })
  t.equal(late.status, 412, 'the second device is told that it is too late')
  const without = await app('PUT', address, { marks })
  t.equal(without.status, 428)

  const ungranted = await app('GET', '/results')
  t.equal(ungranted.status, 403, 'what the token does not hold is refused')
  t.match(ungranted.body.detail, 'assessment:read')
})

t.test('a register is written whole, with every broken rule named, or not at all', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school)
  const register = await school.post('/registers', { groupId: form, date: '2026-11-23', session: 'AM' })
  const put = (marks: object[], more: object = {}, etag = register.etag) =>
    school.call('PUT', `/registers/${register.body.id}/marks`, {
      body: { marks, ...more },
      headers: { 'if-match': etag },
    })

  const wrong = await put([
    { pupilId: pupils[0], code: '\\' },
    { pupilId: pupils[1], code: 'H' },
    { pupilId: pupils[2], code: '/', minutesLate: 3 },
    { pupilId: pupils[3], code: '/' },
  ])
  t.equal(wrong.status, 422)
  t.same(
    wrong.body.errors.map(({ path }: { path: string }) => path),
    ['/marks/0/code', '/marks/1/code', '/marks/2/minutesLate', '/marks'],
    'afternoon code, withdrawn code, minutes without late, a pupil missing',
  )
  t.match(wrong.body.errors[1].message, /2024/)
  const empty = await school.get(`/registers/${register.body.id}/marks`)
  t.ok(
    empty.body.data.every(({ code }: { code: string | null }) => code === null),
    'nothing was written',
  )

  const closed = await school.call('POST', '/registers', {
    body: { groupId: form, date: '2026-10-27', session: 'AM' },
  })
  t.equal(closed.status, 422, 'half-term has no register')
  const future = await school.call('POST', '/registers', {
    body: { groupId: form, date: '2026-11-24', session: 'AM' },
  })
  t.equal(future.status, 422, 'tomorrow has not come')
})

t.test('of fifty writers of one register one succeeds, and no codes are mixed', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school)
  const register = await school.post('/registers', { groupId: form, date: '2026-11-23', session: 'AM' })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      school.call('PUT', `/registers/${register.body.id}/marks`, {
        body: { marks: pupils.map((pupilId) => ({ pupilId, code: at % 2 ? '/' : 'N' })) },
        headers: { 'if-match': register.etag },
      }),
    ),
  )
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ status }) => status === 412).length, 49)
  const marks = await school.get(`/registers/${register.body.id}/marks`)
  t.equal(new Set(marks.body.data.map(({ code }: { code: string }) => code)).size, 1)
})

t.test(
  'an amendment keeps the mark before it, needs a reason afterwards, and shows in figures and in history',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const { form, pupils } = await makeLittleSchool(school, 2)
    const register = await school.post('/registers', { groupId: form, date: '2026-11-23', session: 'AM' })
    const address = `/registers/${register.body.id}/marks`
    const marks = (code: string) => pupils.map((pupilId, at) => ({ pupilId, code: at === 0 ? code : '/' }))
    const first = await school.call('PUT', address, {
      body: { marks: marks('N') },
      headers: { 'if-match': register.etag },
    })
    service.clock.set('2026-11-24T10:00:00.000Z')
    const silent = await school.call('PUT', address, {
      body: { marks: marks('M') },
      headers: { 'if-match': first.etag },
    })
    t.equal(silent.status, 422, 'the day is over: a reason is needed')
    const body = { marks: marks('M'), reason: 'Dentist; letter seen.' }
    const amended = await school.call('PUT', address, { body, headers: { 'if-match': first.etag } })
    t.equal(amended.status, 200)

    const { body: history } = await school.get(`/registers/${register.body.id}/amendments`)
    t.match(history.data, [{ pupilId: pupils[0], was: 'N', becomes: 'M', reason: 'Dentist; letter seen.' }])
    const then = await school.get(`${address}?at=2026-11-23T12:00:00Z`)
    t.equal(then.body.data.find((mark: { pupilId: string }) => mark.pupilId === pupils[0]).code, 'N')
    const before = await school.get(`${address}?at=2026-11-23T08:00:00Z`)
    t.equal(before.body.data[0].code, null, 'nothing stood there before it was taken')
    const summary = await school.get('/attendance-summaries')
    t.match(
      summary.body.data.find((each: { pupilId: string }) => each.pupilId === pupils[0]),
      { authorised: 1, unauthorised: 0, possible: 1 },
    )
    const own = await school.get(`/marks?pupilId=${pupils[0]}&from=2026-11-01&until=2026-12-01`)
    t.same(own.body.data, [{ date: '2026-11-23', session: 'AM', code: 'M' }])
  },
)

t.test('the serving role can neither change nor remove an amendment', async (t) => {
  const service = await serveTest(t)
  for (const table of ['attendance_acts', 'mark_entries']) {
    await t.rejects(service.db.pool.query(`update ${table} set school_id = school_id`), { code: '42501' })
    await t.rejects(service.db.pool.query(`delete from ${table}`), { code: '42501' })
  }
})
