import * as openid from 'openid-client'
import t from 'tap'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { oneRosterScopes } from '../../src/protocols/oneroster/scopes.ts'
import { serveTest } from '../support/service.ts'
import { ask, basic, grant } from './ask.ts'
import { serveBeside } from './beside.ts'

const read = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>

t.test('the same metadata stands in every place where a client may look', async (t) => {
  const { publicUrl } = await serveTest(t)
  const issuer = `${publicUrl}/oauth`
  const server = await read(`${publicUrl}/.well-known/oauth-authorization-server/oauth`)
  t.match(server, {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
    authorization_endpoint: `${issuer}/authorize`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    device_authorization_endpoint: `${issuer}/device_authorization`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/sign-out`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })
  t.same((server.grant_types_supported as string[]).toSorted(), [
    'authorization_code',
    'client_credentials',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ])
  t.same((server.token_endpoint_auth_methods_supported as string[]).toSorted(), [
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
  ])
  t.same(server.scopes_supported, [
    'openid',
    'profile',
    'offline_access',
    ...allScopes,
    ...oneRosterScopes.keys(),
  ])
  for (const name of ['oauth-authorization-server', 'openid-configuration'])
    t.same(await read(`${issuer}/.well-known/${name}`), server, name)
  const resource = await read(`${publicUrl}/.well-known/oauth-protected-resource`)
  t.match(resource, { resource: `${publicUrl}/v1`, authorization_servers: [issuer] })
  t.same(await read(`${publicUrl}/.well-known/oauth-protected-resource/v1`), resource)
})

t.test('the next address is found by openid-client in either of its ways', async (t) => {
  const { publicUrl, school: open } = await serveTest(t)
  const school = await open()
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const server = await openid.discovery(
      new URL(`${publicUrl}/oauth`),
      school.clientId,
      undefined,
      openid.ClientSecretBasic(school.secret),
      { algorithm, execute: [openid.allowInsecureRequests] },
    )
    const { access_token } = await openid.clientCredentialsGrant(server, { scope: 'rooms:read' })
    t.match(await openid.tokenIntrospection(server, access_token), { active: true, school: school.id })
    await openid.tokenRevocation(server, access_token)
  }
})

t.test('behind a proxy PUBLIC_URL decides every address, whatever a request says', async (t) => {
  const first = await serveTest(t)
  const { near } = await serveBeside(t, first, { PUBLIC_URL: 'https://mis.example.org' })
  const far = 'https://mis.example.org'
  const lies = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' }
  const server = (await (
    await fetch(`${near}/oauth/.well-known/oauth-authorization-server`, { headers: lies })
  ).json()) as Record<string, unknown>
  t.match(server, {
    issuer: `${far}/oauth`,
    token_endpoint: `${far}/oauth/token`,
    jwks_uri: `${far}/oauth/jwks`,
  })
  const { clientId, secret } = await first.school()
  const headers = { ...lies, authorization: basic(clientId, secret) }
  const { body } = await ask(`${near}/oauth/token`, { ...grant, resource: `${far}/v1` }, headers)
  const token = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
  t.match(token, { iss: `${far}/oauth`, aud: `${far}/v1`, sub: clientId, client_id: clientId })
  t.match(body, { token_type: 'Bearer', expires_in: 3600 })
  const refused = await fetch(`${near}/v1/rooms`)
  t.match(
    refused.headers.get('www-authenticate'),
    `resource_metadata="${far}/.well-known/oauth-protected-resource"`,
  )
  const accepted = await fetch(`${near}/v1/rooms`, {
    headers: { authorization: `Bearer ${body.access_token}` },
  })
  t.equal(accepted.status, 200)
})

t.test('both spellings of an id and a secret in a Basic header are understood', async (t) => {
  const { publicUrl, school: open } = await serveTest(t)
  const { clientId, secret } = await open()
  // RFC 6749, 2.3.1 wants form encoding, RFC 7617 none; some encoders escape all but letters and digits.
  const escaped = (text: string) =>
    text.replace(/[^A-Za-z0-9]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  for (const [id, password] of [
    [clientId, secret],
    [encodeURIComponent(clientId), encodeURIComponent(secret)],
    [escaped(clientId), escaped(secret)],
  ] as const) {
    const answer = await ask(`${publicUrl}/oauth/token`, grant, { authorization: basic(id, password) })
    t.equal(answer.status, 200, id)
  }
})
