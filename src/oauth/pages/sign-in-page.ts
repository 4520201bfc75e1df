import type { Brand } from './brand.ts'
import { html } from './html.ts'
import { described, type FormData, faultBox, focused, hiddenField, page } from './page.ts'

export function signInPage(
  { action, csrf, faults = [] }: FormData,
  {
    brand,
    appName,
    providers = [],
    login = '',
  }: { brand: Brand; appName: string; providers?: readonly { id: string; name: string }[]; login?: string },
): string {
  const body = html`<h1>Sign in</h1>
<p class="quiet">to go on to ${appName}</p>
${faultBox(faults)}
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
<label for="login">User name</label>
<input id="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200" value="${login}"${described(faults)}${focused(faults)}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"${described(faults)}>
<button>Sign in</button>
</form>
${providers.map(({ id, name }) => html`<a class="button second" href="${action}/with/${id}">Sign in with ${name}</a>`)}
<form method="post" action="${action}/abort">${hiddenField('csrf', csrf)}<button class="second">Cancel</button></form>
<p class="hint">Forgotten your password? Ask the school office for a new link.</p>`
  return page({ title: 'Sign in', brand, body, faults })
}

export function choosePage(
  { action, csrf, faults = [] }: FormData,
  {
    brand,
    appName,
    schools,
  }: { brand: Brand; appName: string; schools: readonly { id: string; name: string }[] },
): string {
  const body = html`<h1>Choose your school</h1>
<p class="quiet">${appName} is used by several schools.</p>
${faultBox(faults)}
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
<label for="school">School</label>
<select id="school" name="school"${described(faults)}${focused(faults)}>${schools.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select>
<button>Continue</button>
</form>`
  return page({ title: 'Choose your school', brand, body, faults })
}

export function invitationPage(
  { action, csrf, faults = [] }: FormData,
  { brand, name, login }: { brand: Brand; name: string; login: string },
): string {
  const body = html`<h1>Welcome, ${name}</h1>
<p>Choose a password for your account at ${brand.displayName}. Three or four words that only you would put together are good, and easy to remember.</p>
${faultBox(faults)}
<form method="post" action="${action}">${hiddenField('csrf', csrf)}
<label for="login">Your user name</label>
<input id="login" name="login" type="text" autocomplete="username" value="${login}" readonly>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="128" required${described(faults, 'rule')}${focused(faults)}>
<p class="hint" id="rule">At least 12 characters.</p>
<label for="again">The same again</label>
<input id="again" name="again" type="password" autocomplete="new-password" minlength="12" maxlength="128" required${described(faults)}>
<button>Use this password</button>
</form>`
  return page({ title: 'Choose a password', brand, body, faults })
}
