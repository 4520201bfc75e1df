import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuditLog } from '../access/audit.ts'
import type { Ledger } from '../access/disclosure.ts'
import { callerOf, type Principal } from '../access/principal.ts'
import { reachOf } from '../access/reach.ts'
import type { Actor, Database } from '../db/transaction.ts'
import type { Cursors } from '../resource/cursor.ts'
import { type Context, commonProblems, fastifyPath, type Mount } from './mount.ts'
import { correlationHeader } from './parameters.ts'
import { ProblemSchema, problemMeaning } from './problem-schema.ts'

/** What every handler needs besides its request. */
export interface Served {
  db: Database
  cursors: Cursors
  ledger: Ledger
  audit: AuditLog
}

/** Registers every mount under /v1 with its guard, its schemas and its place in the contract. */
export function registerMounts(app: FastifyInstance, served: Served, mounts: readonly Mount[]): void {
  for (const mount of mounts) {
    if (!mount.scope) throw new Error(`${mount.operationId} declares no scope`)
    app.route({
      method: mount.method,
      url: fastifyPath(mount.path),
      config: { mount },
      schema: schemaOf(mount),
      ...(mount.bodyLimit && { bodyLimit: mount.bodyLimit }),
      exposeHeadRoute: false,
      // The answer is written by the row encoder, straight from the schema: nothing is left for a serializer to do.
      serializerCompiler: () => JSON.stringify,
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        mount.handler(contextOf(served, request, reply)),
    })
  }
}

function contextOf(served: Served, request: FastifyRequest, reply: FastifyReply): Context {
  const who = request.who as Principal
  // Read when a transaction begins: by then the request has said on which scopes it leans.
  const actor: Actor = {
    schoolId: who.schoolId,
    actor: callerOf(who),
    correlationId: request.id,
    personId: who.person?.personId,
    get reach() {
      return reachOf(who)
    },
  }
  return { ...served, who, actor, request, reply }
}

function schemaOf(mount: Mount) {
  const { params, query, headers, body } = mount
  return {
    operationId: mount.operationId,
    tags: [mount.tag],
    summary: mount.summary,
    description: descriptionOf(mount),
    security: securityOf(mount),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(headers && { headers }),
    ...(body && { body }),
    ...(mount.consumes && { consumes: mount.consumes }),
    response: responsesOf(mount),
  }
}

function descriptionOf({ description, scope, cost }: Mount): string {
  const needs =
    scope === 'public'
      ? 'No token is needed.'
      : scope === 'any'
        ? 'Any valid token will do.'
        : `Needs the scope \`${scope}\`.`
  return `${description}\n\n${needs} Costs ${cost} ${cost === 1 ? 'point' : 'points'} of the rate limit.`
}

function securityOf({ scope }: Mount) {
  if (scope === 'public') return []
  return [{ oauth: scope === 'any' ? [] : [scope] }]
}

function responsesOf({ answers, problems, scope }: Mount): Record<number, TSchema> {
  const responses: Record<number, object> = {}
  for (const [status, { description, schema, headers, mediaType }] of Object.entries(answers))
    responses[Number(status)] = {
      description,
      headers: { ...correlationHeader, ...headers },
      ...(schema ? { content: { [mediaType ?? 'application/json']: { schema } } } : { type: 'null' }),
    }
  const common = scope === 'public' ? [400, 500] : commonProblems
  for (const status of new Set([...common, ...problems]))
    responses[status] ??= {
      description: problemMeaning(status),
      headers: correlationHeader,
      content: { 'application/problem+json': { schema: Type.Unsafe(ProblemSchema) } },
    }
  return responses as Record<number, TSchema>
}
