import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { openApp } from '../../../src/operations/apps/open.ts'
import { ask, basic, grant } from '../../oauth/ask.ts'
import { makeLittleSchool } from '../../support/little-school.ts'
import { asSystem, personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256' }] }
const leaked = { keys: [pair.privateKey.export({ format: 'jwk' })] }
const subProcessors = [{ name: 'Hosting Ltd', purpose: 'Hosting', country: 'United Kingdom' }]

t.test('the register of apps', async (t) => {
  const service = await serveTest(t)
  const adminOf = async (name: string) => {
    const school = await service.school(name)
    const { teacher } = await makeLittleSchool(school, 1)
    const administrator = [{ role: 'administrator' }]
    return {
      school,
      admin: await personAt(service, school, { personId: teacher, kind: 'staff' }, administrator),
    }
  }
  const { school, admin } = await adminOf('Own')
  const plain = {
    name: 'App',
    kind: 'service',
    requiredScopes: ['pupils:read'],
    optionalScopes: ['groups:read'],
  }
  const register = (app: object = {}) => admin.call('POST', '/apps', { body: { ...plain, ...app } })
  const change = (id: string, body: object) => admin.call('PATCH', `/apps/${id}`, { body })

  t.test('keeps keys and sub-processors, and no private key', async (t) => {
    const byKey = { authMethod: 'private_key_jwt' }
    const made = await register({ ...byKey, jwks, subProcessors })
    t.match(made, { status: 201, body: { secret: null, subProcessors } })
    t.equal((await register(byKey)).status, 422, 'keys are needed')
    t.equal((await register({ jwks })).status, 422, 'and used by nobody else')
    t.equal((await register({ ...byKey, jwks: leaked })).status, 422)
    t.equal((await change(made.body.id, { jwks: leaked })).status, 422)
    t.equal((await change(made.body.id, { jwks, subProcessors: [] })).status, 200)
    t.same((await admin.get(`/apps/${made.body.id}`)).body.subProcessors, [])
  })

  t.test('is changed by the same rules by which it is written', async (t) => {
    const redirectUris = ['https://app.example/in']
    const { id } = (await register({ kind: 'web', redirectUris })).body
    t.match(await change(id, { name: 'Renamed', privacyNotice: 'https://app.example/privacy' }), {
      status: 200,
      body: { name: 'Renamed', kind: 'web', redirectUris, requiredScopes: ['pupils:read'] },
    })
    t.match(await change(id, { privacyNotice: null }), { status: 200, body: { privacyNotice: null } })
    for (const fault of [
      { redirectUris: [] },
      { redirectUris: ['https://*.example/in'] },
      { redirectUris: ['http://127.0.0.1/in'] },
      { requiredScopes: ['pupils'] },
      { requiredScopes: [], optionalScopes: [] },
      { jwks },
    ])
      t.equal((await change(id, fault)).status, 422, JSON.stringify(fault))
    t.match(await change(id, { requiredScopes: ['pupils:read', 'groups:read'] }), {
      body: { requiredScopes: ['pupils:read', 'groups:read'], optionalScopes: [] },
    })
    const body = { name: 'Tried' }
    await admin.call('PATCH', `/apps/${id}`, { body, headers: { prefer: 'tx=rollback' } })
    t.equal((await admin.get(`/apps/${id}`)).body.name, 'Renamed')
  })

  t.test('is changed by people of the school that wrote it, while it is in use', async (t) => {
    const { id } = (await register()).body
    const body = { name: 'x' }
    t.match(await school.call('PATCH', `/apps/${id}`, { body }), {
      status: 403,
      body: { code: 'person-required' },
    })
    t.equal((await (await adminOf('Other')).admin.call('PATCH', `/apps/${id}`, { body })).status, 404)
    await admin.call('POST', `/apps/${id}/revoke`)
    t.equal((await change(id, body)).status, 404)
  })

  t.test('keeps what an agreement in force grants', async (t) => {
    const refused = await change(school.clientId, { requiredScopes: ['pupils:read'], optionalScopes: [] })
    t.match(refused, { status: 422, body: { errors: [{ path: '/requiredScopes' }] } })
    t.equal((await change(school.clientId, { name: 'Console' })).status, 200)
  })

  t.test('opens nothing by what it wants', async (t) => {
    const { id, secret } = (await register()).body
    const token = async () =>
      (await ask(`${service.publicUrl}/oauth/token`, grant, { authorization: basic(id, secret) })).body
    t.match(await token(), { error: 'unauthorized_client' })
    const agreed = { appId: id, scopes: ['pupils:read'], purpose: 'x' }
    await asSystem(service, school, (tx) => openApp(tx, agreed))
    // Every process learns of an agreement within a second.
    const began = performance.now()
    while ((await token()).error && performance.now() - began < 1000);
    t.match(await token(), { scope: 'pupils:read' })
    t.equal((await change(id, { optionalScopes: ['groups:read', 'rooms:read'] })).status, 200)
    t.match(await token(), { scope: 'pupils:read' })
  })
})
