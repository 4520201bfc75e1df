import * as openid from 'openid-client'
import t from 'tap'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { createClient } from '../../src/oauth/clients.ts'
import { openApp } from '../../src/operations/apps/open.ts'
import { browser } from '../support/browser.ts'
import { asSystem } from '../support/people.ts'
import { serveTest } from '../support/service.ts'
import { ask, basic, grant } from './ask.ts'

t.test('an app for any school acts for one at a time, and only where it was let in', async (t) => {
  const service = await serveTest(t)
  const [first, second, third] = [
    await service.school('Ash School'),
    await service.school('Birch School'),
    await service.school('Cedar School'),
  ]
  const { client, secret = '' } = await createClient(service.db.pool, systemClock, {
    schoolId: null,
    name: 'Everywhere',
    scopes: ['rooms:read', 'subjects:read'],
    optionalScopes: ['subjects:read'],
  })
  const open = { appId: client.id, purpose: 'x' }
  await asSystem(service, first, (tx) => openApp(tx, { ...open, scopes: ['rooms:read', 'subjects:read'] }))
  await asSystem(service, second, (tx) => openApp(tx, { ...open, scopes: ['rooms:read'] }))
  const token = (extra: Record<string, string> = {}) =>
    ask(
      `${service.publicUrl}/oauth/token`,
      { ...grant, ...extra },
      { authorization: basic(client.id, secret) },
    )

  t.match(await token(), {
    status: 400,
    body: { error: 'invalid_request', error_description: /name the school/ },
  })
  t.match(await token({ school: 'x' }), { status: 400, body: { error: 'invalid_request' } })
  t.match(await token({ school: third.id }), { status: 400, body: { error: 'unauthorized_client' } })
  const at = await token({ school: second.id })
  t.match(at, { status: 200, body: { scope: 'rooms:read' } })
  const claims = JSON.parse(Buffer.from(at.body.access_token.split('.')[1], 'base64url').toString())
  t.equal(claims.school, second.id)
  t.equal((await token({ school: first.id })).body.scope, 'rooms:read subjects:read')
  const own = await ask(
    `${service.publicUrl}/oauth/token`,
    { ...grant, school: second.id },
    { authorization: basic(first.clientId, first.secret) },
  )
  t.match(own, { status: 400, body: { error: 'unauthorized_client' } }, 'an app of one school stays there')
})

t.test('people of an app for any school say which is theirs', async (t) => {
  const service = await serveTest(t)
  const schools = [await service.school('Ash School'), await service.school('Birch School')]
  const { client } = await createClient(service.db.pool, systemClock, {
    schoolId: null,
    name: 'Everywhere',
    kind: 'native',
    scopes: ['pupils:read'],
    redirectUris: ['http://127.0.0.1/back'],
  })
  const web = browser(service.publicUrl)
  const begin = async () =>
    web.go(
      `/oauth/authorize?${new URLSearchParams({
        client_id: client.id,
        response_type: 'code',
        redirect_uri: 'http://127.0.0.1/back',
        scope: 'pupils:read',
        code_challenge: await openid.calculatePKCECodeChallenge('v'.repeat(43)),
        code_challenge_method: 'S256',
      })}`,
    )
  t.match((await begin()).text, /No school uses this app/)
  for (const school of schools)
    await asSystem(service, school, (tx) =>
      openApp(tx, { appId: client.id, purpose: 'x', scopes: ['pupils:read'] }),
    )
  const choice = await begin()
  t.match(choice.text, /Choose your school[\s\S]*Ash School[\s\S]*Birch School/)
  t.match(
    (await web.submit(choice, { school: '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11' })).text,
    /Choose one of the schools/,
  )
  t.match(
    (await web.submit(choice, { school: schools[1]?.id as string })).text,
    /<header>Birch School<\/header>[\s\S]*Sign in/,
  )
})
