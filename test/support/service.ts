import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import type { Test } from 'tap'
import { readConfig } from '../../src/config.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { systemActor, writeInSchool } from '../../src/foundation/db/transaction.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { standingClock } from '../../src/foundation/time/clock.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { schools } from '../../src/records/schools/table.ts'
import { type Service, startService } from '../../src/service.ts'
import { contractChecker } from './contract.ts'
import { testDatabase } from './postgres.ts'

/** A Monday in term, during the first lesson. */
export const monday = '2026-11-23T09:00:00.000Z'

export interface Answer {
  status: number
  headers: Headers
  /** The parsed body; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the contract says is there
  body: any
  text: string
  etag: string
}

export interface CallOptions {
  body?: unknown
  headers?: Record<string, string>
  /** Scopes of the token; all of them when left out, none sends no token. */
  scopes?: readonly string[] | 'none'
}

/** A school with a client that may do everything, called over HTTP. */
export interface TestSchool {
  id: string
  clientId: string
  secret: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Calls and insists on success. */
  get(path: string): Promise<Answer>
  post(path: string, body: unknown): Promise<Answer>
  token(scopes?: readonly string[]): Promise<string>
}

export interface TestService extends Service {
  clock: ReturnType<typeof standingClock>
  /** Opens another school, or gives one that is there a client. */
  school(name?: string, existing?: string): Promise<TestSchool>
}

/** What is served equals what is committed, as a test of its own proves: so each answer is held against that. */
function committedContract(): ReturnType<typeof contractChecker> {
  const file = new URL('../../openapi/mis.v1.json', import.meta.url)
  checker ??= contractChecker(JSON.parse(readFileSync(file, 'utf8')))
  return checker
}

let checker: ReturnType<typeof contractChecker> | undefined

/** The real service on a free port, over a database of its own, at a time that stands still. */
export async function serveTest(t: Test, env: Record<string, string> = {}): Promise<TestService> {
  const clock = standingClock(monday)
  const reach = { ...(await testDatabase(t)), role: undefined, close: async () => {} }
  const config = readConfig({ PORT: '0', RATE_LIMIT: '0', TOKEN_TTL_SECONDS: '3600', DEMO: 'off', ...env })
  const service = await startService(config, {
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    clock,
    reach,
  })
  t.teardown(() => service.close())
  const check = committedContract()
  const complain = (fault: string | undefined) => {
    if (fault !== undefined) t.fail(fault)
  }
  return {
    ...service,
    clock,
    school: (name = 'Test School', existing) => openSchool(service, { name, existing }, check, complain),
  }
}

async function openSchool(
  service: Service,
  { name, existing }: { name: string; existing: string | undefined },
  check: ReturnType<typeof contractChecker>,
  complain: (fault: string | undefined) => void,
): Promise<TestSchool> {
  const { db, publicUrl } = service
  const id = existing ?? newId()
  if (existing === undefined)
    await writeInSchool(db, systemActor(id, 'test'), (tx) =>
      tx.orm.insert(schools).values({ schoolId: id, name }),
    )
  const app = { schoolId: id, name: 'Test client', scopes: allScopes }
  const { client, secret = '' } = await createOpenClient(db, app, 'test')
  const tokens = new Map<string, Promise<string>>()
  const token = (scopes: readonly string[] = allScopes) => {
    const key = scopes.join(' ')
    const known = tokens.get(key) ?? fetchToken(publicUrl, client.id, secret, key)
    tokens.set(key, known)
    return known
  }
  const call = async (
    method: string,
    path: string,
    { body, headers = {}, scopes }: CallOptions = {},
  ): Promise<Answer> => {
    const url = path.startsWith('/v1') ? path : `/v1${path}`
    const authorization = scopes === 'none' ? {} : { authorization: `Bearer ${await token(scopes)}` }
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
    const response = await fetch(`${publicUrl}${url}`, {
      method,
      headers: {
        ...authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    complain(check(method, url, response.status, response.headers.get('content-type'), text))
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    const parsed = text !== '' && isJson ? JSON.parse(text) : undefined
    return {
      status: response.status,
      headers: response.headers,
      body: parsed,
      text,
      etag: response.headers.get('etag') ?? '',
    }
  }
  const succeed = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body === undefined ? {} : { body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }
  return {
    id,
    clientId: client.id,
    secret,
    call,
    token,
    get: (path) => succeed('GET', path),
    post: (path, body) => succeed('POST', path, body),
  }
}

async function fetchToken(publicUrl: string, id: string, secret: string, scope: string): Promise<string> {
  const response = await fetch(`${publicUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  })
  const answer = (await response.json()) as { access_token: string }
  return answer.access_token
}
