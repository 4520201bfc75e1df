import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { everyPage, serveGallery } from './gallery.ts'

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = places.find((place) => place && existsSync(place))
const without = executablePath ? false : 'there is no Chromium: apt-get install chromium, or set CHROMIUM'
const names = Object.keys(everyPage({ displayName: '', colour: '#000000' }))

t.test('in a real browser', { skip: without, timeout: 120_000 }, async (t) => {
  const browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  const base = await serveGallery(t)
  await t.test('every page fits 320 px at twice the size of text, and complains of nothing', (t) =>
    fits(t, browser, base),
  )
  await t.test('a name without a gap in it fits as well', async (t) =>
    fits(
      t,
      browser,
      await serveGallery(t, 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(2)),
    ),
  )
  await t.test('the keyboard reaches everything in the order in which it is read', (t) =>
    hasOrder(t, browser, base),
  )
  await t.test('nothing moves once it is shown', (t) => staysInPlace(t, browser, base))
  await t.test('text is readable as painted, with a pale and with a dark colour', (t) =>
    isReadable(t, browser, base),
  )
  await t.test('without a script only passkeys are missing', (t) => worksPlain(t, browser, base))
  await t.test('a browser that knows no passkeys is told', (t) => tellsOfNoPasskeys(t, browser, base))
})

async function pageOf(t: Test, browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options })
  t.teardown(() => context.close())
  const page = await context.newPage()
  page.on('pageerror', (error) => t.fail(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') t.fail(message.text())
  })
  return page
}

async function fits(t: Test, browser: Browser, base: string) {
  const page = await pageOf(t, browser, { viewport: { width: 320, height: 640 } })
  for (const name of names) {
    await page.goto(`${base}/${name}/1f5a7a`)
    for (const size of ['100%', '200%']) {
      const tooWide = await page.evaluate<string[]>(`(() => {
        document.documentElement.style.fontSize = '${size}'
        const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > 320.5)
        return [...wide.map(({ tagName }) => tagName), ...(document.documentElement.scrollWidth > 320 ? ['page'] : [])]
      })()`)
      t.same(tooWide, [], `${name} at ${size}`)
    }
  }
}

const painted = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'

/** What has the focus after each press of Tab. */
async function walk(page: Page): Promise<string[]> {
  const at = `(() => { const { id, textContent } = document.activeElement; return id || textContent })()`
  // A browser gives the focus with its first painting.
  await page.evaluate(painted)
  const seen = [await page.evaluate<string>(at)]
  while (seen.length < 20) {
    await page.keyboard.press('Tab')
    const next = await page.evaluate<string>(at)
    // After the last one comes the browser's own, or the first again.
    if (seen.includes(next) || (await page.evaluate('document.activeElement === document.body'))) break
    const ring = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    seen.push(ring === 'solid' ? next : `${next} without a ring`)
  }
  return seen
}

const orders: Record<string, string[]> = {
  'sign-in': ['login', 'password', 'Sign in', 'Sign in with Google Workspace', 'Cancel'],
  'sign-in-fault': ['faults', 'login', 'password', 'Sign in', 'Cancel'],
  choose: ['school', 'Continue'],
  code: ['code', 'Continue', 'Use your passkey', 'Cancel'],
  'code-fault': ['faults', 'code', 'Continue', 'Cancel'],
  'invitation-fault': ['faults', 'login', 'password', 'again', 'Use this password'],
  'device-fault': ['faults', 'user_code', 'Continue'],
}

async function hasOrder(t: Test, browser: Browser, base: string) {
  const page = await pageOf(t, browser)
  for (const [name, order] of Object.entries(orders)) {
    await page.goto(`${base}/${name}/1f5a7a`)
    t.same(await walk(page), order, name)
  }
  await page.goto(`${base}/consent/1f5a7a`)
  t.same((await walk(page)).slice(1), [
    'The app’s privacy notice',
    'behaviour:read',
    'pupils.contacts:read',
    'Allow',
    'Do not allow',
  ])
  await page.goto(`${base}/consent/1f5a7a`)
  await page.click('text=Read achievements and incidents')
  t.notOk(await page.isChecked('[value="behaviour:read"]'), 'the words of a scope switch it as well')
}

async function staysInPlace(t: Test, browser: Browser, base: string) {
  const page = await pageOf(t, browser)
  await page.addInitScript(`window.moved = 0
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.moved += value })
      .observe({ type: 'layout-shift', buffered: true })`)
  const session = await page.context().newCDPSession(page)
  await session.send('Page.enable')
  await session.send('Page.setLifecycleEventsEnabled', { enabled: true })
  let shown = Promise.withResolvers<void>()
  session.on('Page.lifecycleEvent', ({ name }) => name === 'firstContentfulPaint' && shown.resolve())
  // The script comes late, as over a bad line: the page is painted before.
  await page.route('**/oauth/script/*', async (route) => {
    await shown.promise
    await route.continue()
  })
  for (const name of ['sign-in', 'code', 'passkey', 'enrol', 'consent']) {
    shown = Promise.withResolvers<void>()
    await page.goto(`${base}/${name}/1f5a7a`)
    await page.evaluate(painted)
    t.equal(await page.evaluate('window.moved'), 0, name)
  }
}

/** Contrast of every text with what is painted below it. Runs in the page. */
const faint = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const light = (colour) => parts(colour).slice(0, 3).map((each) => each / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
    .reduce((sum, share, at) => sum + share * [0.2126, 0.7152, 0.0722][at], 0)
  const below = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (parts(colour)[3] !== 0) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const says = (element) => [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim())
  return [...document.querySelectorAll('body, body *')].filter(says).filter((element) => {
    const [dark, bright] = [light(getComputedStyle(element).color), light(below(element))].sort((a, b) => a - b)
    return (bright + 0.05) / (dark + 0.05) < 4.5
  }).map(({ tagName, textContent }) => tagName + ' ' + textContent)
})()`

async function isReadable(t: Test, browser: Browser, base: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await pageOf(t, browser, { colorScheme })
    for (const colour of ['ffe9a8', '0b1020', '777777'])
      for (const name of ['consent', 'sign-in-fault', 'enrol', 'error']) {
        await page.goto(`${base}/${name}/${colour}`)
        t.same(await page.evaluate(faint), [], `${name} on ${colour}, ${colorScheme}`)
      }
  }
}

async function worksPlain(t: Test, browser: Browser, base: string) {
  const page = await pageOf(t, browser, { javaScriptEnabled: false })
  await page.goto(`${base}/code/1f5a7a`)
  t.notOk(await page.isVisible('text=Use your passkey'))
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('text=POST')
  await page.goto(`${base}/sign-in-fault/1f5a7a`)
  await page.keyboard.press('Tab')
  await page.keyboard.type('!')
  t.match(await page.inputValue('#login'), '!', 'the focus begins at the faults')
}

async function tellsOfNoPasskeys(t: Test, browser: Browser, base: string) {
  const page = await pageOf(t, browser)
  await page.addInitScript('delete window.PublicKeyCredential')
  await page.goto(`${base}/passkey/1f5a7a`)
  t.ok(await page.isVisible('text=does not know passkeys'))
  t.ok(await page.isDisabled('text=Use your passkey'))
  await page.goto(`${base}/code/1f5a7a`)
  t.notOk(await page.isVisible('text=Use your passkey'), 'where a code does, nothing is said')
}
