import type { Brand } from './brand.ts'
import { html } from './html.ts'
import { type FormData, hiddenField, page } from './page.ts'

export interface AskedScope {
  scope: string
  /** What it opens, in plain words. */
  meaning: string
  /** Whether the person may switch it off. */
  isOptional: boolean
}

export interface Consent {
  brand: Brand
  appName: string
  publisher: string
  personName: string
  /** Whose data it is about: "your own record", the names of children. */
  about: string
  privacyNotice: string | null
  dataLocation: string | null
  /** Last day of the school's agreement with the app. */
  until: string
  scopes: readonly AskedScope[]
}

const inWords = (day: string) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )

/** Only an address on the web becomes a link: what a publisher gives may be anything. */
const isOnTheWeb = (address: string) => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)

export function consentPage({ action, csrf }: FormData, asked: Consent): string {
  const { brand, appName, publisher, personName, about, privacyNotice, dataLocation, until } = asked
  const fixed = asked.scopes.filter(({ isOptional }) => !isOptional)
  const optional = asked.scopes.filter(({ isOptional }) => isOptional)
  const body = html`<h1>Let ${appName} in?</h1>
<p>You are signed in as <strong>${personName}</strong>. ${brand.displayName} has an agreement with this app; it still needs your word to act for you.</p>
<dl>
<dt>App</dt><dd>${appName}</dd>
${publisher && html`<dt>Made by</dt><dd>${publisher}</dd>`}
<dt>About</dt><dd>${about}</dd>
${dataLocation && html`<dt>Data kept in</dt><dd>${dataLocation}</dd>`}
<dt>Until</dt><dd>${inWords(until)} at the latest, or until you or the school end it</dd>
${privacyNotice && isOnTheWeb(privacyNotice) && html`<dt>Privacy</dt><dd><a href="${privacyNotice}" rel="noreferrer">The app’s privacy notice</a></dd>`}
</dl>
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
${fixed.length > 0 && html`<h2>It will</h2><ul class="scopes">${fixed.map(({ meaning }) => html`<li><span class="tick" aria-hidden="true">✓</span><span>${meaning}</span></li>`)}</ul>`}
${
  optional.length > 0 &&
  html`<fieldset aria-describedby="choice"><legend>It would also like to</legend><p class="hint" id="choice">Untick what you do not want it to have.</p><ul class="scopes">${optional.map(
    ({ scope, meaning }) =>
      html`<li><input type="checkbox" id="${scope}" name="scope" value="${scope}" checked><label for="${scope}">${meaning}</label></li>`,
  )}</ul></fieldset>`
}
<button>Allow</button>
</form>
<form method="post" action="${action}/abort">${hiddenField('csrf', csrf)}<button class="second">Do not allow</button></form>`
  return page({ title: `Let ${appName} in?`, brand, body })
}
