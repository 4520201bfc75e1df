import t from 'tap'
import { screeningQuestions } from '../../src/operations/apps/rules.ts'
import { ask, basic, grant } from '../oauth/ask.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

const screening = Object.fromEntries(Object.keys(screeningQuestions).map((name) => [name, false]))

t.test("a VLE's agreement goes from draft to ended", async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const admin = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'administrator' },
  ])

  const byProgram = { name: 'Self', publisher: 'Self', kind: 'service', requiredScopes: ['pupils:read'] }
  t.match(await school.call('POST', '/apps', { body: byProgram }), {
    status: 403,
    body: { code: 'person-required' },
  })
  const registered = await admin.call('POST', '/apps', {
    body: {
      name: 'Learning Place',
      publisher: 'Learning Ltd',
      kind: 'service',
      requiredScopes: ['pupils:read', 'groups:read'],
      optionalScopes: ['assessment:read'],
      dataLocation: 'United Kingdom',
    },
  })
  t.equal(registered.status, 201)
  const { id: appId, secret } = registered.body
  const token = () => ask(`${service.publicUrl}/oauth/token`, grant, { authorization: basic(appId, secret) })
  t.match(
    await token(),
    { status: 400, body: { error: 'unauthorized_client' } },
    'no token without an agreement',
  )

  const terms = {
    appId,
    scopes: ['pupils:read', 'groups:read'],
    purpose: 'Classes of the learning platform.',
    lawfulBasis: 'public-task',
    retention: 'Until the end of the school year.',
    reviewOn: '2027-05-01',
    expiresOn: '2027-08-31',
    screening: { ...screening, keepsDataOutsideUk: true },
    safeguards: null,
    assessmentReference: null,
  }
  const draft = await admin.call('POST', '/agreements', { body: terms })
  t.match(draft, { status: 201, body: { state: 'draft', draftVersion: 1, versionInForce: null } })
  const { id } = draft.body
  const path = `/agreements/${id}`
  const act = (verb: string, note?: string) =>
    admin.call('POST', `${path}/${verb}`, { body: note === undefined ? {} : { note } })
  t.match(await act('approve'), { status: 422 }, 'nothing is approved unseen')
  t.match(await act('submit'), { status: 200, body: { state: 'in-review' } })
  t.match(await act('approve'), { status: 422, body: { errors: [{ path: '/safeguards' }] } })
  const changed = await admin.call('PATCH', path, {
    body: { safeguards: 'Standard contractual clauses.' },
    headers: { 'if-match': (await admin.get(path)).etag },
  })
  t.match(changed, { status: 200, body: { state: 'draft', draftVersion: 2 } })
  await act('submit')
  t.match(await school.call('POST', `${path}/approve`, { body: {} }), {
    status: 403,
    body: { code: 'person-required' },
  })
  t.match(await act('approve', 'Checked.'), { status: 200, body: { state: 'in-force', versionInForce: 2 } })

  const { body } = await token()
  t.equal(body.scope, 'pupils:read groups:read')
  const get = async (where: string, access = body.access_token) =>
    fetch(`${service.publicUrl}/v1${where}`, { headers: { authorization: `Bearer ${access}` } })
  t.equal((await get('/pupils')).status, 200)
  t.equal((await get('/results')).status, 403, 'the school refused the optional scope')

  const within = async (isSo: () => Promise<boolean>, what: string) => {
    const began = performance.now()
    while (!(await isSo()) && performance.now() - began < 1000);
    t.ok(await isSo(), `${what}, within a second`)
  }
  const count = async () => ((await (await get('/pupils')).json()) as { data: object[] }).data?.length
  const withheld = { pupils: [{ pupilId: full.pupils[2], reason: 'Whereabouts are protected.' }] }
  t.equal((await admin.call('PUT', `${path}/withheld-pupils`, { body: withheld })).status, 200)
  await within(async () => (await count()) === 3, 'a withheld pupil is gone')

  const widen = { scopes: ['pupils:read', 'groups:read', 'assessment:read'] }
  await admin.call('PATCH', path, { body: widen, headers: { 'if-match': '*' } })
  t.equal((await get('/results')).status, 403, 'a draft opens nothing')
  await act('submit')
  await act('approve')
  const wider = (await token()).body.access_token
  await within(async () => (await get('/results', wider)).status === 200, 'the new version does')

  await act('suspend', 'A breach was reported.')
  await within(async () => (await get('/pupils')).status === 401, 'a suspended app is out')
  t.equal((await token()).status, 400)
  await act('resume')
  await within(async () => (await get('/pupils')).status === 200, 'a resumed one is in')
  await act('end', 'The platform is no longer used.')
  await within(async () => (await get('/pupils')).status === 401, 'and an ended one out for good')
  t.match(await act('attest-deletion', 'All data was deleted on 23 November 2026.'), {
    status: 200,
    body: { state: 'ended', deletionStatement: 'All data was deleted on 23 November 2026.' },
  })
  const [opened] = (await admin.get('/agreements')).body.data.filter(
    (each: { appId: string }) => each.appId !== appId,
  )
  await admin.call('PATCH', `/agreements/${opened.id}`, {
    body: { purpose: 'x' },
    headers: { 'if-match': '*' },
  })
  await admin.call('POST', `/agreements/${opened.id}/submit`, { body: {} })
  t.match(
    await admin.call('POST', `/agreements/${opened.id}/approve`, { body: {} }),
    { status: 422, body: { errors: [{ path: '/lawfulBasis' }] } },
    'what a command has opened is not renewed without its due diligence',
  )
  await new Promise((resolve) => setTimeout(resolve, 700))
  const registration = (await admin.get('/audit-events?event=app.registered')).body.data
  t.match(registration, [{ accountId: admin.accountId, subject: `apps/${appId}` }])
  const acts = (await admin.get(`${path}/acts`)).body.data
  t.same(
    acts.map((each: { act: string }) => each.act),
    [
      'submitted',
      'submitted',
      'approved',
      'pupils-withheld',
      'submitted',
      'approved',
      'suspended',
      'resumed',
      'ended',
      'deletion-attested',
    ],
  )
  t.match(acts[2], { actedBy: `${school.clientId}/${admin.accountId}`, note: 'Checked.', version: 2 })
  t.equal((await admin.get(`${path}/versions`)).body.data.length, 3)
})
