import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf, type Principal } from '../../../foundation/access/principal.ts'
import { reachOf } from '../../../foundation/access/reach.ts'
import type { Actor } from '../../../foundation/db/transaction.ts'
import type { Verify } from '../../../foundation/http/guard.ts'
import { problem } from '../../../foundation/http/problems.ts'
import type { RateLimit } from '../../../foundation/http/rate-limit.ts'
import type { Sight } from '../resource.ts'
import { oneRosterScopes, scopeName, type Version } from '../scopes.ts'
import { Fault } from './failures.ts'
import type { Operation } from './operation.ts'

/** Who asks, and what that caller may see of the school. */
export interface Caller {
  who: Principal
  sight: Sight
  actor: Actor
}

/** A bulk page costs as much as other bulk reads. */
const bulkRows = 1_000
const points = { read: 1, bulk: 20, write: 5 }

export interface Guarding {
  verify: Verify
  limit: RateLimit
}

/** Token, rate limit, scope: a program that acts for the school, holding one of the operation's scopes. */
export async function admit(
  { verify, limit }: Guarding,
  operation: Operation,
  version: Version,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const { headers, method, url } = request
  const who = await verify(headers.authorization, {
    jwt: headers.dpop,
    method,
    path: url.split('?')[0] as string,
  })
  request.who = who
  await limit.spend(callerOf(who), costOf(operation, request), reply)
  if (who.person)
    throw new Fault(
      403,
      'forbidden',
      'OneRoster is for programs that act for the school: use client credentials.',
    )
  requireNamed(who, operation, version, reply)
  return callerFor(who, operation, version, request.id)
}

function costOf({ method }: Operation, { query }: FastifyRequest): number {
  if (method !== 'GET') return points.write
  return Number((query as { limit?: string }).limit) > bulkRows ? points.bulk : points.read
}

/** Whole names are compared: a scope that only begins like another is another. */
function requireNamed(who: Principal, { scopes }: Operation, version: Version, reply: FastifyReply): void {
  const names = scopes.map((scope) => scopeName(version, scope))
  if (names.some((name) => who.named.has(name))) return
  reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${names[0]}"`)
  throw new Fault(403, 'forbidden', `This needs one of the scopes ${names.join(', ')}.`)
}

/** Sees what the scopes that its token names stand for, so far as the school's agreement grants it. */
function callerFor(who: Principal, { resource }: Operation, version: Version, correlationId: string): Caller {
  const named = [...who.named].flatMap((name) => oneRosterScopes.get(name) ?? [])
  const scopes = new Set<string>(named.filter((scope) => who.granted.has(scope)))
  const sight: Sight = { version, key: [...scopes].sort().join(' '), may: (scope) => scopes.has(scope) }
  if (!resource.needs.some((scope) => scopes.has(scope)))
    throw problem('scope-missing', {
      detail: `The school's agreement grants this app none of ${resource.needs.join(', ')}.`,
    })
  const own = { ...who, scopes }
  const actor: Actor = { schoolId: who.schoolId, actor: callerOf(who), correlationId, reach: reachOf(own) }
  return { who: own, sight, actor }
}
