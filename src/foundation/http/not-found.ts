import type { FastifyInstance, HTTPMethods } from 'fastify'
import { sendProblem } from './errors.ts'
import { problem } from './problems.ts'
import type { RateLimit } from './rate-limit.ts'

const methods: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Unknown addresses cost points as well, by address: scanning is not free. A known address with another method is 405. */
export function answerUnknown(app: FastifyInstance, limit: RateLimit): void {
  app.setNotFoundHandler(async (request, reply) => {
    await limit.spend(`unknown ${request.ip}`, 1, reply)
    const url = request.url.split('?')[0] ?? '/'
    const known = methods.filter((method) => matches(app, method, url))
    if (known.length === 0) return sendProblem(problem('route-not-found'), request, reply)
    const allow = known.join(', ')
    return sendProblem(problem('method-not-allowed', { headers: { allow } }), request, reply)
  })
}

/** `hasRoute` compares patterns, so the address is tried segment by segment against the registered ones. */
function matches(app: FastifyInstance, method: HTTPMethods, url: string): boolean {
  return patternsOf(url).some((pattern) => app.hasRoute({ method, url: pattern }))
}

const uuidSegment = /^[0-9a-f-]{36}$/i

/** The address with its ids replaced by the names that routes give them. */
function patternsOf(url: string): string[] {
  const segments = url.split('/')
  const at = segments.findIndex((segment) => uuidSegment.test(segment))
  if (at < 0) return [url]
  const rest = segments.map((segment, index) =>
    index > at && uuidSegment.test(segment) ? ':pupilId' : segment,
  )
  return [rest.with(at, ':id').join('/')]
}
