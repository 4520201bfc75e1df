import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { Secret, TOTP } from 'otpauth'
import t from 'tap'
import { newId } from '../../src/foundation/resource/rows.ts'
import { createAccount } from '../../src/oauth/people/accounts.ts'
import { acceptInvitation, invite } from '../../src/oauth/people/invitations.ts'
import { roleAssignments } from '../../src/operations/access/table.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { browser, type Page } from '../support/browser.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { asSystem } from '../support/people.ts'
import { serveTest, type TestSchool, type TestService } from '../support/service.ts'

const password = 'three plain words here'
const redirect = 'http://127.0.0.1/back'
const insecure = { [oauth.allowInsecureRequests]: true }

interface Place {
  service: TestService
  school: TestSchool
  web: ReturnType<typeof browser>
}

/** A teacher with an account, and somewhere to sign in. */
async function open(t: Parameters<typeof serveTest>[0]): Promise<Place> {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const token = await asSystem(service, school, async (tx) => {
    const personId = full.staff.teacher
    await tx.orm
      .insert(roleAssignments)
      .values({ schoolId: school.id, id: newId(), personId, role: 'teacher', validFrom: '2026-09-01' })
    return invite(tx, await createAccount(tx, { personId, kind: 'staff', login: 'tea' }))
  })
  const accepted = await Promise.all(
    Array.from({ length: 20 }, () => acceptInvitation(service.db, school.id, token, password)),
  )
  t.equal(accepted.filter(Boolean).length, 1, 'of twenty uses of one invitation exactly one wins')
  return { service, school, web: browser(service.publicUrl) }
}

const app = (schoolId: string, kind: 'native' | 'device', scopes: string[]) => ({
  schoolId,
  name: 'Staff App',
  kind,
  scopes,
  ...(kind === 'native' && { redirectUris: [redirect] }),
})

async function signIn(web: Place['web'], url: string): Promise<Page> {
  const page = await web.go(url)
  return allow(web, await web.submit(page, { login: 'TEA ', password }))
}

/** Consents where that is asked. */
const allow = async (web: Place['web'], page: Page): Promise<Page> =>
  /Let Staff App in/.test(page.text) ? web.submit(page) : page

async function discovered({ service }: Place): Promise<oauth.AuthorizationServer> {
  const resource = new URL(`${service.publicUrl}/v1/pupils`)
  const challenge = /resource_metadata="([^"]+)"/.exec(
    (await fetch(resource)).headers.get('www-authenticate') ?? '',
  )?.[1]
  const { authorization_servers } = (await (await fetch(challenge as string)).json()) as {
    authorization_servers: string[]
  }
  const issuer = new URL(authorization_servers[0] as string)
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  return oauth.processDiscoveryResponse(issuer, answer)
}

t.test('a native app pushes its request, proves its key and signs somebody in (oauth4webapi)', async (t) => {
  const place = await open(t)
  const { service, school, web } = place
  const { client: made } = await createOpenClient(
    service.db,
    app(school.id, 'native', ['pupils:read']),
    'test',
  )
  const as = await discovered(place)
  const client: oauth.Client = { client_id: made.id }
  const dpop = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const verifier = oauth.generateRandomCodeVerifier()
  const back = 'http://127.0.0.1:49152/back'
  const params = {
    response_type: 'code',
    redirect_uri: back,
    scope: 'openid pupils:read',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'state',
  }
  const pushed = await oauth.pushedAuthorizationRequest(as, client, oauth.None(), params, {
    DPoP: dpop,
    ...insecure,
  })
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
  const page = await signIn(
    web,
    `${as.authorization_endpoint}?${new URLSearchParams({ client_id: made.id, request_uri })}`,
  )
  t.match(page.url, /^http:\/\/127\.0\.0\.1:49152\/back\?/, 'the port of a loopback address is free')
  const answered = oauth.validateAuthResponse(as, client, new URL(page.url), 'state')
  t.equal(new URL(page.url).searchParams.get('iss'), `${service.publicUrl}/oauth`)
  const redeem = () =>
    oauth.authorizationCodeGrantRequest(as, client, oauth.None(), answered, back, verifier, {
      DPoP: dpop,
      ...insecure,
    })
  const twenty = await Promise.all(Array.from({ length: 20 }, redeem))
  t.equal(
    twenty.filter(({ status }) => status === 200).length,
    1,
    'of twenty redemptions of one code exactly one wins',
  )

  // Twenty tries were a theft for all we know: the grant has ended, and consent is asked for anew.
  const again = await allow(
    web,
    await web.go(
      `${as.authorization_endpoint}?${new URLSearchParams({ client_id: made.id, ...params, scope: 'openid pupils:read' })}`,
    ),
  )
  const granted = await oauth.processAuthorizationCodeResponse(
    as,
    client,
    await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      oauth.validateAuthResponse(as, client, new URL(again.url), 'state'),
      back,
      verifier,
      { DPoP: dpop, ...insecure },
    ),
  )
  t.equal(granted.token_type, 'dpop')
  const call = (headers: Record<string, string> = {}) =>
    oauth.protectedResourceRequest(
      granted.access_token,
      'GET',
      new URL(`${service.publicUrl}/v1/pupils`),
      new Headers(headers),
      null,
      {
        DPoP: dpop,
        ...insecure,
      },
    )
  const { data } = (await (await call()).json()) as { data: object[] }
  t.equal(data.length, 2, 'the two pupils whom the teacher teaches')
  const stolen = await fetch(`${service.publicUrl}/v1/pupils`, {
    headers: { authorization: `Bearer ${granted.access_token}` },
  })
  t.equal(stolen.status, 401, 'without its key the token is worth nothing')
})

t.test('a device is connected by a code that a person types (openid-client)', async (t) => {
  const place = await open(t)
  const { service, school, web } = place
  const { client } = await createOpenClient(service.db, app(school.id, 'device', ['pupils:read']), 'test')
  const config = await openid.discovery(
    new URL(`${service.publicUrl}/oauth`),
    client.id,
    { token_endpoint_auth_method: 'none' },
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  )
  const begun = await openid.initiateDeviceAuthorization(config, { scope: 'openid pupils:read' })
  const polling = openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 })
  const wrong = await web.submit(await web.go(begun.verification_uri), { user_code: 'XXXX-XXXX' })
  t.match(wrong.text, /There is no such code/)
  const confirm = await web.submit(wrong, { user_code: begun.user_code })
  t.match(confirm.text, /Is this your device\?/)
  t.ok(confirm.text.includes(begun.user_code))
  const asked = await web.submit(confirm)
  const consent = await web.submit(asked, { login: 'tea', password })
  const done = await web.submit(consent)
  t.match(done.text, /Your device is connected/)
  const tokens = await polling
  t.match(tokens.scope, /pupils:read/)
})

t.test('sensitive data wants a second factor of staff, set up on the way and good once', async (t) => {
  const { service, school, web } = await open(t)
  const { client } = await createOpenClient(
    service.db,
    app(school.id, 'native', ['pupils:read', 'pupils.sen:read']),
    'test',
  )
  const config = await openid.discovery(
    new URL(`${service.publicUrl}/oauth`),
    client.id,
    { token_endpoint_auth_method: 'none' },
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  )
  const verifier = openid.randomPKCECodeVerifier()
  const ask = async (extra: Record<string, string>) =>
    openid.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...extra,
    }).href
  const redeem = (page: Page) =>
    openid.authorizationCodeGrant(config, new URL(page.url), { pkceCodeVerifier: verifier })
  const get = (token: string, path: string) =>
    fetch(`${service.publicUrl}/v1${path}`, { headers: { authorization: `Bearer ${token}` } })

  const plain = await redeem(await signIn(web, await ask({ scope: 'pupils:read' })))
  t.equal((await get(plain.access_token, '/pupils')).status, 200)

  const asked = await web.submit(
    await web.go(await ask({ scope: 'pupils:read pupils.sen:read', prompt: 'login' })),
    {
      login: 'tea',
      password,
    },
  )
  t.match(asked.text, /Set up a second factor/)
  const secret = (/class="secret">([A-Z2-7 ]+)</.exec(asked.text)?.[1] ?? '').replaceAll(' ', '')
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = totp.generate({ timestamp: service.clock.now().getTime() })
  t.match(await web.submit(asked, { code: '000000' }), { status: 422, text: /not right/ })
  const consent = await web.submit(asked, { code })
  const strong = await redeem(await allow(web, consent))
  t.equal((await get(strong.access_token, '/pupils?fields=senStatus')).status, 200)

  const other = browser(service.publicUrl)
  const second = await other.submit(await other.go(await ask({ scope: 'pupils:read pupils.sen:read' })), {
    login: 'tea',
    password,
  })
  t.match(second.text, /Enter your code/, 'from now on it is asked for')
  t.match(await other.submit(second, { code }), { status: 422 }, 'and a code works once')
})

t.test('guessing is slowed down where it comes from', async (t) => {
  const { service, school, web } = await open(t)
  const { client } = await createOpenClient(service.db, app(school.id, 'native', ['pupils:read']), 'test')
  const query = { client_id: client.id, response_type: 'code', redirect_uri: redirect, scope: 'pupils:read' }
  const pkce = {
    code_challenge: await openid.calculatePKCECodeChallenge('x'.repeat(43)),
    code_challenge_method: 'S256',
  }
  let page = await web.go(`/oauth/authorize?${new URLSearchParams({ ...query, ...pkce })}`)
  for (let at = 0; at < 8; at++) page = await web.submit(page, { login: 'tea', password: 'a wrong password' })
  t.match((await web.submit(page, { login: 'tea', password })).text, /Too many tries from here/)
  const unknown = await web.submit(page, { login: 'somebody else', password })
  t.match(unknown.text, /do not fit together/, 'nobody else is kept out')
  const withoutPkce = await web.go(`/oauth/authorize?${new URLSearchParams(query)}`)
  t.match(withoutPkce.url, /error=invalid_request/, 'PKCE is not optional')
  const plainPkce = { ...query, code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }
  t.match((await web.go(`/oauth/authorize?${new URLSearchParams(plainPkce)}`)).url, /error=invalid_request/)
  const implicit = { ...query, ...pkce, response_type: 'token' }
  t.match(
    (await web.go(`/oauth/authorize?${new URLSearchParams(implicit)}`)).text +
      (await web.go(`/oauth/authorize?${new URLSearchParams(implicit)}`)).url,
    /unsupported_response_type|not offered/,
  )
})
