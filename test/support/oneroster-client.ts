import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { openKeys } from '../../src/oauth/keys.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import type { Version } from './oneroster-schemas.ts'
import type { TestSchool, TestService } from './service.ts'
import { strictReader } from './strict-oneroster.ts'

export interface RosterAnswer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: the strict reader says what is there
  body: any
}

// biome-ignore lint/suspicious/noExplicitAny: the strict reader says what is there
export type Row = any

/** A program that reads the school by OneRoster; whatever it hears goes through the strict reader. */
export interface RosterClient {
  clientId: string
  /** `path` is below the service: `/users?limit=1`. */
  call(version: Version, path: string, options?: Calling): Promise<RosterAnswer>
  /** The rows of a list, which must be there. */
  rows(version: Version, path: string): Promise<Row[]>
  /** One object, which must be there. */
  one(version: Version, path: string): Promise<Row>
}

export interface Calling {
  method?: string
  body?: unknown
  /** Names after `/scope/`, in the version that is called; whole names as they are. Reading ones when left out. */
  scopes?: readonly string[]
  /** Another token, or none at all. */
  authorization?: string | undefined
}

const readingScopes = [
  'roster.readonly',
  'roster-demographics.readonly',
  'resource.readonly',
  'gradebook.readonly',
  'assessment.readonly',
]

const givenScopes = [...readingScopes, 'roster-core.readonly', 'resource-core.readonly']

export const scopeFor = (version: Version, name: string) =>
  name.includes(':') ? name : `https://purl.imsglobal.org/spec/or/${version}/scope/${name}`

const gradebook = /\/(categories|lineItems|results|scoreScales|assessment\w+)(\/[^/]+)?$/

/** Where 1.2 has a path; 1.1 has one address for everything. */
export function addressOf(version: Version, path: string): string {
  if (version === 'v1p1') return `/ims/oneroster/v1p1${path}`
  const [where = ''] = path.split('?')
  const service = gradebook.test(where)
    ? 'gradebook'
    : /\/resources(\/[^/]+)?$/.test(where)
      ? 'resources'
      : 'rostering'
  return `/ims/oneroster/${service}/v1p2${path}`
}

/** A client of the school: its own, which may do everything, or another whose agreement grants only these scopes. */
export async function rosterClient(
  t: { fail(message: string): unknown },
  service: TestService,
  school: TestSchool,
  granted?: readonly string[],
): Promise<RosterClient> {
  const read = strictReader()
  const clientId = granted ? await openedTo(service, school, granted) : school.clientId
  const tokens = new Map<string, Promise<string>>()
  // The guard must hold whatever a token says, so what no authorization server would give is signed here.
  const tokenFor = (names: readonly string[], version: Version) => {
    const scopes = names.map((name) => scopeFor(version, name))
    const isGiven = !granted && names.every((name) => givenScopes.includes(name))
    const key = scopes.join(' ')
    const token = tokens.get(key) ?? (isGiven ? school.token(scopes) : signed(service, school, clientId, key))
    tokens.set(key, token)
    return token
  }
  const call: RosterClient['call'] = async (version, path, options = {}) => {
    const { method = 'GET', body, scopes = readingScopes } = options
    const authorization =
      'authorization' in options ? options.authorization : `Bearer ${await tokenFor(scopes, version)}`
    const url = addressOf(version, path)
    const response = await fetch(`${service.publicUrl}${url}`, {
      method,
      headers: {
        ...(authorization && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const { status, headers } = response
    for (const fault of read({ method, url, status, headers, text })) t.fail(fault)
    return { status, headers, text, body: text === '' ? undefined : JSON.parse(text) }
  }
  const content = async (version: Version, path: string) => {
    const { status, body, text } = await call(version, path)
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    return Object.values(body)[0]
  }
  return {
    clientId,
    call,
    rows: async (version, path) => (await content(version, path)) as Row[],
    one: (version, path) => content(version, path),
  }
}

async function openedTo(
  service: TestService,
  school: TestSchool,
  scopes: readonly string[],
): Promise<string> {
  const app = { schoolId: school.id, name: 'Another app', scopes: [...scopes] }
  return (await createOpenClient(service.db, app, 'test')).client.id
}

/** A token as the authorization server signs it for a program (RFC 9068). */
async function signed(
  service: TestService,
  school: TestSchool,
  clientId: string,
  scope: string,
): Promise<string> {
  const { jwks } = (await openKeys(service.db.pool, systemClock)).signing()
  const [jwk] = jwks
  return new SignJWT({ client_id: clientId, school: school.id, scope })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk?.kid as string })
    .setIssuer(`${service.publicUrl}/oauth`)
    .setAudience(`${service.publicUrl}/v1`)
    .setSubject(clientId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60m')
    .sign(await importJWK(jwk as object, 'ES256'))
}
