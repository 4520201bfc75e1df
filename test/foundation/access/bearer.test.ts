import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { type BearerOptions, bearerVerifier } from '../../../src/foundation/access/bearer.ts'
import { standingClock } from '../../../src/foundation/time/clock.ts'

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
  return bearerVerifier({
    keyOf: async (kid) => (kid === 'ours' ? publicKey : undefined),
    publicUrl,
    clock,
    revocations: { isFresh: () => true, isRevoked: () => false },
    ...changes,
  })
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
