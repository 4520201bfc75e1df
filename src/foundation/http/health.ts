import type { FastifyInstance } from 'fastify'
import type { Database } from '../db/transaction.ts'

/** Live: the process answers. Ready: it can serve, so a load balancer may send requests. Both cost no token. */
export function reportHealth(app: FastifyInstance, db: Database, isAccessFresh: () => boolean): void {
  const hidden = { schema: { hide: true }, logLevel: 'warn' as const }
  app.get('/health/live', hidden, async () => ({ status: 'live' }))
  app.get('/health/ready', hidden, async (_request, reply) => {
    const checks = {
      database: await db.pool.query('select 1').then(
        () => true,
        () => false,
      ),
      revocations: isAccessFresh(),
    }
    const isReady = Object.values(checks).every(Boolean)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', checks })
  })
}
