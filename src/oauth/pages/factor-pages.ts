import type { Brand } from './brand.ts'
import { type Html, html } from './html.ts'
import { described, type FormData, faultBox, focused, hiddenField, page } from './page.ts'

/** What the script hands to the browser (WebAuthn), as JSON. */
type PasskeyOptions = object | undefined

/** Hidden until the script has found that the browser knows passkeys. */
function passkeyForm(
  { action, csrf }: FormData,
  kind: 'create' | 'get',
  options: PasskeyOptions,
  isOnly = false,
): Html | undefined {
  if (!options) return undefined
  return html`<form method="post" action="${action}" hidden data-passkey="${JSON.stringify({ kind, options })}">${hiddenField('csrf', csrf)}${hiddenField('credential', '')}
<button${!isOnly && html` class="second"`}>${kind === 'create' ? 'Use a passkey instead' : 'Use your passkey'}</button>
<p class="hint" role="status"></p>
</form>`
}

const cancel = ({ action, csrf }: FormData): Html =>
  html`<form method="post" action="${action}/abort">${hiddenField('csrf', csrf)}<button class="second">Cancel</button></form>`

export function codePage(
  form: FormData,
  { brand, hasTotp, passkey }: { brand: Brand; hasTotp: boolean; passkey: PasskeyOptions },
): string {
  const { action, csrf, faults = [] } = form
  const code = html`<p>Open your authenticator app and type the six digits that it shows for ${brand.displayName}.</p>
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
<label for="code">Code</label>
<input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required${described(faults)}${focused(faults)}>
<button>Continue</button>
</form>`
  const body = html`<h1>${hasTotp ? 'Enter your code' : 'Show your passkey'}</h1>
${faultBox(faults)}
${hasTotp ? code : html`<p>Your account is protected by a passkey.</p><noscript><p>A passkey needs JavaScript: switch it on for this page.</p></noscript>`}
${passkeyForm(form, 'get', passkey, !hasTotp)}
${cancel(form)}`
  return page({
    title: hasTotp ? 'Enter your code' : 'Show your passkey',
    brand,
    body,
    faults,
    hasScript: passkey !== undefined,
  })
}

export function enrolPage(
  form: FormData,
  { brand, secret, qr, passkey }: { brand: Brand; secret: string; qr: string; passkey: PasskeyOptions },
): string {
  const { action, csrf, faults = [] } = form
  const groups = (secret.match(/.{1,4}/g) ?? []).join(' ')
  const body = html`<h1>Set up a second factor</h1>
<p>What you are about to see is sensitive, so the school asks for more than a password. Scan this with an authenticator app.</p>
${faultBox(faults)}
<img class="qr" alt="QR code for the authenticator app" src="${qr}">
<p class="hint">No camera? Type this key into the app:</p>
<p class="secret">${groups}</p>
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
<label for="code">The six digits that the app shows now</label>
<input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required${described(faults)}>
<button>Switch on</button>
</form>
${passkeyForm(form, 'create', passkey)}
${cancel(form)}`
  return page({ title: 'Set up a second factor', brand, body, faults, hasScript: passkey !== undefined })
}
