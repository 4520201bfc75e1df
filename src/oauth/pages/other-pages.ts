import { type Brand, plainBrand } from './brand.ts'
import { html } from './html.ts'
import { described, type FormData, faultBox, focused, hiddenField, page } from './page.ts'

export function errorPage({
  title,
  detail,
  reference,
}: {
  title: string
  detail: string
  reference?: string
}): string {
  const quote = reference && html`, and quote <span class="secret">${reference}</span>`
  const body = html`<h1>${title}</h1>
<p>${detail}</p>
<p class="quiet">Go back to the app and try again. If it happens again, tell the school office${quote}.</p>`
  return page({ title, brand: plainBrand, body })
}

export function messagePage(title: string, text: string, brand: Brand = plainBrand): string {
  return page({ title, brand, body: html`<h1>${title}</h1><p>${text}</p>` })
}

export function devicePage({ action, csrf, faults = [] }: FormData, code = ''): string {
  const body = html`<h1>Connect a device</h1>
<p>Type the code that the device shows.</p>
${faultBox(faults)}
<form method="post" action="${action}">${hiddenField('xsrf', csrf)}
<label for="user_code">Code</label>
<input class="code" id="user_code" name="user_code" type="text" value="${code}" autocomplete="off" autocapitalize="characters" spellcheck="false" required${described(faults)}${focused(faults)}>
<button>Continue</button>
</form>`
  return page({ title: 'Connect a device', brand: plainBrand, body, faults })
}

export function deviceConfirmPage(
  { action, csrf }: FormData,
  { appName, code, shown }: { appName: string; code: string; shown: string },
): string {
  const body = html`<h1>Is this your device?</h1>
<p><strong>${appName}</strong> wants to be connected. Go on only if the device in front of you shows this code:</p>
<p class="secret"><strong>${shown}</strong></p>
<form method="post" action="${action}">${hiddenField('xsrf', csrf)}${hiddenField('user_code', code)}${hiddenField('confirm', 'yes')}
<button>It shows this code</button>
<button class="second" name="abort" value="yes">It does not</button>
</form>`
  return page({ title: 'Is this your device?', brand: plainBrand, body })
}

export function signOutPage({ action, csrf }: FormData, appName: string | undefined): string {
  const body = html`<h1>Sign out?</h1>
<p>${appName ? html`<strong>${appName}</strong> asks to sign you out here as well.` : 'You will be signed out here.'}</p>
<form method="post" action="${action}">${hiddenField('xsrf', csrf)}
<button name="logout" value="yes">Sign out</button>
<button class="second">Stay signed in</button>
</form>`
  return page({ title: 'Sign out?', brand: plainBrand, body })
}
