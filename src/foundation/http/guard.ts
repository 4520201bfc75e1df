import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditLog } from '../access/audit.ts'
import type { Proof } from '../access/dpop.ts'
import { callerOf, type Principal, requireScope } from '../access/principal.ts'
import type { Mount } from './mount.ts'
import { problem } from './problems.ts'
import type { RateLimit } from './rate-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; set before any handler of a guarded route runs. */
    who: Principal | undefined
    /** The code of the problem that was answered. */
    refusal: string | undefined
  }
  interface FastifyContextConfig {
    mount?: Mount
    /** Name of an operation that is no mount, for metrics and audit. */
    operation?: string
  }
}

/** Turns an Authorization header into a principal, or throws the 401 that says what is wrong with it. */
export type Verify = (authorization: string | undefined, proof: Proof) => Principal | Promise<Principal>

/** Token, rate limit, scope: in this order, before the body is read. */
export function guardRoutes(app: FastifyInstance, verify: Verify, limit: RateLimit, audit: AuditLog): void {
  app.decorateRequest('who', undefined)
  app.decorateRequest('refusal', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { mount } = request.routeOptions.config
    if (/%00/.test(request.url))
      throw problem('character-refused', { detail: 'The address holds a NUL character.' })
    if (!mount || mount.scope === 'public') return
    const who = await verify(request.headers.authorization, proofOf(request))
    request.who = who
    await limit.spend(callerOf(who), mount.cost, reply)
    if (mount.scope !== 'any') requireScope(who, mount.scope)
    requireJson(request, mount)
    requireMediaType(request, mount)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { mount } = request.routeOptions.config
    if (request.who && (reply.statusCode === 401 || reply.statusCode === 403))
      audit.note(request.who.schoolId, {
        event: 'access.refused',
        appId: request.who.clientId,
        accountId: request.who.person?.accountId,
        subject: mount?.operationId,
        details: { code: request.refusal ?? '' },
      })
    if (reply.statusCode === 304 && mount && request.who)
      await limit.refund(callerOf(request.who), mount.cost)
  })
}

function proofOf({ headers: { dpop }, method, url }: FastifyRequest): Proof {
  return { jwt: dpop, method, path: url.split('?')[0] as string }
}

/** 406 for callers that want something else than JSON. */
function requireJson({ headers: { accept } }: FastifyRequest, mount: Mount): void {
  if (accept === undefined || mount.answers[200]?.mediaType) return
  if (!/(\*\/\*|application\/(\*|json|problem\+json))/i.test(accept)) throw problem('not-acceptable')
}

const jsonTypes = ['application/json', 'application/merge-patch+json']

/** 415 for a body of a type that this operation has no use for. */
function requireMediaType({ headers }: FastifyRequest, { body, consumes = jsonTypes }: Mount): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (!body || type === undefined || consumes.includes(type)) return
  throw problem('media-type-refused', { detail: `Send ${consumes.join(' or ')}.` })
}
