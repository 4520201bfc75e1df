import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { type BearerOptions, bearerVerifier } from '../../../src/foundation/access/bearer.ts'
import { standingClock } from '../../../src/foundation/time/clock.ts'
import { everything } from '../../support/standing.ts'

const publicUrl = 'https://mis.example.org'
const clock = standingClock('2026-11-23T09:00:00.000Z')
const now = () => Math.floor(clock.now().getTime() / 1000)
const { publicKey, privateKey } = await generateKeyPair('ES256')

const claims = () => ({
  iss: `${publicUrl}/oauth`,
  aud: `${publicUrl}/v1`,
  sub: 'app_1',
  client_id: 'app_1',
  school: '0190a1b2-0000-7000-8000-000000000001',
  scope: 'rooms:read pupils:read',
  jti: 'one',
  iat: now(),
  exp: now() + 600,
})

/** Signed by the true key, so that nothing but what is changed can be the reason of a refusal. */
const signed = (changes: Record<string, unknown> = {}, header: object = {}) =>
  new SignJWT({ ...claims(), ...changes })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'ours', ...header })
    .sign(privateKey, { crit: { novel: true } })

function verifier(changes: Partial<BearerOptions> = {}) {
  const verify = bearerVerifier({
    keyOf: async (kid) => (kid === 'ours' ? publicKey : undefined),
    publicUrl,
    clock,
    revocations: { isFresh: () => true, isRevoked: () => false },
    standings: { of: () => everything },
    ...changes,
  })
  return (authorization: string | undefined, proof?: string) =>
    verify(authorization, { jwt: proof, method: 'GET', path: '/v1/pupils' })
}

t.test('a token of ours makes a principal', async (t) => {
  t.match(await verifier()(`Bearer ${await signed()}`), {
    clientId: 'app_1',
    schoolId: '0190a1b2-0000-7000-8000-000000000001',
    scopes: new Set(['rooms:read', 'pupils:read']),
    tokenId: 'one',
    expiresAt: now() + 600,
  })
  const accepted = await verifier()(
    `bearer ${await signed({ aud: ['https://x.example', `${publicUrl}/v1`] })}`,
  )
  t.equal(accepted.clientId, 'app_1', 'the scheme has no case, and our audience may be one of several')
})

t.test('a token signed by the true key is refused when a claim is not right', async (t) => {
  const verify = verifier()
  const { privateKey: otherKey } = await generateKeyPair('ES256')
  const hostile: Record<string, Promise<string>> = {
    'another audience': signed({ aud: 'https://other.example/v1' }),
    'the issuer as audience': signed({ aud: `${publicUrl}/oauth` }),
    'no audience': signed({ aud: undefined }),
    'another issuer': signed({ iss: 'https://other.example/oauth' }),
    'an issuer with a slash': signed({ iss: `${publicUrl}/oauth/` }),
    'no issuer': signed({ iss: undefined }),
    'an id token': signed({}, { typ: 'JWT' }),
    'no typ': signed({}, { typ: undefined }),
    'not yet valid': signed({ nbf: now() + 60 }),
    'no end': signed({ exp: undefined }),
    'an end in words': signed({ exp: 'never' }),
    'no jti': signed({ jti: undefined }),
    'no school': signed({ school: undefined }),
    'no client': signed({ client_id: undefined }),
    'bound to a key': signed({ cnf: { jkt: 'x' } }),
    'an unknown critical header': signed({}, { crit: ['novel'], novel: true }),
    'an unknown kid': signed({}, { kid: 'theirs' }),
    'its own key': signed({}, { kid: undefined, jwk: await exportJWK(publicKey) }),
    'another key': new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'ours' })
      .sign(otherKey),
  }
  for (const [name, token] of Object.entries(hostile)) {
    await t.rejects(
      token.then((each) => verify(`Bearer ${each}`)),
      { code: 'token-invalid', status: 401 },
      name,
    )
  }
})

t.test('a token ends five seconds after its time, cached or not', async (t) => {
  const verify = verifier()
  const token = await signed({ exp: now() + 60 })
  t.teardown(() => clock.set('2026-11-23T09:00:00.000Z'))
  await verify(`Bearer ${token}`)
  clock.set('2026-11-23T09:01:04.000Z')
  t.equal((await verify(`Bearer ${token}`)).tokenId, 'one')
  clock.set('2026-11-23T09:01:06.000Z')
  t.throws(() => verify(`Bearer ${token}`), { code: 'token-expired', status: 401 }, 'known')
  await t.rejects(async () => verifier()(`Bearer ${token}`), { code: 'token-expired' }, 'unknown')
})

t.test('a known token needs neither a key nor a promise, and is still checked for revocation', async (t) => {
  const state = { asked: 0, fresh: true, revoked: false }
  const verify = verifier({
    keyOf: async () => {
      state.asked += 1
      return publicKey
    },
    revocations: { isFresh: () => state.fresh, isRevoked: () => state.revoked },
  })
  const header = `Bearer ${await signed()}`
  await verify(header)
  const again = verify(header)
  t.notOk(again instanceof Promise)
  t.equal(state.asked, 1)
  state.revoked = true
  t.throws(() => verify(header), { code: 'token-revoked', status: 401 })
  state.fresh = false
  t.throws(() => verify(header), { code: 'revocations-stale', status: 503 }, 'without a list nobody gets in')
})

t.test('what is left of a token is what agreement and roles leave of it', async (t) => {
  const person = { accountId: 'a', personId: 'p', kind: 'staff' as const }
  const standing = {
    ...everything,
    scopes: new Set(['pupils:read']),
    person,
    rules: new Map([['pupils:read', new Set(['taught'])]]),
  }
  const header = `Bearer ${await signed({ sub: 'a' })}`
  const narrowed = await verifier({ standings: { of: () => standing } })(header)
  t.same([...narrowed.scopes], ['pupils:read'])
  t.equal(narrowed.person?.personId, 'p')
  const roleless = await verifier({ standings: { of: () => ({ ...standing, rules: new Map() }) } })(header)
  t.same([...roleless.scopes], [], 'a person without a role may do nothing')
  for (const none of ['agreement-not-in-force', 'account-closed'] as const)
    await t.rejects(async () => verifier({ standings: { of: () => none } })(header), {
      code: none,
      status: 401,
    })
})

t.test('a token bound to a key is good with a proof of that key, once for each proof', async (t) => {
  const { publicKey: held, privateKey: holding } = await generateKeyPair('ES256')
  const jwk = await exportJWK(held)
  const token = await signed({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
  const prove = (changes: Record<string, unknown> = {}, header: object = {}, key = holding) =>
    new SignJWT({
      htm: 'GET',
      htu: `${publicUrl}/v1/pupils`,
      ath: createHash('sha256').update(token).digest('base64url'),
      iat: now(),
      jti: randomUUID(),
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
      .sign(key)
  const verify = verifier()
  const good = await prove()
  t.equal((await verify(`DPoP ${token}`, good)).tokenId, 'one')
  t.equal((await verify(`DPoP ${token}`, await prove())).tokenId, 'one', 'again with another proof')
  const other = await generateKeyPair('ES256')
  const hostile: Record<string, string | undefined> = {
    'the same proof': good,
    'no proof': undefined,
    'another method': await prove({ htm: 'POST' }),
    'another address': await prove({ htu: `${publicUrl}/v1/staff` }),
    'another token': await prove({ ath: 'x' }),
    'an old proof': await prove({ iat: now() - 120 }),
    'no jti': await prove({ jti: undefined }),
    'an access token as proof': await prove({}, { typ: 'at+jwt' }),
    'another key': await prove({}, { jwk: await exportJWK(other.publicKey) }, other.privateKey),
    'a key that did not sign': await prove({}, {}, other.privateKey),
  }
  for (const [name, proof] of Object.entries(hostile))
    await t.rejects(async () => verify(`DPoP ${token}`, proof), { code: 'proof-invalid', status: 401 }, name)
  await t.rejects(async () => verify(`Bearer ${token}`), { code: 'token-invalid' }, 'as a bearer token')
  await t.rejects(
    async () => verify(`DPoP ${await signed()}`, await prove()),
    { code: 'token-invalid' },
    'a token bound to nothing',
  )
})

t.test('a database that fails is not a token that is wrong', async (t) => {
  const failure = new Error('Connection terminated')
  const verify = verifier({ keyOf: () => Promise.reject(failure) })
  await t.rejects(async () => verify(`Bearer ${await signed()}`), failure)
})

t.test('every 401 leads to the place that issues tokens', async (t) => {
  const verify = verifier()
  const metadata = `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource"`
  t.throws(() => verify(undefined), {
    code: 'token-missing',
    headers: { 'www-authenticate': `Bearer ${metadata}` },
  })
  const refused = await Promise.resolve()
    .then(() => verify('Bearer nonsense'))
    .catch((error) => error.headers['www-authenticate'])
  t.match(refused, /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata=/)
})
