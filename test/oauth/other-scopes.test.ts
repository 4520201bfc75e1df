import { decodeJwt } from 'jose'
import t from 'tap'
import type { Scope } from '../../src/foundation/access/scopes.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { type OneRosterScope, scopeName } from '../../src/protocols/oneroster/scopes.ts'
import { openClient } from '../support/clients.ts'
import { serveTest, type TestService } from '../support/service.ts'
import { ask, basic, grant } from './ask.ts'

const or = (scope: OneRosterScope) => scopeName('v1p2', scope)
const http = (name: string) => name.replace('https:', 'http:')
const roster = or('roster.readonly')

/** An app of a school of its own, asking for tokens. */
async function withApp(service: TestService, scopes: readonly Scope[]) {
  const school = await service.school()
  const { client, secret = '' } = await openClient(service.db.pool, systemClock, {
    schoolId: school.id,
    name: 'VLE',
    scopes,
  })
  const authorization = basic(client.id, secret)
  const token = (scope?: string, query = '') =>
    ask(
      `${service.publicUrl}/oauth/token${query}`,
      { ...grant, ...(scope !== undefined && { scope }) },
      { authorization },
    )
  return { token, authorization }
}

const holds = (token: string) => String(decodeJwt(token).scope).split(' ')

t.test('a service app asks for OneRoster scopes beside our own', async (t) => {
  const service = await serveTest(t)
  const { token } = await withApp(service, ['pupils:read', 'groups:read', 'assessment:read'])

  t.test('and gets those for which the school grants something', async (t) => {
    const mixed = await token(`${roster} ${or('gradebook.readonly')} groups:read`)
    t.match(mixed, { status: 200, body: { token_type: 'Bearer', expires_in: Number } })
    t.same(mixed.body.scope.split(' '), [roster, or('gradebook.readonly'), 'groups:read'])
    t.same(holds(mixed.body.access_token), [roster, or('gradebook.readonly'), 'groups:read'])
    for (const scope of ['roster-demographics.readonly', 'gradebook.createput', 'assessment.delete'] as const)
      t.match(
        await token(or(scope)),
        { status: 400, body: { error: 'invalid_scope' } },
        `${scope} would open nothing`,
      )
  })

  t.test('and of a fixed list gets what there is, and is told so', async (t) => {
    const list = [roster, or('gradebook.readonly'), or('gradebook.createput'), or('gradebook.delete')]
    const { status, body } = await token(list.join(' '))
    t.equal(status, 200)
    t.same(body.scope.split(' '), [roster, or('gradebook.readonly')])
    t.same(holds(body.access_token), [roster, or('gradebook.readonly')])
  })

  t.test('and is answered in its own spelling, while the token has one only', async (t) => {
    const spelt = await token(`${http(roster)} ${or('gradebook.readonly')}`)
    t.equal(spelt.body.scope, `${http(roster)} ${or('gradebook.readonly')}`)
    t.same(holds(spelt.body.access_token), [roster, or('gradebook.readonly')])
    const twice = await token(`${http(roster)} ${roster} ${roster}`)
    t.equal(twice.body.scope, `${http(roster)} ${roster}`)
    t.same(holds(twice.body.access_token), [roster])
  })

  t.test('and whole names are compared, with everything unknown refused as ever', async (t) => {
    const hostile = [
      `${roster}.evil`,
      roster.slice(0, -1),
      roster.toUpperCase(),
      roster.replace('https', 'ftp'),
      roster.replace('v1p2', 'v1p3'),
      `${roster}#`,
      roster.replace('scope/', 'scope//'),
      'roster.readonly',
      `http://evil.example/?${roster}`,
      'constructor',
      '__proto__',
    ]
    for (const name of hostile)
      for (const scope of [name, `${roster} ${name}`])
        t.match(await token(scope), { status: 400, body: { error: 'invalid_scope' } }, scope)
    t.match(await token(`${roster} pupils:write`), { status: 400, body: { error: 'invalid_scope' } })
  })

  t.test('and without a name gets what it always got: all of ours', async (t) => {
    const { body } = await token()
    t.same(body.scope.split(' ').sort(), ['assessment:read', 'groups:read', 'pupils:read'])
  })

  t.test('or has the names built into the address, since some clients cannot send any', async (t) => {
    const built = (scope: string) => `?scope=${encodeURIComponent(scope)}`
    const { body } = await token(undefined, built(roster))
    t.equal(body.scope, roster)
    t.same(holds(body.access_token), [roster])
    t.equal((await token('groups:read', built(roster))).body.scope, 'groups:read', 'the body counts first')
    for (const query of [built(`${roster}.evil`), built('pupils:write')])
      t.match(await token(undefined, query), { status: 400, body: { error: 'invalid_scope' } })
    t.match(await token(undefined, '?scope=a&scope=b'), { status: 400, body: { error: 'invalid_request' } })
    t.equal((await token('groups:read', '?scope=a&scope=b')).status, 200)
  })

  t.test('and the tokens before stay good when another is asked for', async (t) => {
    const tokens = await Promise.all([1, 2, 3].map(() => token(roster)))
    t.equal(new Set(tokens.map(({ body }) => body.access_token)).size, 3)
    for (const { body } of tokens) {
      const headers = { authorization: `bearer ${body.access_token}` }
      const users = await fetch(`${service.publicUrl}/ims/oneroster/rostering/v1p2/users`, { headers })
      t.equal(users.status, 200)
    }
  })
})

t.test('a token of OneRoster scopes opens nothing of our own API', async (t) => {
  const service = await serveTest(t)
  const { token } = await withApp(service, ['pupils:read', 'assessment:read', 'assessment:write'])
  const { access_token } = (await token(`${roster} ${or('gradebook.createput')}`)).body
  const headers = { authorization: `Bearer ${access_token}` }
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${service.publicUrl}/v1${path}`, { ...init, headers })
  for (const path of ['/pupils', '/results', '/pupils?fields=upn']) {
    const answer = await call(path)
    t.equal(answer.status, 403, path)
    t.match(await answer.json(), { code: 'scope-missing' })
  }
  t.match(await (await call('/token')).json(), { scopes: [] })
  t.match(await (await call('/changes')).text(), /^(?!.*"resource":"pupils")/)
  const both = await token(`${roster} assessment:read`)
  const mixed = { authorization: `Bearer ${both.body.access_token}` }
  t.equal((await fetch(`${service.publicUrl}/v1/results`, { headers: mixed })).status, 200)
  t.equal((await fetch(`${service.publicUrl}/v1/pupils`, { headers: mixed })).status, 403)
})

t.test('an agreement without them, or none, gives no such token', async (t) => {
  const service = await serveTest(t)
  const { token } = await withApp(service, ['behaviour:read'])
  for (const scope of [roster, or('resource.readonly'), or('roster-core.readonly')])
    t.match(await token(scope), { status: 400, body: { error: 'invalid_scope' } }, scope)
})
