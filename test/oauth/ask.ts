/** What a client sends as its Authorization header. */
export const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

export const grant = { grant_type: 'client_credentials' }

export interface Asked {
  status: number
  headers: Headers
  type: string
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the protocol says is there
  body: any
}

/** Posts a form to the authorization server. */
export async function ask(
  url: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form)
  return answerOf(await fetch(url, { method: 'POST', headers, body }))
}

export async function answerOf(response: Response): Promise<Asked> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    type,
    text,
    body: type.includes('json') ? JSON.parse(text) : undefined,
  }
}
