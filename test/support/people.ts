import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { announceAccess } from '../../src/foundation/access/announce.ts'
import type { Person } from '../../src/foundation/access/principal.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { systemActor, type Tx, writeInSchool } from '../../src/foundation/db/transaction.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { openKeys } from '../../src/oauth/keys.ts'
import { accounts } from '../../src/oauth/people/table.ts'
import { roleAssignments } from '../../src/operations/access/table.ts'
import type { Answer, CallOptions, TestSchool, TestService } from './service.ts'

/** Somebody at a school, with a token of the school's app that acts for them. */
export interface TestPerson {
  accountId: string
  call(method: string, path: string, options?: Omit<CallOptions, 'scopes'>): Promise<Answer>
  get(path: string): Promise<Answer>
}

export interface Claims {
  scopes?: readonly string[]
  amr?: readonly string[]
  authTime?: number
}

/** Any write of a test, as the system itself. */
export const asSystem = <T>(service: TestService, school: TestSchool, work: (tx: Tx) => Promise<T>) =>
  writeInSchool(service.db, systemActor(school.id, 'test'), work)

export interface Held {
  role: string
  yearGroup?: number
  validFrom?: string
  validUntil?: string
}

/** Opens an account for a person who is in the records, gives roles, and signs a token as the authorization server would. */
export async function personAt(
  service: TestService,
  school: TestSchool,
  { personId, kind }: Pick<Person, 'personId' | 'kind'>,
  roles: readonly Held[] = [],
  claims: Claims = {},
): Promise<TestPerson> {
  const accountId = newId()
  const at = service.clock.now().toISOString()
  await asSystem(service, school, async (tx) => {
    await tx.orm.insert(accounts).values({
      schoolId: school.id,
      id: accountId,
      personId,
      kind,
      login: `${kind}-${accountId}`,
      status: 'active',
      createdAt: at,
    })
    for (const { role, yearGroup = null, validFrom = '2020-01-01', validUntil = null } of roles)
      await tx.orm
        .insert(roleAssignments)
        .values({ schoolId: school.id, id: newId(), personId, role, yearGroup, validFrom, validUntil })
    await announceAccess(tx)
  })
  const token = await tokenFor(service, school, accountId, claims)
  const call = (method: string, path: string, options: Omit<CallOptions, 'scopes'> = {}) =>
    school.call(method, path, {
      ...options,
      scopes: 'none',
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    })
  return { accountId, call, get: (path) => call('GET', path) }
}

/** A token as the authorization server signs it (RFC 9068). */
export async function tokenFor(
  service: TestService,
  school: TestSchool,
  accountId: string,
  { scopes = allScopes, amr = ['pwd', 'otp', 'mfa'], authTime = Math.floor(Date.now() / 1000) }: Claims = {},
): Promise<string> {
  const { jwks } = (await openKeys(service.db.pool, systemClock)).signing()
  const [jwk] = jwks
  return new SignJWT({
    client_id: school.clientId,
    school: school.id,
    scope: scopes.join(' '),
    auth_time: authTime,
    amr,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk?.kid as string })
    .setIssuer(`${service.publicUrl}/oauth`)
    .setAudience(`${service.publicUrl}/v1`)
    .setSubject(`${school.id}.${accountId}`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(await importJWK(jwk as object, 'ES256'))
}
