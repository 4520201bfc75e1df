import { setTimeout as wait } from 'node:timers/promises'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { servingRole } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemActor, writeInSchool } from '../../src/foundation/db/transaction.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { schools } from '../../src/records/schools/table.ts'
import type { Killable } from './killable.ts'

export interface Said {
  status: number
  etag: string
  isReplayed: boolean
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the contract says is there
  body: any
  text: string
}

export interface CallOptions {
  body?: unknown
  headers?: Record<string, string>
}

/** An app of a school. Its server may die at any moment. */
export interface Caller {
  /** The whole answer, or nothing when the caller cannot know what became of the request. */
  call(method: string, path: string, options?: CallOptions): Promise<Said | undefined>
  /** Reads until there is an answer, whatever it is. */
  read(path: string): Promise<Said>
  /** Makes a record while nothing is killed. */
  make(path: string, body: unknown): Promise<Said>
  /** How often the outcome was not known, by what was seen: a status, or the code of the broken connection. */
  unknown: Map<string, number>
}

/** A school without records, and an app that may do everything in it. */
export async function openSchool(server: Killable): Promise<Caller> {
  const pool = openPool({
    url: server.ownerUrl(),
    role: servingRole,
    size: 1,
    applicationName: 'test',
  })
  const db = { pool, clock: systemClock }
  const schoolId = newId()
  try {
    await writeInSchool(db, systemActor(schoolId, 'test'), (tx) =>
      tx.orm.insert(schools).values({ schoolId, name: 'Killed School' }),
    )
    const app = { schoolId, name: 'Registers', scopes: allScopes }
    const { client, secret = '' } = await createOpenClient(db, app, 'test')
    return callerOf(server, Buffer.from(`${client.id}:${secret}`).toString('base64'))
  } finally {
    await pool.end()
  }
}

const longestAnswerMs = 10_000

function callerOf(server: Killable, credentials: string): Caller {
  const tokenAt = tokensOf(credentials)
  const unknown = new Map<string, number>()
  const doubt = (seen: string) => {
    unknown.set(seen, (unknown.get(seen) ?? 0) + 1)
    return undefined
  }
  const call: Caller['call'] = async (method, path, { body, headers = {} } = {}) => {
    try {
      const url = await server.url()
      const token = await tokenAt(url)
      const response = await fetch(`${url}/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(longestAnswerMs),
      })
      const text = await response.text()
      return response.status >= 500 ? doubt(String(response.status)) : said(response, text)
    } catch (error) {
      return doubt(reasonOf(error))
    }
  }
  const make: Caller['make'] = async (path, body) => {
    const answer = await call('POST', path, { body })
    if (!answer || answer.status >= 300)
      throw new Error(`POST ${path}: ${answer?.status} ${JSON.stringify(answer?.body)}`)
    return answer
  }
  return { call, make, read: (path) => untilAnswered(() => call('GET', path)), unknown }
}

export const pauseMs = 40
export const patienceMs = 30_000

/** Asks until there is an answer. */
export async function untilAnswered(ask: () => Promise<Said | undefined>): Promise<Said> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`Nobody answered for ${patienceMs} ms.`)
    await wait(pauseMs)
  }
}

/** A token for each address: another process at another address is another issuer. */
function tokensOf(credentials: string): (url: string) => Promise<string> {
  const tokens = new Map<string, Promise<string>>()
  return (url) => {
    const token = tokens.get(url) ?? fetchToken(url, credentials)
    tokens.set(url, token)
    token.catch(() => tokens.delete(url))
    return token
  }
}

const said = ({ status, headers }: Response, text: string): Said => ({
  status,
  etag: headers.get('etag') ?? '',
  isReplayed: headers.get('idempotency-replayed') === 'true',
  text,
  body: /[/+]json\b/.test(headers.get('content-type') ?? '') ? JSON.parse(text) : undefined,
})

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return (cause as { code?: string } | undefined)?.code ?? message
}

async function fetchToken(url: string, credentials: string): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  if (!response.ok) throw new Error(`token ${response.status}`)
  return ((await response.json()) as { access_token: string }).access_token
}
