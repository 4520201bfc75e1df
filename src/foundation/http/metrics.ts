import type { FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics at /metrics. Labels are operation, method and status: nothing that names a person or a school. */
export function measure(app: FastifyInstance, pool: Pool): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'mis_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['operation', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  watchPool(pool, registry)
  app.addHook('onResponse', async (request, reply) => {
    const { mount, operation: name } = request.routeOptions.config
    const operation = mount?.operationId ?? name ?? 'other'
    seconds.observe({ operation, method: request.method, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  app.get('/metrics', { schema: { hide: true }, logLevel: 'warn' }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

function watchPool(pool: Pool, registry: Registry): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('mis_database_connections', 'Connections of the pool.', () => pool.totalCount)
  gauge('mis_database_waiting', 'Requests that wait for a connection.', () => pool.waitingCount)
}
