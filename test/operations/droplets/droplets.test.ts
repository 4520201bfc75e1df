import t, { type Test } from 'tap'
import { sendDue } from '../../../src/operations/droplets/mail.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { mailServer } from '../../support/mail.ts'
import { personAt } from '../../support/people.ts'
import { serveTest, type TestSchool } from '../../support/service.ts'

const everything = ['late', 'reason-needed', 'result-published', 'target-met', 'lesson-changed'].flatMap(
  (kind) => ['guardian', 'pupil', 'tutor'].map((audience) => ({ kind, audience })),
)
const calm = { sendsEmail: false, quietFrom: null, quietUntil: null, digestAt: null }

async function setUp(t: Test, env: Record<string, string> = {}) {
  const service = await serveTest(t, env)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const guardian = await personAt(service, school, { personId: full.guardian, kind: 'contact' })
  const tutor = await personAt(service, school, { personId: full.staff.tutor, kind: 'staff' }, [
    { role: 'tutor' },
  ])
  const set = (more: object) =>
    school.call('PUT', '/droplet-settings', { body: { rules: everything, ...calm, ...more } })
  return { service, school, full, guardian, tutor, set }
}

/** Until a list has so many droplets. */
async function until(get: () => Promise<{ body: { data: unknown[] } }>, count: number) {
  for (let at = 0; at < 100; at++) {
    const { data } = (await get()).body
    if (data.length === count) return data
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return (await get()).body.data
}

async function take(school: TestSchool, groupId: string, marks: object[]): Promise<string> {
  const known = (await school.get('/registers?date=2026-11-23&session=AM&kind=session')).body.data
  const found = known.find((each: { groupId: string }) => each.groupId === groupId)
  const id =
    found?.id ?? (await school.post('/registers', { groupId, date: '2026-11-23', session: 'AM' })).body.id
  const answer = await school.call('PUT', `/registers/${id}/marks`, {
    body: { marks },
    headers: { 'if-match': '*' },
  })
  if (answer.status !== 200) throw new Error(answer.text)
  return id
}

t.test('a late mark reaches the guardian and the tutor, and goes again when it is mended', async (t) => {
  const { school, full, guardian, tutor, set } = await setUp(t)
  t.equal((await set({})).status, 200)
  const [child, other] = full.pupils
  const marks = (code: string) => [
    { pupilId: child, code, ...(code === 'L' && { minutesLate: 5 }) },
    { pupilId: other, code: 'N' },
  ]
  await take(school, full.forms[0], marks('L'))
  const [droplet] = await until(() => guardian.get('/droplets'), 1)
  t.match(droplet, {
    kind: 'late',
    audience: 'guardian',
    personId: full.guardian,
    pupilId: child,
    text: 'Given0 was late on the morning of Monday 23 November.',
  })
  const told = await until(() => tutor.get('/droplets'), 2)
  t.same(told.map((each) => (each as { kind: string }).kind).sort(), ['late', 'reason-needed'])
  const whole = (await school.get('/droplets?limit=2')).body
  t.equal(whole.data.length, 2)
  t.ok(whole.next, 'the school sees everybody’s, page by page')
  const rest = (await school.get(`/droplets?limit=100&after=${whole.next}`)).body.data
  t.equal(new Set([...whole.data, ...rest].map(({ id }) => id)).size, whole.data.length + rest.length)

  t.equal(
    (await guardian.get('/attendance-droplets')).body.data.length,
    1,
    'not those of others about the child',
  )
  const feed = (await guardian.get('/changes?resources=attendance-droplets&include=record')).body.data
  t.match(feed, [{ action: 'created', record: { kind: 'late', personId: full.guardian } }])
  t.equal(feed.length, 1, 'the feed tells the own one, and nothing else')
  const narrow = await school.call('GET', '/droplets', { scopes: ['pupils:read', 'assessment:read'] })
  t.same(narrow.body.data, [], 'a token that may not read marks is told nothing of them')
  await take(school, full.forms[0], marks('/'))
  t.same(await until(() => guardian.get('/droplets'), 0), [])
})

t.test('a result is told when it is published; a target that is met as well', async (t) => {
  const { service, school, full, guardian, set } = await setUp(t)
  await set({})
  const resultSetId = (
    await school.post('/result-sets', {
      code: 'MOCK',
      name: 'Mock',
      opensOn: '2026-11-01',
      closesOn: '2026-12-01',
      publishesAt: '2026-11-24T08:00:00.000Z',
    })
  ).body.id
  const result = (type: string, value: string) =>
    school.post('/results', { pupilId: full.pupils[0], aspectId: full.aspect, resultSetId, type, value })
  await result('T', '6')
  await result('R', '7')
  const ofSchool = () => school.get('/assessment-droplets?audience=guardian')
  t.equal((await until(ofSchool, 2)).length, 2)
  t.same((await guardian.get('/droplets')).body.data, [], 'not before its time')
  service.clock.set('2026-11-24T08:00:00.000Z')
  const told = (await guardian.get('/droplets')).body.data.map(({ text }: { text: string }) => text)
  t.equal(told.length, 2)
  t.ok(
    told.some((text: string) => /Given0 has met a target: .*, 7 \(target 6\)\./.test(text)),
    String(told),
  )
})

t.test('letters go out after the quiet hours, to those who may read it, once', async (t) => {
  const post = await mailServer(t)
  const { service, school, full, set } = await setUp(t, {
    SMTP_URL: post.url,
    MAIL_FROM: 'office@school.example',
  })
  for (const id of [full.guardian]) {
    const { etag } = await school.get(`/contacts/${id}`)
    const body = { email: 'gil@example.com' }
    await school.call('PATCH', `/contacts/${id}`, { body, headers: { 'if-match': etag } })
  }
  await set({ sendsEmail: true, quietFrom: '08:00', quietUntil: '16:00' })
  await take(school, full.forms[0], [
    { pupilId: full.pupils[0], code: 'L', minutesLate: 5 },
    { pupilId: full.pupils[1], code: 'L', minutesLate: 5 },
  ])
  await until(() => school.get('/attendance-droplets?audience=guardian'), 1)
  t.equal(post.letters.length, 0, 'it is nine o’clock')
  service.clock.set('2026-11-23T16:00:00.000Z')
  await school.post('/rooms', { code: 'X', name: 'Something happens' })
  for (let at = 0; at < 100 && post.letters.length < 3; at++)
    await new Promise((done) => setTimeout(done, 100))
  t.same(post.letters.map(({ to }) => to).sort(), ['gil@example.com', 'p0@example.org', 'p1@example.org'])
  const ofGuardian = post.letters.find(({ to }) => to === 'gil@example.com')?.text
  t.match(ofGuardian, /Given0 was late on the morning of Monday 23 November\./)
  t.notMatch(ofGuardian, 'Given1', 'a court order bars the other child')
  const { createTransport } = await import('nodemailer')
  const mailer = { transport: createTransport(post.url), from: 'office@school.example' }
  t.equal(await sendDue(service.db, school.id, mailer), 0, 'once')
})

t.test(
  'a school without a rule tells nobody anything, and without a mail server sends no letters',
  async (t) => {
    const { school, full, set } = await setUp(t)
    t.match((await school.get('/droplet-settings')).body, { rules: [], sendsEmail: false })
    const refused = await set({ sendsEmail: true })
    t.match(refused, { status: 422, body: { errors: [{ path: '/sendsEmail' }] } })
    t.equal((await set({ quietFrom: '20:00' })).status, 422)
    t.equal((await set({ rules: [] })).status, 200)
    await take(school, full.forms[0], [{ pupilId: full.pupils[0], code: 'L', minutesLate: 5 }])
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    t.same((await school.get('/droplets')).body.data, [])
  },
)
