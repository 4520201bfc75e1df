/** A page as a browser without a screen has it. */
export interface Page {
  status: number
  url: string
  text: string
  headers: Headers
}

/** Follows redirects, keeps cookies by path, sends forms: what a browser does of a sign-in, without drawing it. */
export function browser(origin: string) {
  const cookies = new Map<string, { value: string; path: string }>()

  const remember = (headers: Headers) => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
      const isGone = attributes.some((each) => /^expires=Thu, 01 Jan 1970/i.test(each)) || value === ''
      if (isGone) cookies.delete(`${name} ${path}`)
      else cookies.set(`${name} ${path}`, { value, path })
    }
  }
  const cookieFor = (path: string) =>
    [...cookies]
      .filter(([, each]) => path.startsWith(each.path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ')

  /** Ends at the first answer that is no redirect, or at a redirect that leaves the server. */
  const go = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const target = new URL(url, origin)
    if (target.origin !== origin) return { status: 0, url: target.href, text: '', headers: new Headers() }
    const response = await fetch(target, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: cookieFor(target.pathname), ...init.headers },
    })
    remember(response.headers)
    const next = response.headers.get('location')
    if (next && response.status >= 300 && response.status < 400) return go(new URL(next, target).href)
    return {
      status: response.status,
      url: target.href,
      text: await response.text(),
      headers: response.headers,
    }
  }

  /** Sends the first form of a page, with what is typed into it. Checked boxes go along unless left out by `without`. */
  const submit = (
    page: Page,
    typed: Record<string, string> = {},
    without: readonly string[] = [],
  ): Promise<Page> => {
    const form = /<form[^>]*>[\s\S]*?<\/form>/.exec(page.text)?.[0] ?? ''
    const action = /action="([^"]*)"/.exec(form)?.[1] ?? page.url
    const body = new URLSearchParams()
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1]
      const name = attribute('name')
      if (!name || name in typed || without.includes(attribute('value') ?? '')) continue
      if (attribute('type') === 'hidden' || attribute('type') === 'checkbox')
        body.append(name, attribute('value') ?? '')
    }
    for (const [name, value] of Object.entries(typed)) body.append(name, value)
    return go(action, { method: 'POST', body })
  }
  return { go, submit, cookies }
}
