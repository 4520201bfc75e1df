import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { openClient } from '../support/clients.ts'
import { serveTest } from '../support/service.ts'
import { ask, grant } from './ask.ts'

t.test(
  'an assertion is taken for what it is worth, and hostile ones are refused to the last one',
  async (t) => {
    const service = await serveTest(t)
    const { id: schoolId } = await service.school()
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const { client } = await openClient(service.db.pool, systemClock, {
      schoolId,
      name: 'Keyed',
      scopes: ['rooms:read'],
      authMethod: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] },
    })
    const url = `${service.publicUrl}/oauth/token`
    const now = Math.floor(Date.now() / 1000)
    let count = 0
    const signed = (
      changes: object = {},
      header: object = {},
      key: Parameters<SignJWT['sign']>[0] = privateKey,
    ) => {
      count += 1
      const claims = {
        iss: client.id,
        sub: client.id,
        aud: `${service.publicUrl}/oauth`,
        jti: `j${count}`,
        exp: now + 60,
      }
      return new SignJWT({ ...claims, ...changes })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
        .sign(key)
    }
    const send = (assertion: string, more: Record<string, string> = {}) =>
      ask(url, {
        ...grant,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        ...more,
      })
    t.equal((await send(await signed())).status, 200)
    t.equal((await send(await signed({ aud: url }))).status, 200, 'the token endpoint is an audience, too')

    const { privateKey: otherKey } = await generateKeyPair('ES256')
    const secret = new TextEncoder().encode('a secret that is long enough for HS256')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await signed()).split('.')[1]}.`
    const hostile: Record<string, Promise<string> | string> = {
      'another key': signed({}, {}, otherKey),
      HS256: signed({}, { alg: 'HS256' }, secret),
      'alg none': unsigned,
      'its own key': signed({}, { kid: undefined, jwk: await exportJWK(publicKey) }, otherKey),
      'another audience': signed({ aud: 'https://other.example' }),
      'another issuer': signed({ iss: 'app_other' }),
      'another subject': signed({ sub: 'app_other' }),
      expired: signed({ exp: now - 60 }),
      'not yet valid': signed({ nbf: now + 600 }),
      'no end': signed({ exp: undefined }),
      'an end in a year': signed({ exp: now + 31_536_000 }),
      'an end beyond all dates': signed({ exp: 1e300 }),
      'no jti': signed({ jti: undefined }),
    }
    for (const [name, assertion] of Object.entries(hostile)) {
      const { status, body } = await send(await assertion)
      t.match({ status, body }, { status: 401, body: { error: 'invalid_client' } }, name)
    }
    for (const noise of ['', 'a', 'a.b.c', 'a\0b'])
      t.match((await send(noise)).status, /^40[01]$/, JSON.stringify(noise))
    t.equal((await send(await signed(), { client_id: 'app_other' })).status, 400, 'two names at once')
  },
)

t.test('keys of every kind that may be registered also work', async (t) => {
  const service = await serveTest(t)
  const { id: schoolId } = await service.school()
  const pairs = {
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    EdDSA: generateKeyPairSync('ed25519'),
  }
  for (const [alg, { publicKey, privateKey }] of Object.entries(pairs)) {
    const { client } = await openClient(service.db.pool, systemClock, {
      schoolId,
      name: alg,
      scopes: ['rooms:read'],
      authMethod: 'private_key_jwt',
      jwks: { keys: [publicKey.export({ format: 'jwk' })] },
    })
    const assertion = await new SignJWT({ jti: alg })
      .setProtectedHeader({ alg })
      .setIssuer(client.id)
      .setSubject(client.id)
      .setAudience(`${service.publicUrl}/oauth`)
      .setExpirationTime('1m')
      .sign(privateKey)
    const { status, text } = await ask(`${service.publicUrl}/oauth/token`, {
      ...grant,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
    t.equal(status, 200, `${alg} ${status === 200 ? '' : text}`)
  }
})
