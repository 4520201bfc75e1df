import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { renderSVG } from 'uqr'
import type { Brand } from '../../../src/oauth/pages/brand.ts'
import { consentPage } from '../../../src/oauth/pages/consent-page.ts'
import { codePage, enrolPage } from '../../../src/oauth/pages/factor-pages.ts'
import {
  deviceConfirmPage,
  devicePage,
  errorPage,
  messagePage,
  signOutPage,
} from '../../../src/oauth/pages/other-pages.ts'
import { brandStyle, pageHeaders } from '../../../src/oauth/pages/page.ts'
import { script, scriptHash } from '../../../src/oauth/pages/script.ts'
import { choosePage, invitationPage, signInPage } from '../../../src/oauth/pages/sign-in-page.ts'
import { style, styleHash } from '../../../src/oauth/pages/style.ts'

const passkey = { challenge: 'AAAA', rpId: 'localhost', allowCredentials: [], userVerification: 'preferred' }
const qr = `data:image/svg+xml,${encodeURIComponent(renderSVG('otpauth://totp/x?secret=JBSWY3DPEHPK3PXP'))}`

/** Every page there is; what people or publishers write goes through `say`. */
export function everyPage(brand: Brand, say = (text: string) => text): Record<string, string> {
  const named = { displayName: say(brand.displayName), colour: brand.colour }
  const form = { action: '/done', csrf: say('token') }
  const wrong = { ...form, faults: [say('User name and password do not fit together.')] }
  const whom = { brand: named, appName: say('Family App') }
  const scopes = [
    ['pupils:read', 'Read pupils: names, admission number, year group, enrolment', false],
    ['attendance:read', 'Read attendance codes, registers and marks', false],
    ['behaviour:read', 'Read achievements and incidents', true],
    ['pupils.contacts:read', "Read pupils' own address, telephone and e-mail", true],
  ] as const
  const code = { brand: named, hasTotp: true, passkey: undefined }
  const providers = [{ id: 'g', name: say('Google Workspace') }]
  const schools = ['Fernleigh Primary School', 'Wexmoor High School'].map((name, at) => ({
    id: `${at}`,
    name: say(name),
  }))
  const enrolment = { brand: named, secret: '7N5OH4DSWLV6XXCCOLE46OJYMSBPS3X3', qr, passkey }
  const invited = { brand: named, name: say('Peter Brook'), login: say('p.brook') }
  return {
    'sign-in': signInPage(form, { ...whom, providers }),
    'sign-in-fault': signInPage(wrong, { ...whom, login: say('p.brook') }),
    choose: choosePage(form, { ...whom, schools }),
    code: codePage(form, { ...code, passkey }),
    'code-fault': codePage({ ...form, faults: ['This code does not fit.'] }, code),
    passkey: codePage(form, { ...code, hasTotp: false, passkey }),
    enrol: enrolPage(form, enrolment),
    invitation: invitationPage(form, invited),
    'invitation-fault': invitationPage(
      { ...form, faults: ['Use at least 12 characters.', 'The two passwords differ.'] },
      invited,
    ),
    consent: consentPage(form, {
      ...whom,
      publisher: say('Wexmoor Learning Ltd'),
      personName: say('Amira Brook'),
      about: say('Ella Brook and Tom Brook'),
      privacyNotice: 'https://app.example.com/privacy',
      dataLocation: say('United Kingdom'),
      until: '2027-07-31',
      scopes: scopes.map(([scope, meaning, isOptional]) => ({ scope, meaning: say(meaning), isOptional })),
    }),
    device: devicePage(form, say('BCDF-GHJK')),
    'device-fault': devicePage({ ...form, faults: ['There is no such code. Look again; it has no vowels.'] }),
    'device-confirm': deviceConfirmPage(form, { appName: say('Kiosk'), code: 'X', shown: say('BCDF-GHJK') }),
    'sign-out': signOutPage(form, say('Family App')),
    message: messagePage(say('Your device is connected'), say('You may close this page.'), named),
    error: errorPage({
      title: 'That did not work',
      detail: say('The app is not known here.'),
      reference: 'a1b2',
    }),
  }
}

/** Serves the pages as the service does, `/<name>/<colour>`; whatever else is a form's target. */
export async function serveGallery(t: Test, displayName = 'Wexmoor High School'): Promise<string> {
  const server = createServer((request, response) => {
    const [, first = '', second = '', third = ''] = (request.url ?? '/').split('/')
    const send = (type: string, text: string) => response.setHeader('content-type', type).end(text)
    if (third === `${styleHash}.css`) return send('text/css', style)
    if (third === `${scriptHash}.js`) return send('text/javascript', script)
    if (second === 'brand') return send('text/css', brandStyle(`#${third.slice(0, 6)}`))
    const text = everyPage({ displayName, colour: `#${second}` })[first]
    response.setHeaders(new Map(Object.entries(pageHeaders())))
    response.end(text ?? messagePage('Sent', `${request.method}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  // localhost is trustworthy enough for passkeys, an address in numbers is not.
  return `http://localhost:${(server.address() as AddressInfo).port}`
}
