import { createHash } from 'node:crypto'
import t from 'tap'
import { plainBrand } from '../../../src/oauth/pages/brand.ts'
import { consentPage } from '../../../src/oauth/pages/consent-page.ts'
import { pageHeaders } from '../../../src/oauth/pages/page.ts'
import { script, scriptHash } from '../../../src/oauth/pages/script.ts'
import { style, styleHash } from '../../../src/oauth/pages/style.ts'
import { everyPage } from './gallery.ts'

const policy = (targets?: string[]) => pageHeaders(targets)['content-security-policy']

t.test('pages are never cached, framed or read along, and load nothing from elsewhere', async (t) => {
  t.match(pageHeaders(), {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': /camera=\(\)/,
  })
  t.equal(
    policy(),
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
})

t.test('forms may lead to the app that asked, and to nothing that would add to the policy', async (t) => {
  const good = ['https://app.example.com', 'http://127.0.0.1:4000', 'com.example.app:']
  t.match(policy(good), `form-action 'self' ${good.join(' ')}; frame`)
  t.match(policy(['http://[::1]:4000']), "form-action 'self' http:; frame", 'a browser knows no IPv6 there')
  for (const bad of [
    'https://a;script-src',
    'https://a *',
    '*',
    "'unsafe-inline'",
    'https://a,b',
    '',
    'https://a\n',
  ])
    t.equal(policy([bad]), policy(), JSON.stringify(bad))
})

t.test('style and script stand at an address that changes with what is in them', async (t) => {
  for (const [text, hash] of [
    [style, styleHash],
    [script, scriptHash],
  ] as const)
    t.equal(hash, createHash('sha256').update(text).digest('base64url').slice(0, 12))
  const pages = everyPage(plainBrand)
  t.match(
    pages.passkey,
    /<noscript>.*JavaScript/,
    'where there is no other way than the script, that is said',
  )
  for (const [name, page] of Object.entries(pages)) {
    t.match(page, `/oauth/style/${styleHash}.css`)
    t.equal(
      page.includes('<script'),
      page.includes('data-passkey'),
      `${name} has the script only for a passkey`,
    )
  }
})

t.test('a page with faults says so in its title, and they describe its fields', async (t) => {
  for (const [name, page] of Object.entries(everyPage(plainBrand))) {
    const isWrong = name.endsWith('-fault')
    t.equal(/<title>Error: /.test(page), isWrong, name)
    t.equal(/role="alert" tabindex="-1" autofocus id="faults"/.test(page), isWrong)
    t.equal(/aria-invalid="true" aria-describedby="(\w+ )?faults"/.test(page), isWrong)
    t.ok((page.match(/ autofocus/g) ?? []).length <= 1, 'one thing takes the focus')
    for (const [, ids = ''] of page.matchAll(/aria-describedby="([^"]*)"/g))
      for (const id of ids.split(' ')) t.ok(page.includes(`id="${id}"`), `${name} has #${id}`)
  }
})

t.test(
  'consent says which app, whose, about whom, what and until when; only optional scopes can be unticked',
  async (t) => {
    const { consent = '' } = everyPage({ displayName: 'Wexmoor High School', colour: '#1f5a7a' })
    for (const said of [
      'Let Family App in?',
      'Wexmoor Learning Ltd',
      'Ella Brook and Tom Brook',
      'Amira Brook',
      'Wexmoor High School has an agreement',
      '31 July 2027 at the latest',
      'Read attendance codes, registers and marks',
      'United Kingdom',
    ])
      t.match(consent, said)
    t.same(
      [...consent.matchAll(/type="checkbox"[^>]* value="([^"]*)"/g)].map(([, scope]) => scope),
      ['behaviour:read', 'pupils.contacts:read'],
    )
    t.match(consent, /<fieldset[^>]*><legend>/)
  },
)

t.test('a privacy notice becomes a link only where it is on the web', async (t) => {
  const asked = {
    brand: plainBrand,
    appName: 'Family App',
    publisher: '',
    personName: 'Amira Brook',
    about: 'yourself',
    dataLocation: null,
    until: '2027-07-31',
    scopes: [],
  }
  const form = { action: '/a', csrf: 'x' }
  t.match(consentPage(form, { ...asked, privacyNotice: 'https://a.example/p' }), 'href="https://a.example/p"')
  for (const privacyNotice of ['javascript:alert(1)', 'data:text/html,x', 'see our site', null])
    t.notMatch(consentPage(form, { ...asked, privacyNotice }), 'privacy notice', String(privacyNotice))
})
