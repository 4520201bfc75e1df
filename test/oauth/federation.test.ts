import * as openid from 'openid-client'
import t from 'tap'
import { createAccount, setStatus } from '../../src/oauth/people/accounts.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { browser } from '../support/browser.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { identityProviderAt } from '../support/identity-provider.ts'
import { asSystem, personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

const redirect = 'com.example.family:/signed-in'

t.test(
  'a guardian signs in at a Google Workspace that the school has named, and is known by the subject',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const full = await makeFullSchool(school)
    const admin = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
      { role: 'administrator' },
    ])
    const callback = `${service.publicUrl}/oauth/federation/callback`
    const idp = await identityProviderAt(t, callback, { sub: '4711', claims: { hd: 'school.example' } })
    const { client } = await createOpenClient(
      service.db,
      {
        schoolId: school.id,
        name: 'Family App',
        kind: 'native',
        scopes: ['pupils:read'],
        redirectUris: [redirect],
      },
      'test',
    )
    const said = {
      kind: 'google',
      name: 'Google',
      issuer: idp.issuer,
      clientId: 'mis',
      clientSecret: 'idp secret',
    }
    t.match(await admin.call('POST', '/identity-providers', { body: { ...said, allowed: null } }), {
      status: 422,
    })
    const made = await admin.call('POST', '/identity-providers', {
      body: { ...said, allowed: 'school.example' },
    })
    t.equal(made.status, 201)
    t.notMatch(made.text, 'idp secret')
    const accountId = await asSystem(service, school, async (tx) => {
      const id = await createAccount(tx, { personId: full.guardian, kind: 'contact', login: 'gil' })
      await setStatus(tx, id, 'active')
      return id
    })
    const url = `${service.publicUrl}/oauth/authorize?${new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: redirect,
      scope: 'pupils:read',
      code_challenge: await openid.calculatePKCECodeChallenge('v'.repeat(43)),
      code_challenge_method: 'S256',
    })}`
    /** Through both servers with one set of cookies each, as a browser goes. */
    const signIn = async () => {
      const here = browser(service.publicUrl)
      const there = browser(idp.issuer)
      const page = await here.go(url)
      const [, link = ''] = /href="([^"]*\/with\/[^"]*)"/.exec(page.text) ?? []
      const away = await here.go(link)
      const back = await there.go(away.url)
      return { here, page: await here.go(back.url), back: back.url }
    }
    const unlinked = await signIn()
    t.match(unlinked.page, { status: 403, text: /not linked yet[\s\S]*4711/ }, 'nobody links themself')
    const link = { providerId: made.body.id, subject: '4711' }
    t.match(await school.call('POST', `/accounts/${accountId}/identities`, { body: link }), {
      body: { code: 'person-required' },
    })
    t.equal((await admin.call('POST', `/accounts/${accountId}/identities`, { body: link })).status, 201)

    const { here, page, back } = await signIn()
    t.match(page.text, /Let Family App in\?/)
    t.match(page.text, /Gil Guardian/)
    t.match((await here.submit(page)).url, /^com\.example\.family:\/signed-in\?code=/)
    t.equal((await here.go(back)).status, 400, 'what the provider has sent is good once')
    t.equal((await browser(service.publicUrl).go(back)).status, 400, 'and in one browser')

    idp.state.who = { sub: '4711', claims: { hd: 'elsewhere.example' } }
    t.match((await signIn()).page, { status: 403, text: /did not sign you in/ }, 'another domain')
    idp.state.who = { sub: '4711', claims: {} }
    t.match((await signIn()).page, { status: 403 }, 'a private account')
    idp.state.who = { sub: '815', claims: { hd: 'school.example', email: 'gil@school.example' } }
    t.match((await signIn()).page, { status: 403, text: /not linked/ }, 'an e-mail address is nobody')
  },
)
