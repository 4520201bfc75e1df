import fc from 'fast-check'
import t from 'tap'
import { html } from '../../../src/oauth/pages/html.ts'
import { everyPage } from './gallery.ts'

const brand = { displayName: 'Wexmoor High School', colour: '#1f5a7a' }
const hostile = `"'></p></title><script>alert(1)</script><img src=x onerror=alert(1)>&amp;<!--`

/** Tags with the names of their attributes: what a page is built of, without a word that it says. */
const skeleton = (page: string) =>
  (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""')).join('\n')

const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

t.test('whatever is put into a template comes out as it was said, and as nothing but text', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.mixedCase(fc.constant(hostile))), (said) => {
      const { text } = html`${said}`
      return !/[<>"']/.test(text) && unescaped(text) === said
    }),
  )
  t.equal(html`<b>${html`<i>${'<'}</i>`}</b>`.text, '<b><i>&lt;</i></b>', 'its own HTML is not escaped twice')
  t.equal(
    html`${undefined}${null}${false}${0}${['a', html`<br>`]}`.text,
    '0a<br>',
    'nothing is said by nothing',
  )
})

t.test('no name, text or token changes what a page is built of', async (t) => {
  const plain = everyPage(brand)
  const attacked = everyPage(brand, (text) => `${text}${hostile}`)
  t.ok(Object.keys(plain).length >= 15)
  for (const [name, page] of Object.entries(plain))
    t.equal(skeleton(attacked[name] as string), skeleton(page), name)
})

t.test('no page carries a style, a script or a handler of its own', async (t) => {
  for (const [name, page] of Object.entries(everyPage(brand))) {
    t.notMatch(page, /<style|<script(?! src="\/oauth\/script\/)|\son\w+=|\sstyle=|="javascript:/i, name)
    t.match(page, /^<!doctype html>\n<html lang="en-GB">/, `${name} says its language`)
    t.equal(page.match(/<h1/g)?.length, 1, `${name} has one heading`)
  }
})
