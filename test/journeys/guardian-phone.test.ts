import * as openid from 'openid-client'
import t from 'tap'
import { createAccount, setStatus } from '../../src/oauth/people/accounts.ts'
import { invite } from '../../src/oauth/people/invitations.ts'
import { accounts } from '../../src/oauth/people/table.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { browser } from '../support/browser.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { asSystem } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

const scopes = ['pupils:read', 'attendance:read', 'assessment:read', 'pupils.demographics:read']
const redirect = 'com.example.family:/signed-in'
const password = 'three plain words here'

t.test('a guardian with two children, one of them barred, signs in with a phone app', async (t) => {
  const service = await serveTest(t)
  const school = await service.school('Riverside School')
  const full = await makeFullSchool(school)
  const { client } = await createOpenClient(
    service.db,
    {
      schoolId: school.id,
      name: 'Family App',
      publisher: 'Example Ltd',
      kind: 'native',
      scopes,
      optionalScopes: ['behaviour:read'],
      redirectUris: [redirect],
    },
    'test',
  )
  const token = await asSystem(service, school, async (tx) =>
    invite(
      tx,
      await createAccount(tx, { personId: full.guardian, kind: 'contact', login: 'Gil@Example.org' }),
    ),
  )
  const web = browser(service.publicUrl)

  const invitation = await web.go(`/oauth/invitations/${school.id}.${token}`)
  t.match(invitation.text, /Welcome, Gil Guardian/)
  t.match(await web.submit(invitation, { password: 'short', again: 'other' }), {
    status: 422,
    text: /at least 12/,
  })
  t.match(await web.submit(invitation, { password, again: password }), {
    status: 200,
    text: /account is ready/,
  })
  t.equal((await web.go(invitation.url)).status, 404, 'the link works once')

  // Everything is discovered from a bare 401.
  const bare = await fetch(`${service.publicUrl}/v1/pupils`)
  const metadataUrl =
    /resource_metadata="([^"]+)"/.exec(bare.headers.get('www-authenticate') ?? '')?.[1] ?? ''
  const metadata = (await (await fetch(metadataUrl)).json()) as {
    authorization_servers: string[]
    resource: string
  }
  const config = await openid.discovery(
    new URL(metadata.authorization_servers[0] as string),
    client.id,
    { token_endpoint_auth_method: 'none' },
    openid.None(),
    { execute: [openid.allowInsecureRequests], algorithm: 'oauth2' },
  )
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: ['openid', 'profile', 'offline_access', ...scopes, 'behaviour:read'].join(' '),
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  })
  const signIn = await web.go(url.href)
  t.match(signIn.text, /to go on to Family App/)
  t.match(
    signIn.headers.get('content-security-policy'),
    /default-src 'none'.*form-action 'self' com.example.family:/,
  )
  const wrong = await web.submit(signIn, { login: 'gil@example.org', password: 'wrong wrong wrong' })
  t.match(wrong, { status: 422, text: /do not fit together/ })
  const consent = await web.submit(wrong, { login: 'gil@example.org', password })
  t.match(consent.text, /Let Family App in\?/)
  t.match(consent.text, /Example Ltd/)
  t.match(consent.text, /Riverside School/)
  t.match(consent.text, /<dd>Given0<\/dd>/, 'about the one child, not the barred one')
  t.notMatch(consent.text, /birth date/, 'what a guardian may never have is not asked for')
  const back = await web.submit(consent, {}, ['behaviour:read'])
  t.match(back.url, /^com\.example\.family:\/signed-in\?code=/)

  const tokens = await openid.authorizationCodeGrant(config, new URL(back.url), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  })
  t.same(
    tokens.scope
      ?.split(' ')
      .filter((scope) => scope.includes(':'))
      .sort(),
    ['assessment:read', 'attendance:read', 'pupils:read'],
  )
  t.equal(tokens.claims()?.name, 'Gil Guardian')
  const info = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub as string)
  t.match(info, { name: 'Gil Guardian', school: school.id })
  const get = async (path: string, access = tokens.access_token) =>
    (
      await fetch(`${service.publicUrl}/v1${path}`, { headers: { authorization: `Bearer ${access}` } })
    ).json() as Promise<{
      data: { id: string; legalGivenName: string }[]
      status?: number
      code?: string
    }>
  t.same(
    (await get('/pupils')).data.map(({ legalGivenName }) => legalGivenName),
    ['Given0'],
  )
  t.match(await get(`/pupils/${full.pupils[1]}`), { code: 'not-found' })
  t.match(await get('/behaviour-events'), { code: 'scope-missing' }, 'what was switched off')
  t.equal((await get(`/marks?pupilId=${full.pupils[0]}`)).data.length, 1)
  t.same((await get(`/marks?pupilId=${full.pupils[1]}`)).data, [])

  t.test('a lost answer does not sign the phone out, and a stolen token ends everything', async (t) => {
    const refused = { message: /./, error: 'invalid_grant' } as const
    const refresh = tokens.refresh_token as string
    const renewed = await openid.refreshTokenGrant(config, refresh)
    const twenty = await Promise.all(
      Array.from({ length: 20 }, () => openid.refreshTokenGrant(config, refresh)),
    )
    const successors = new Set([renewed, ...twenty].map((each) => each.refresh_token))
    t.equal(
      successors.size,
      1,
      'however often and however much at once it is asked for, there is one successor',
    )
    const next = await openid.refreshTokenGrant(config, renewed.refresh_token as string)
    await t.rejects(openid.refreshTokenGrant(config, refresh), refused, 'theft')
    await t.rejects(
      openid.refreshTokenGrant(config, next.refresh_token as string),
      refused,
      'and everybody is out',
    )
  })

  t.test('a suspended account is out within a second', async (t) => {
    t.equal((await get('/pupils')).data.length, 1)
    await asSystem(service, school, async (tx) => {
      const [account] = await tx.orm.select({ id: accounts.id }).from(accounts)
      await setStatus(tx, account?.id as string, 'suspended')
    })
    const began = Date.now()
    while ((await get('/pupils')).code !== 'account-closed' && Date.now() - began < 1000);
    t.match(await get('/pupils'), { code: 'account-closed' })
  })
})
