import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { standingClock, systemClock } from '../../src/foundation/time/clock.ts'
import { listClients, revokeClient, rotateSecret } from '../../src/oauth/clients.ts'
import { makeProvider } from '../../src/oauth/provider.ts'
import { openClient } from '../support/clients.ts'
import { serveTest } from '../support/service.ts'
import { withoutPeople } from '../support/standing.ts'
import { ask, basic, grant } from './ask.ts'
import { serveBeside } from './beside.ts'

const scopes = ['rooms:read']

t.test('at most two secrets are live, however often and however much at once they are rotated', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const { pool } = service.db
  const { client, secret: first = '' } = await openClient(pool, systemClock, {
    schoolId,
    name: 'A',
    scopes,
  })
  const works = async (secret: string) =>
    (await ask(`${service.publicUrl}/oauth/token`, grant, { authorization: basic(client.id, secret) })).status
  const second = await rotateSecret(pool, systemClock, client.id)
  t.same([await works(first), await works(second)], [200, 200])
  const third = await rotateSecret(pool, systemClock, client.id)
  t.same([await works(first), await works(second), await works(third)], [401, 200, 200])
  const many = await Promise.all(Array.from({ length: 8 }, () => rotateSecret(pool, systemClock, client.id)))
  const answers = await Promise.all([first, second, third, ...many].map(works))
  t.equal(answers.filter((status) => status === 200).length, 2)
})

t.test('the overlap ends at its hour', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const { pool } = service.db
  const clock = standingClock(new Date(Date.now() - 23 * 3_600_000))
  const { client, secret = '' } = await openClient(pool, clock, { schoolId, name: 'A', scopes })
  await rotateSecret(pool, clock, client.id)
  const works = async () =>
    (await ask(`${service.publicUrl}/oauth/token`, grant, { authorization: basic(client.id, secret) })).status
  t.equal(await works(), 200, 'a day has 24 hours, of which 23 have passed')
  await pool.query(`update client_secrets set expires_at = expires_at - interval '61 minutes'`)
  t.equal(await works(), 401)
})

t.test('a client that could never sign in is not registered', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const { pool } = service.db
  const jwk = (pair: { publicKey: object; privateKey: object }, half: 'publicKey' | 'privateKey') =>
    (pair[half] as { export(options: { format: 'jwk' }): object }).export({ format: 'jwk' })
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = (modulusLength: number) => jwk(generateKeyPairSync('rsa', { modulusLength }), 'publicKey')
  const keyed = (...keys: object[]) => ({ authMethod: 'private_key_jwt' as const, jwks: { keys } })
  const faults: Record<string, object> = {
    'a private key': keyed(jwk(p256, 'privateKey')),
    'a symmetric key': keyed({ kty: 'oct', k: 'c2VjcmV0' }),
    'a short RSA key': keyed(rsa(1024)),
    'a curve that is not used': keyed(jwk(generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'publicKey')),
    'no key at all': keyed(),
    'something else': keyed({ hello: 'world' }),
    'keys with a secret': { jwks: { keys: [jwk(p256, 'publicKey')] } },
    'a scope that does not exist': { scopes: ['rooms:read', 'rooms:burn'] },
    'no scope': { scopes: [] },
    'no name': { name: ' ' },
    'a name with a NUL': { name: 'a\0b' },
    'a very long name': { name: 'a'.repeat(201) },
  }
  for (const [name, fault] of Object.entries(faults))
    await t.rejects(
      openClient(pool, systemClock, { schoolId, name: 'A', scopes, ...fault }),
      { code: 'rule-broken' },
      name,
    )
  const unknown = { schoolId: '0190a1b2-0000-7000-8000-000000000001', name: 'A', scopes }
  await t.rejects(openClient(pool, systemClock, unknown), { code: 'not-found' })
  t.equal((await listClients(pool, schoolId)).length, 1, 'none of them left a trace')
  for (const key of [jwk(p256, 'publicKey'), rsa(2048), jwk(generateKeyPairSync('ed25519'), 'publicKey')]) {
    const made = await openClient(pool, systemClock, { schoolId, name: 'A', scopes, ...keyed(key) })
    t.equal(made.secret, undefined)
    await t.rejects(rotateSecret(pool, systemClock, made.client.id), { code: 'rule-broken' })
  }
  for (const hours of [-1, Number.NaN, 1e9])
    await t.rejects(rotateSecret(pool, systemClock, 'any', hours), { code: 'rule-broken' })
})

t.test('a secret is stored as nothing but its hash', async (t) => {
  const service = await serveTest(t)
  const { clientId, secret } = await service.school()
  const { rows } = await service.db.pool.query(
    `select (select string_agg(c::text, ' ') from clients c) || (select string_agg(s::text, ' ') from client_secrets s) as all`,
  )
  t.match(rows[0].all, clientId)
  t.notMatch(rows[0].all, secret)
  t.notMatch(rows[0].all, Buffer.from(secret).toString('hex'))
})

t.test(
  'a revoked client is out within a second, in another process too, and for as long as any token lives',
  async (t) => {
    const service = await serveTest(t)
    const beside = await serveBeside(t, service, { PUBLIC_URL: service.publicUrl })
    const school = await service.school()
    const headers = { authorization: `Bearer ${await school.token(['rooms:read'])}` }
    const places = [service.publicUrl, beside.near]
    const statuses = () =>
      Promise.all(places.map(async (place) => (await fetch(`${place}/v1/rooms`, { headers })).status))
    t.same(await statuses(), [200, 200])
    await revokeClient(service.db.pool, systemClock, school.clientId)
    const since = performance.now()
    while ((await statuses()).includes(200) && performance.now() - since < 2_000) await wait(5)
    t.ok(performance.now() - since < 1_000, `${Math.round(performance.now() - since)} ms`)
    t.same(await statuses(), [401, 401])
    const { rows } = await service.db.pool.query(`select expires_at from revocations where kind = 'client'`)
    const kept = new Date(rows[0].expires_at).getTime() - Date.now()
    t.ok(kept > 3_600_000 + 60_000, 'longer than a token of an hour and what clocks may differ')
    const { body } = await ask(`${beside.near}/oauth/token`, grant, {
      authorization: basic(school.clientId, school.secret),
    })
    t.match(body, { error: 'invalid_client' })
  },
)

t.test('of twenty uses of one assertion at once, the first is the only one', async (t) => {
  const service = await serveTest(t)
  const { pool } = service.db
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { ReplayDetection } = makeProvider(
    {
      pool,
      clock: systemClock,
      publicUrl: service.publicUrl,
      tokenTtlSeconds: 60,
      allScopes: [],
      aliases: new Map(),
      ...withoutPeople(service.db),
    },
    [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'k' }],
  )
  const seconds = Math.floor(Date.now() / 1000)
  const jti = randomBytes(9).toString('base64url')
  const twenty = (exp: number) =>
    Promise.all(Array.from({ length: 20 }, () => ReplayDetection.unique('app_1', jti, exp)))
  t.equal((await twenty(seconds + 60)).filter(Boolean).length, 1)
  t.equal((await twenty(seconds + 60)).filter(Boolean).length, 0)
  t.ok(await ReplayDetection.unique('app_2', jti, seconds + 60), 'another client may use the same jti')
  await pool.query(`update oauth_payloads set expires_at = now() - interval '1 second'`)
  t.equal((await twenty(seconds + 60)).filter(Boolean).length, 1, 'what has expired is forgotten')
})
