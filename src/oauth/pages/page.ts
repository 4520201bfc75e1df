import { type Brand, inkOn, readableOn } from './brand.ts'
import { type Html, html } from './html.ts'
import { scriptHash } from './script.ts'
import { styleHash } from './style.ts'

/** What text stands on, as in the style sheet, and what is read there whatever colour a school has. */
export const papers = {
  light: { paper: '#ffffff', panel: '#f3f5f7', link: '#1f5a7a', edge: '#747d86' },
  dark: { paper: '#171c21', panel: '#20272d', link: '#8cc7e8', edge: '#8b969f' },
} as const

/**
 * The custom properties of a school's colour. Its own style sheet, since no style may stand in a page (CSP).
 * Links stand on paper and on panels, of which panels are the harder to read on. A colour that is lost on the page still
 * fills heading and buttons, with an edge that shows where they end.
 */
export function brandStyle(colour: string): string {
  const { light, dark } = papers
  const properties = {
    brand: colour,
    'brand-ink': inkOn(colour),
    'brand-link': readableOn(light.panel, colour, light.link),
    'brand-link-dark': readableOn(dark.panel, colour, dark.link),
    'brand-edge': readableOn(light.paper, colour, light.edge, 3),
    'brand-edge-dark': readableOn(dark.paper, colour, dark.edge, 3),
  }
  const lines = Object.entries(properties).map(([name, value]) => `--${name}:${value}`)
  return `:root{${lines.join(';')}}`
}

/** A whole page. */
export function page({
  title,
  brand,
  body,
  faults = [],
  hasScript = false,
}: {
  title: string
  brand: Brand
  body: Html
  /** A page with faults says so in its title: that is what a screen reader says first. */
  faults?: readonly string[]
  hasScript?: boolean
}): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${faults.length > 0 && 'Error: '}${title} – ${brand.displayName}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/oauth/style/${styleHash}.css">
<link rel="stylesheet" href="/oauth/brand/${brand.colour.slice(1)}.css">
${hasScript && html`<script src="/oauth/script/${scriptHash}.js" defer></script>`}
</head>
<body>
<header>${brand.displayName}</header>
<main>
${body}
</main>
<footer>Your school decides which apps may be used, and sees who has read what.</footer>
</body>
</html>
`.text
}

/** Where a form goes, and what proves that it is ours. */
export interface FormData {
  action: string
  csrf: string
  faults?: readonly string[]
}

export const hiddenField = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`

/** What a field is described by: its hint, and the faults where there are any. */
export function described(faults: readonly string[], hint?: string): Html | undefined {
  if (faults.length === 0) return hint === undefined ? undefined : html` aria-describedby="${hint}"`
  return html` aria-invalid="true" aria-describedby="${hint === undefined ? '' : `${hint} `}faults"`
}

/** The first field takes the focus, so that one can type at once; where there are faults, they take it. */
export const focused = (faults: readonly string[]): Html | undefined =>
  faults.length === 0 ? html` autofocus` : undefined

/** Faults at the top of a form. They take the focus, also without a script: one reads them first and goes on from there. */
export function faultBox(faults: readonly string[]): Html | undefined {
  if (faults.length === 0) return undefined
  return html`<div class="fault" role="alert" tabindex="-1" autofocus id="faults"><h2>That did not work</h2><ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul></div>`
}

/** A scheme, or scheme, host and port: nothing by which a word could be added to the policy. */
const target = /^[a-z][a-z0-9+.-]*:(\/\/[\w.:[\]-]+)?$/i

/** CSP knows no addresses of IPv6 (CSP 3, 2.3.1: host-source), so a native app on http://[::1] is let in by its scheme. */
const inPolicy = (each: string) => (each.includes('[') ? each.slice(0, each.indexOf(':') + 1) : each)

/** `form-action` also holds for where a form is redirected to: the app's own address. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    `form-action ${["'self'", ...formTargets.filter((each) => target.test(each)).map(inPolicy)].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  }
}
