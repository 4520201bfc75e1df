import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'

/** JSON lines on standard error: standard output belongs to what a command answers. */
export function openLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: false }),
  )
}

/**
 * One line a request, without personal data: the route's pattern instead of the address, no query string, no body, no
 * network address. The school and the client stand for who asked.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { who, routeOptions } = request
    request.log.info(
      {
        method: request.method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        correlationId: request.id,
        ...(who && { client: who.clientId, school: who.schoolId }),
      },
      'request',
    )
  })
}
