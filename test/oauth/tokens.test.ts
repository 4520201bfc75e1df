import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as openid from 'openid-client'
import t from 'tap'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { StoredPayloads } from '../../src/oauth/adapter.ts'
import { revokeClient, rotateSecret } from '../../src/oauth/clients.ts'
import { openKeys, rotateKeys } from '../../src/oauth/keys.ts'
import { openClient } from '../support/clients.ts'
import { serveTest, type TestSchool, type TestService } from '../support/service.ts'

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

async function ask(
  service: TestService,
  body: Record<string, string>,
  authorization?: string,
  path = '/oauth/token',
) {
  const response = await fetch(`${service.publicUrl}${path}`, {
    method: 'POST',
    ...(authorization && { headers: { authorization } }),
    body: new URLSearchParams(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  }
}

const grant = { grant_type: 'client_credentials' }
const probe = (school: TestSchool, token: string) =>
  school.call('GET', '/rooms', { headers: { authorization: `Bearer ${token}` }, scopes: 'none' })

t.test('tokens are asked for in the registered way only, and for granted scopes only', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pool } = service.db
  const own = basic(school.clientId, school.secret)
  const scopes = ['rooms:read', 'pupils:read']

  t.match(await ask(service, { ...grant, scope: 'rooms:read' }, own), {
    status: 200,
    body: { token_type: 'Bearer', scope: 'rooms:read', expires_in: Number },
  })
  t.equal(
    (await ask(service, grant, own)).body.scope.split(' ').length > 20,
    true,
    'without scope: all that is granted',
  )
  t.match(await ask(service, { ...grant, scope: 'rooms:read admin' }, own), {
    status: 400,
    body: { error: 'invalid_scope' },
  })
  t.match(await ask(service, grant, basic(school.clientId, 'wrong')), {
    status: 401,
    body: { error: 'invalid_client' },
  })
  t.match(
    await ask(service, { ...grant, client_id: school.clientId, client_secret: school.secret }),
    { status: 401 },
    'a secret in the body of a Basic client',
  )
  t.match(await ask(service, { grant_type: 'password', username: 'a', password: 'b' }, own), {
    status: 400,
    body: { error: 'unsupported_grant_type' },
  })
  t.match(await ask(service, { ...grant, resource: 'https://elsewhere.example' }, own), {
    status: 400,
    body: { error: 'invalid_target' },
  })
  t.match(await ask(service, grant, basic('nobody\0', 'x')), { status: 400 })

  const posting = await openClient(pool, systemClock, {
    schoolId: school.id,
    name: 'Post',
    scopes,
    authMethod: 'client_secret_post',
  })
  const inBody = { ...grant, client_id: posting.client.id, client_secret: posting.secret as string }
  t.match(await ask(service, inBody), { status: 200 })
  t.match(
    await ask(service, grant, basic(posting.client.id, posting.secret as string)),
    { status: 401 },
    'and the other way round',
  )
  t.match(
    await ask(service, { ...inBody, scope: 'groups:read' }),
    { status: 400, body: { error: 'invalid_scope' } },
    'a scope that this client was not granted',
  )
})

t.test('a client proves itself with a key, once for each assertion', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' }] }
  const { client, secret } = await openClient(service.db.pool, systemClock, {
    schoolId: school.id,
    name: 'Keyed',
    scopes: ['rooms:read'],
    authMethod: 'private_key_jwt',
    jwks,
  })
  t.equal(secret, undefined)
  const server = await openid.discovery(
    new URL(`${service.publicUrl}/oauth`),
    client.id,
    undefined,
    openid.PrivateKeyJwt({ key: privateKey, kid: 'k1' }),
    {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    },
  )
  const granted = await openid.clientCredentialsGrant(server)
  t.equal((await probe(school, granted.access_token)).status, 200)
  const assertion = await new SignJWT({ jti: 'once' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(client.id)
    .setSubject(client.id)
    .setAudience(`${service.publicUrl}/oauth`)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(privateKey)
  const body = {
    ...grant,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
  t.equal((await ask(service, body)).status, 200)
  t.match(
    await ask(service, body),
    { status: 401, body: { error: 'invalid_client' } },
    'a replayed assertion is refused',
  )
})

t.test('a rotated secret overlaps with the old one for as long as it is given', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pool } = service.db
  const second = await rotateSecret(pool, systemClock, school.clientId, 1)
  t.equal(
    (await ask(service, grant, basic(school.clientId, school.secret))).status,
    200,
    'the old one still works',
  )
  t.equal((await ask(service, grant, basic(school.clientId, second))).status, 200)
  const third = await rotateSecret(pool, systemClock, school.clientId, 0)
  t.equal(
    (await ask(service, grant, basic(school.clientId, second))).status,
    401,
    'without overlap it ends at once',
  )
  t.equal((await ask(service, grant, basic(school.clientId, third))).status, 200)
})

t.test('introspection and revocation answer for our tokens, to the client they were issued to', async (t) => {
  const service = await serveTest(t)
  const [school, other] = [await service.school(), await service.school('Other')]
  const token = await school.token(['rooms:read'])
  const own = basic(school.clientId, school.secret)
  t.match(await ask(service, { token }, own, '/oauth/introspect'), {
    status: 200,
    body: { active: true, scope: 'rooms:read', school: school.id, client_id: school.clientId },
  })
  t.same((await ask(service, { token }, basic(other.clientId, other.secret), '/oauth/introspect')).body, {
    active: false,
  })
  t.equal((await ask(service, { token }, undefined, '/oauth/introspect')).status, 400)
  t.equal((await ask(service, { token }, basic(other.clientId, other.secret), '/oauth/revoke')).status, 200)
  t.equal((await probe(school, token)).status, 200, 'a stranger revokes nothing')
  t.equal((await ask(service, { token }, own, '/oauth/revoke')).status, 200)
  await wait(200)
  t.equal((await probe(school, token)).body.code, 'token-revoked')
  t.same((await ask(service, { token }, own, '/oauth/introspect')).body, { active: false })
})

t.test('revoking a client stops its tokens within a second, in this process and in another', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const token = await school.token()
  t.equal((await probe(school, token)).status, 200)
  await revokeClient(service.db.pool, systemClock, school.clientId)
  const started = performance.now()
  while ((await probe(school, token)).status === 200) t.ok(performance.now() - started < 1_000)
  t.ok(performance.now() - started < 1_000, `${Math.round(performance.now() - started)} ms`)
  t.match(
    await ask(service, grant, basic(school.clientId, school.secret)),
    { status: 401 },
    'and it gets no more',
  )
})

t.test('keys are rotated without a failed request', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const token = await school.token(['rooms:read'])
  const { pool } = service.db
  const keys = await openKeys(pool, systemClock)
  const before = keys.signing()
  await rotateKeys(pool, systemClock)
  await keys.reload()
  t.equal(keys.signing().jwks.length, 2, 'the next key is published')
  t.equal(keys.signing().jwks[0]?.kid, before.jwks[0]?.kid, 'the old one still signs')
  const later = { now: () => new Date(Date.now() + 120_000) }
  const afterwards = await openKeys(pool, later)
  t.not(afterwards.signing().jwks[0]?.kid, before.jwks[0]?.kid, 'after the delay the new one signs')
  t.ok(await afterwards.keyOf(before.jwks[0]?.kid as string), 'and the old one still verifies')
  t.equal((await probe(school, token)).status, 200)
})

t.test('of twenty parallel redemptions one succeeds', async (t) => {
  const service = await serveTest(t)
  const codes = new StoredPayloads(service.db.pool, systemClock, 'AuthorizationCode')
  await codes.upsert('code', { grantId: 'g' }, 60)
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => codes.consume('code')))
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  t.ok((await codes.find('code'))?.consumed)
})

t.test('hostile tokens are refused to the last one', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const good = await school.token(['rooms:read'])
  const [header = '', payload = '', signature = ''] = good.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  const write = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const jwks = (await (await fetch(`${service.publicUrl}/oauth/jwks`)).json()) as { keys: { kid: string }[] }
  const forged = (head: object, claims: object = {}) =>
    new SignJWT({ ...read(payload), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...head })
      .sign(privateKey)
  const hmac = (key: string) => {
    const body = `${write({ ...read(header), alg: 'HS256' })}.${payload}`
    return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
  }
  const hostile: Record<string, string> = {
    'alg none': `${write({ ...read(header), alg: 'none' })}.${payload}.`,
    'HS256 with the public key': hmac(JSON.stringify(jwks.keys[0])),
    'another key under our kid': await forged({ kid: read(header).kid }),
    'a key in the header': await forged({ jwk, kid: 'mine' }),
    'a key address in the header': await forged({ jku: 'http://127.0.0.1:1/jwks', kid: 'mine' }),
    'a certificate address': await forged({ x5u: 'http://127.0.0.1:1/x', kid: 'mine' }),
    'a kid that climbs': await forged({ kid: '../../../etc/passwd' }),
    'a kid with SQL': await forged({ kid: "' or 1=1 --" }),
    'no kid': await forged({}),
    'a changed school': `${header}.${write({ ...read(payload), school: randomBytes(16).toString('hex') })}.${signature}`,
    'changed scopes': `${header}.${write({ ...read(payload), scope: 'pupils:read' })}.${signature}`,
    'another typ': `${write({ ...read(header), typ: 'JWT' })}.${payload}.${signature}`,
    truncated: good.slice(0, -5),
    'without signature': `${header}.${payload}.`,
    'two parts': `${header}.${payload}`,
    empty: '',
    noise: randomBytes(60).toString('base64url'),
    'very long': 'a'.repeat(7_000),
  }
  for (const [name, token] of Object.entries(hostile)) {
    const { status, body } = await probe(school, token)
    t.equal(status, 401, name)
    t.equal(body.code, 'token-invalid', name)
  }
  for (const authorization of ['Basic abc', 'Bearer', `bearer  ${good}`, `Bearer ${good} x`])
    t.equal(
      (await school.call('GET', '/rooms', { headers: { authorization }, scopes: 'none' })).status,
      401,
      authorization.slice(0, 12),
    )
})

t.test('GET /v1/token tells what a token may do', async (t) => {
  const service = await serveTest(t, { RATE_LIMIT: '100' })
  const school = await service.school()
  const { body } = await school.call('GET', '/token', { scopes: ['pupils:read', 'pupils.sen:read'] })
  t.match(body, {
    schoolId: school.id,
    clientId: school.clientId,
    scopes: ['pupils:read', 'pupils.sen:read'],
    rateLimit: { limit: 100 },
  })
  t.ok(body.fields.pupils.includes('senStatus'))
  t.notOk(body.fields.pupils.includes('upn'))
  const answers = await Promise.all(
    Array.from({ length: 120 }, () => school.call('GET', '/rooms', { scopes: ['rooms:read'] })),
  )
  const refused = answers.filter(({ status }) => status === 429)
  t.ok(refused.length >= 20)
  t.match(refused[0]?.headers.get('retry-after'), /^\d+$/)
  t.match(refused[0]?.headers.get('ratelimit'), /^"client";r=0;t=\d+$/)
})
