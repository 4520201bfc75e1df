import fc from 'fast-check'
import t from 'tap'
import { contrast, inkOn } from '../../../src/oauth/pages/brand.ts'
import { html } from '../../../src/oauth/pages/html.ts'
import { brandStyle, pageHeaders } from '../../../src/oauth/pages/page.ts'
import { signInPage } from '../../../src/oauth/pages/sign-in-page.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

t.test('whatever colour a school chooses, its pages can be read (WCAG 2.2, 1.4.3)', async (t) => {
  fc.assert(
    fc.property(colour, (chosen) => {
      const [, link = '', dark = ''] =
        /--brand-link:(#\w{6});--brand-link-dark:(#\w{6})/.exec(brandStyle(chosen)) ?? []
      return (
        contrast(chosen, inkOn(chosen)) >= 4.5 &&
        contrast('#ffffff', link) >= 4.5 &&
        contrast('#14181c', dark) >= 4.5
      )
    }),
    { numRuns: 2_000 },
  )
  t.equal(Math.round(contrast('#000000', '#ffffff')), 21)
})

t.test('nothing that was typed becomes markup', async (t) => {
  const hostile = `"><script>alert('x')</script>&`
  t.equal(html`<p title="${hostile}">${[hostile, html`<b>${1}</b>`]}</p>`.text.includes('<script>'), false)
  const page = signInPage(
    { action: hostile, csrf: hostile, faults: [hostile] },
    {
      brand: { displayName: hostile, colour: '#000000' },
      appName: hostile,
      login: hostile,
      providers: [{ id: hostile, name: hostile }],
    },
  )
  t.notMatch(page, /<script|alert\('/)
})

t.test('a page loads nothing from elsewhere and stands in nobody’s frame', async (t) => {
  const policy = pageHeaders(['https://app.example'])['content-security-policy'] ?? ''
  t.match(policy, /default-src 'none'/)
  t.match(policy, /frame-ancestors 'none'/)
  t.match(policy, /form-action 'self' https:\/\/app\.example/)
  t.notMatch(policy, /unsafe|\*/)
})
