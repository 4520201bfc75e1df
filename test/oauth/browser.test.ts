import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { newId } from '../../src/foundation/resource/rows.ts'
import { createAccount } from '../../src/oauth/people/accounts.ts'
import { invite } from '../../src/oauth/people/invitations.ts'
import { roleAssignments } from '../../src/operations/access/table.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { asSystem } from '../support/people.ts'
import { serveTest, type TestSchool, type TestService } from '../support/service.ts'

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = places.find((place) => place && existsSync(place))
const without = executablePath ? false : 'there is no Chromium: apt-get install chromium, or set CHROMIUM'
const password = 'three plain words here'

t.test('in a real browser', { skip: without, timeout: 120_000 }, async (t) => {
  const browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  const service = await serveTest(t)
  const school = await service.school('Riverside School')
  const url = await authorizeUrl(service, school)
  await signsInWithAPasskey(t, service, school, browser, url)
  await isReadable(t, browser, url)
})

async function authorizeUrl(service: TestService, school: TestSchool): Promise<string> {
  const { client } = await createOpenClient(
    service.db,
    {
      schoolId: school.id,
      name: 'Staff App',
      kind: 'native',
      scopes: ['pupils:read', 'pupils.sen:read'],
      optionalScopes: ['behaviour:read'],
      redirectUris: ['http://127.0.0.1/back'],
    },
    'test',
  )
  return `${service.publicUrl}/oauth/authorize?${new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: `${service.publicUrl.replace('localhost', '127.0.0.1')}/back`,
    scope: 'pupils:read pupils.sen:read behaviour:read',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`
}

/** Whatever a page complains of is a fault. */
function listen(t: Test, page: Page): void {
  page.on('pageerror', (error) => t.fail(error.message))
  page.on('console', (message) => {
    // A page with a fault in it is answered 422, and the way back leads nowhere here.
    if (message.type() === 'error' && !/status of 4(22|04)/.test(message.text())) t.fail(message.text())
  })
}

/** From the one-time link to the app, by keyboard, with a passkey that a virtual authenticator holds. */
async function signsInWithAPasskey(
  t: Test,
  service: TestService,
  school: TestSchool,
  browser: Browser,
  url: string,
) {
  const full = await makeFullSchool(school)
  const token = await asSystem(service, school, async (tx) => {
    const personId = full.staff.teacher
    const role = { schoolId: school.id, id: newId(), personId, role: 'teacher', validFrom: '2026-09-01' }
    await tx.orm.insert(roleAssignments).values(role)
    return invite(tx, await createAccount(tx, { personId, kind: 'staff', login: 'tea' }))
  })
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  listen(t, page)
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`${service.publicUrl}/oauth/invitations/${school.id}.${token}`)
  await page.fill('#password', password)
  await page.fill('#again', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('text=Your account is ready')

  const enter = async () => {
    await page.goto(url)
    // A busy browser moves the focus a moment after the page has loaded.
    const focus = page.waitForFunction("document.activeElement.id === 'login'", undefined, { timeout: 5_000 })
    await t.resolves(focus, 'one can type at once')
    await page.keyboard.type('tea')
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
  }
  await enter()
  await page.waitForSelector('text=Set up a second factor')
  await page.click('text=Use a passkey instead')
  await page.waitForSelector('text=Let Staff App in?')
  await page.uncheck('input[value="behaviour:read"]')
  await page.click('text=Allow')
  await page.waitForURL(/\/back\?code=/)
  t.pass('a passkey is made and the app let in')

  await context.clearCookies()
  await enter()
  await page.waitForSelector('text=Show your passkey')
  await page.click('text=Use your passkey')
  await page.waitForURL(/\/back\?code=|interaction/)
  if (!page.url().includes('/back?')) {
    await page.waitForSelector('text=Let Staff App in?')
    await page.click('text=Allow')
    await page.waitForURL(/\/back\?code=/)
  }
  t.pass('and used the next time')
  await context.close()
}

interface Seen {
  wide: boolean
  unlabelled: string[]
  ink: string
}

/** Runs in the page, with text at twice its size. */
const look = `(() => {
  document.documentElement.style.setProperty('font-size', '200%')
  const { scrollWidth, clientWidth } = document.documentElement
  const fields = [...document.querySelectorAll('input:not([type=hidden])')]
  return {
    wide: scrollWidth > clientWidth,
    unlabelled: fields.filter((field) => field.labels.length !== 1).map(({ name }) => name),
    ink: getComputedStyle(document.querySelector('h1')).color,
  }
})()`

/** At 320 px, at twice the size of text, in the dark and without scripts. */
async function isReadable(t: Test, browser: Browser, url: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme,
      javaScriptEnabled: true,
    })
    const page = await context.newPage()
    listen(t, page)
    for (const address of [url, new URL('/oauth/device', url).href, new URL('/oauth/sign-out', url).href]) {
      await page.goto(address)
      await page.addStyleTag({ content: '' }).catch(() => t.pass('no style from elsewhere gets in'))
      const { wide, unlabelled, ink } = await page.evaluate<Seen>(look)
      t.notOk(wide, `${address} fits 320 px`)
      t.same(unlabelled, [], 'every field has a label')
      t.not(
        ink,
        colorScheme === 'dark' ? 'rgb(27, 31, 35)' : 'rgb(237, 241, 244)',
        `it follows ${colorScheme}`,
      )
    }
    await context.close()
  }
  const plain = await browser.newContext({ javaScriptEnabled: false })
  const page = await plain.newPage()
  await page.goto(url)
  await page.fill('#login', 'tea')
  await page.fill('#password', 'wrong wrong wrong')
  await page.press('#password', 'Enter')
  await page.waitForSelector('text=do not fit together')
  t.pass('and works without a script')
  await plain.close()
}
