import * as oauth from 'oauth4webapi'
import t from 'tap'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { type AuthMethod, createClient, rotateSecret } from '../../src/oauth/clients.ts'
import { scopeName } from '../../src/protocols/oneroster/scopes.ts'
import { openClient } from '../support/clients.ts'
import { serveTest, type TestService } from '../support/service.ts'
import { ask, basic, grant } from './ask.ts'

const scope = scopeName('v1p1', 'roster.readonly')

/** Every character written as %XX: the most that url-encoding may do (RFC 6749, appendix B). */
const whollyEncoded = (text: string) =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`).join('')

async function register(service: TestService, schoolId: string, authMethod: AuthMethod) {
  const app = { schoolId, name: authMethod, scopes: ['pupils:read'] as const, authMethod }
  const { client, secret = '' } = await openClient(service.db.pool, systemClock, app)
  return { id: client.id, secret }
}

t.test('a service that may send its secret either way', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const url = `${service.publicUrl}/oauth/token`
  const { id, secret } = await register(service, schoolId, 'client_secret_any')
  const form = { ...grant, scope }
  const inBody = { client_id: id, client_secret: secret }

  t.test('is known by Basic, encoded or not, and by its body', async (t) => {
    const ways: [string, Record<string, string>, Record<string, string>?][] = [
      ['Basic as it is', form, { authorization: basic(id, secret) }],
      [
        'Basic, encoded to the last letter',
        form,
        { authorization: basic(whollyEncoded(id), whollyEncoded(secret)) },
      ],
      ['basic in small letters', form, { authorization: basic(id, secret).replace('Basic', 'basic') }],
      ['the body', { ...form, ...inBody }],
      ['Basic with the id in the body too', { ...form, client_id: id }, { authorization: basic(id, secret) }],
    ]
    for (const [name, body, headers] of ways)
      t.match(
        await ask(url, body, headers),
        { status: 200, body: { scope, token_type: 'Bearer', expires_in: 3600 } },
        name,
      )
  })

  t.test('may say the charset of its form, and what it accepts', async (t) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      accept: 'application/json',
      authorization: basic(id, secret),
    }
    const answer = await ask(url, new URLSearchParams(form).toString(), headers)
    t.match(answer, { status: 200, type: 'application/json; charset=utf-8' })
    t.equal(answer.headers.get('cache-control'), 'no-store')
  })

  t.test('is refused with a wrong secret in any way, and with both ways at once', async (t) => {
    const refused = { status: 401, body: { error: 'invalid_client' } }
    const wrong = `${secret.slice(0, -1)}!`
    t.match(await ask(url, form, { authorization: basic(id, wrong) }), refused)
    t.match(await ask(url, { ...form, client_id: id, client_secret: wrong }), refused)
    t.match(await ask(url, { ...form, client_id: id }), refused, 'no secret at all')
    t.match(await ask(url, { ...form, client_id: id, client_secret: '' }), refused, 'an empty one')
    t.match(
      await ask(url, { ...form, ...inBody }, { authorization: basic(id, secret) }),
      { status: 400, body: { error: 'invalid_request' } },
      'both ways',
    )
    t.match(
      await ask(url, { ...form, client_id: 'app_other' }, { authorization: basic(id, secret) }),
      { status: 400, body: { error: 'invalid_request' } },
      'two ids',
    )
    const elsewhere = new URLSearchParams(inBody)
    t.equal((await ask(`${url}?${elsewhere}`, form)).status, 400, 'a secret in an address is none')
  })

  t.test('is known to a certified client by either way', async (t) => {
    const insecure = { [oauth.allowInsecureRequests]: true }
    const issuer = new URL(`${service.publicUrl}/oauth`)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    const server = await oauth.processDiscoveryResponse(issuer, found)
    const client = { client_id: id }
    for (const auth of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]) {
      const parameters = new URLSearchParams({ scope })
      const asked = await oauth.clientCredentialsGrantRequest(server, client, auth, parameters, insecure)
      const token = await oauth.processClientCredentialsResponse(server, client, asked)
      t.match(token, { token_type: 'bearer', scope })
    }
  })

  t.test('changes its secret like any other', async (t) => {
    const next = await rotateSecret(service.db.pool, systemClock, id)
    for (const each of [secret, next])
      t.equal((await ask(url, { ...form, client_id: id, client_secret: each })).status, 200)
  })
})

t.test('every other app proves itself in its registered way only', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const url = `${service.publicUrl}/oauth/token`
  for (const method of ['client_secret_basic', 'client_secret_post'] as const) {
    const { id, secret } = await register(service, schoolId, method)
    const byBasic = await ask(url, grant, { authorization: basic(id, secret) })
    const byBody = await ask(url, { ...grant, client_id: id, client_secret: secret })
    t.same([byBasic.status, byBody.status], method === 'client_secret_basic' ? [200, 401] : [401, 200])
  }
})

t.test('no app of people gets to send its secret either way, or a scope of OneRoster', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const { pool } = service.db
  const redirectUris = ['https://app.example/in']
  const web = { schoolId, name: 'Web', kind: 'web', redirectUris, scopes: ['pupils:read'] } as const
  await t.rejects(createClient(pool, systemClock, { ...web, authMethod: 'client_secret_any' }), {
    errors: [{ path: '/authMethod', message: 'Only a service may send its secret either way.' }],
  })
  const device = { ...web, kind: 'device', redirectUris: [], authMethod: 'client_secret_any' } as const
  await t.rejects(createClient(pool, systemClock, device))
  const { client, secret = '' } = await openClient(pool, systemClock, web)
  const pushed = (asked: string) =>
    ask(
      `${service.publicUrl}/oauth/par`,
      {
        client_id: client.id,
        response_type: 'code',
        redirect_uri: 'https://app.example/in',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        scope: asked,
      },
      { authorization: basic(client.id, secret) },
    )
  t.equal((await pushed('openid pupils:read')).status, 201)
  for (const asked of [scope, `openid pupils:read ${scope}`, scope.replace('https', 'http')])
    t.match(await pushed(asked), { status: 400, body: { error: 'invalid_scope' } }, asked)
  t.match(
    await ask(
      `${service.publicUrl}/oauth/token`,
      { ...grant, scope },
      { authorization: basic(client.id, secret) },
    ),
    {
      status: 400,
    },
  )
})
