import fc from 'fast-check'
import t from 'tap'
import { contrast, inkOn, readableOn } from '../../../src/oauth/pages/brand.ts'
import { brandStyle, papers } from '../../../src/oauth/pages/page.ts'
import { style } from '../../../src/oauth/pages/style.ts'

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((number) => `#${number.toString(16).padStart(6, '0')}`)

function propertiesOf(css: string): Record<string, string> {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+):(#[0-9a-f]{3,8})/g)].map(([, name, value]) => [name, value]),
  )
}

t.test('contrast is the ratio of WCAG 2.2', async (t) => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#336699', '#336699'), 1)
  t.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54', 'the lightest grey that is readable on white')
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48', 'and the first that is not')
})

t.test('text is readable on every colour that a school can choose', async (t) => {
  fc.assert(
    fc.property(colour, (each) => contrast(each, inkOn(each)) >= 4.5),
    { numRuns: 2000 },
  )
  t.equal(inkOn('#ffe9a8'), '#000000')
  t.equal(inkOn('#1f5a7a'), '#ffffff')
})

t.test(
  'links and focus are readable on pages and panels, and buttons have an edge, in light and dark',
  async (t) => {
    fc.assert(
      fc.property(colour, (each) => {
        const all = propertiesOf(brandStyle(each))
        return (['light', 'dark'] as const).every((scheme) => {
          const { paper, panel } = papers[scheme]
          const suffix = scheme === 'dark' ? '-dark' : ''
          const link = all[`brand-link${suffix}`] as string
          const edge = all[`brand-edge${suffix}`] as string
          return contrast(paper, link) >= 4.5 && contrast(panel, link) >= 4.5 && contrast(paper, edge) >= 3
        })
      }),
      { numRuns: 2000 },
    )
    t.equal(readableOn('#ffffff', '#5b2a86', '#000000'), '#5b2a86', 'a colour that can be read is kept')
    t.match(brandStyle('#5b2a86'), /--brand-link:#5b2a86;/)
  },
)

t.test('what contrast is computed against is what the style sheet paints', async (t) => {
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme:dark)')
  for (const [part, { paper, panel }] of [
    [light, papers.light],
    [dark, papers.dark],
  ] as const) {
    const {
      paper: painted = '',
      soft,
      ink = '',
      quiet = '',
      line = '',
      fault = '',
      'fault-soft': box = '',
    } = propertiesOf(part)
    t.equal(painted === '#fff' ? '#ffffff' : painted, paper)
    t.equal(soft, panel)
    for (const text of [ink, quiet, fault]) t.ok(contrast(paper, text) >= 4.5, `${text} on ${paper}`)
    for (const text of [ink, quiet]) t.ok(contrast(panel, text) >= 4.5, `${text} on ${panel}`)
    for (const text of [ink, fault]) t.ok(contrast(box, text) >= 4.5, `${text} on ${box}`)
    t.ok(contrast(paper, line) >= 3, 'fields have an edge')
  }
})
