import { sql } from 'drizzle-orm'
import t from 'tap'
import { screeningQuestions } from '../../../src/operations/apps/rules.ts'
import { makeLittleSchool } from '../../support/little-school.ts'
import { asSystem, personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

const screening = Object.fromEntries(Object.keys(screeningQuestions).map((name) => [name, false]))
const terms = {
  scopes: ['pupils:read'],
  purpose: 'Registers.',
  lawfulBasis: 'public-task',
  retention: 'A year.',
  reviewOn: '2027-05-01',
  expiresOn: '2027-08-31',
  screening,
  safeguards: null,
  assessmentReference: null,
}

t.test('what is done with an agreement', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { teacher } = await makeLittleSchool(school, 1)
  const admin = await personAt(service, school, { personId: teacher, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const newApp = { name: 'App', kind: 'service', requiredScopes: ['pupils:read'] }
  const register = async () => (await admin.call('POST', '/apps', { body: newApp })).body.id as string
  const draftWith = (appId: string) => admin.call('POST', '/agreements', { body: { ...terms, appId } })
  const draft = async () => (await draftWith(await register())).body.id as string
  const act = (id: string, verb: string) => admin.call('POST', `/agreements/${id}/${verb}`, { body: {} })
  const change = (id: string, body: object) =>
    admin.call('PATCH', `/agreements/${id}`, { body, headers: { 'if-match': '*' } })
  /** In force, with a second version that is handed in and not decided. */
  const renewed = async () => {
    const id = await draft()
    for (const verb of ['submit', 'approve']) await act(id, verb)
    await change(id, { purpose: 'Registers and meals.' })
    t.match(await act(id, 'submit'), { status: 200, body: { state: 'in-force', draftVersion: 2 } })
    return id
  }

  t.test('an ended agreement is not brought back by a version that was left over', async (t) => {
    const id = await renewed()
    t.match(await act(id, 'end'), { status: 200, body: { state: 'ended', draftVersion: null } })
    for (const verb of ['approve', 'refuse', 'submit', 'resume', 'suspend', 'end'])
      t.match(await act(id, verb), { status: 422, body: { code: 'rule-broken' } }, verb)
    t.equal((await change(id, { purpose: 'x' })).status, 422)
    t.equal((await admin.get(`/agreements/${id}`)).body.state, 'ended')
  })

  t.test('new terms do not lift a suspension', async (t) => {
    const id = await renewed()
    await act(id, 'suspend')
    t.match(await act(id, 'approve'), { status: 200, body: { state: 'suspended', versionInForce: 2 } })
    t.match(await act(id, 'resume'), { status: 200, body: { state: 'in-force', versionInForce: 2 } })
  })

  t.test('one that begins anew has not been attested, and its history is whole', async (t) => {
    const id = await draft()
    await act(id, 'end')
    t.match(await act(id, 'attest-deletion'), { body: { deletionStatement: 'Confirmed.' } })
    const { appId } = (await admin.get(`/agreements/${id}`)).body
    const again = await draftWith(appId)
    t.match(again, {
      status: 201,
      body: { id, state: 'draft', endedAt: null, deletedAt: null, deletionStatement: null },
    })
    t.equal((await draftWith(appId)).status, 409, 'there is one agreement with an app')
    const acts = (await admin.get(`/agreements/${id}/acts`)).body.data
    t.same(
      acts.map((each: { act: string }) => each.act),
      ['ended', 'deletion-attested'],
    )
    t.equal((await admin.get(`/agreements/${id}/versions`)).body.data.length, 2)
  })

  t.test('what a command opened is completed before it is approved anew', async (t) => {
    const all = (await admin.get('/agreements')).body.data as { id: string; appId: string }[]
    const id = all.find(({ appId }) => appId === school.clientId)?.id as string
    t.equal((await change(id, { purpose: 'x' })).status, 200)
    await act(id, 'submit')
    const refused = await act(id, 'approve')
    t.equal(refused.status, 422)
    const paths = refused.body.errors.map(({ path }: { path: string }) => path)
    t.same(paths, ['/lawfulBasis', '/retention', '/reviewOn', '/screening'])
    const { scopes, ...complete } = terms
    await change(id, complete)
    await act(id, 'submit')
    t.match(await act(id, 'approve'), { status: 200, body: { state: 'in-force', versionInForce: 3 } })
  })

  t.test('nothing is agreed with an app that was revoked', async (t) => {
    const appId = await register()
    const { id } = (await draftWith(appId)).body
    await act(id, 'submit')
    t.equal((await admin.call('POST', `/apps/${appId}/revoke`)).status, 200)
    t.match(await act(id, 'approve'), { status: 422, body: { errors: [{ path: '/appId' }] } })
  })

  t.test('one that has expired can be attested or renewed', async (t) => {
    const expired = async () => {
      const id = await renewed()
      await asSystem(service, school, (tx) =>
        tx.sql(
          sql`update agreements set expires_on = '2020-01-31' where school_id = ${school.id} and id = ${id}`,
        ),
      )
      t.equal((await admin.get(`/agreements/${id}`)).body.state, 'ended')
      return id
    }
    t.match(await act(await expired(), 'attest-deletion'), { status: 200, body: { state: 'ended' } })
    t.match(await act(await expired(), 'approve'), { status: 200, body: { state: 'in-force' } })
  })

  t.test('of 20 approvals at once one is recorded', async (t) => {
    const id = await renewed()
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(id, 'approve')))
    t.equal(answers.filter(({ status }) => status === 200).length, 1)
    const acts = (await admin.get(`/agreements/${id}/acts`)).body.data as { act: string; version: number }[]
    t.equal(acts.filter((each) => each.act === 'approved' && each.version === 2).length, 1)
  })
})
