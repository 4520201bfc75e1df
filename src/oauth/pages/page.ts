import { type Brand, inkOn, readableOn } from './brand.ts'
import { type Html, html } from './html.ts'
import { scriptHash } from './script.ts'
import { styleHash } from './style.ts'

const lightPaper = '#ffffff'
const darkPaper = '#14181c'

/** The custom properties of a school's colour. Its own style sheet, since no style may stand in a page (CSP). */
export function brandStyle(colour: string): string {
  return `:root{--brand:${colour};--brand-ink:${inkOn(colour)};--brand-link:${readableOn(lightPaper, colour, '#1f5a7a')};--brand-link-dark:${readableOn(darkPaper, colour, '#8cc7e8')}}`
}

/** A whole page. */
export function page({
  title,
  brand,
  body,
  hasScript = false,
}: {
  title: string
  brand: Brand
  body: Html
  hasScript?: boolean
}): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – ${brand.displayName}</title>
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

/** Faults at the top of a form, where a screen reader begins. */
export function faultBox(faults: readonly string[]): Html | undefined {
  if (faults.length === 0) return undefined
  return html`<div class="fault" role="alert" tabindex="-1" id="faults"><h2>That did not work</h2><ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul></div>`
}

/** `form-action` also holds for where a form is redirected to: the app's own address. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
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
