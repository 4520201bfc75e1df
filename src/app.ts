import Fastify, { type FastifyHttpOptions, type FastifyInstance, type RawServerDefault } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from './foundation/db/transaction.ts'
import { renderProblems } from './foundation/http/errors.ts'
import { guardRoutes, type Verify } from './foundation/http/guard.ts'
import { reportHealth } from './foundation/http/health.ts'
import { acceptJson } from './foundation/http/json-body.ts'
import { measure } from './foundation/http/metrics.ts'
import type { Mount } from './foundation/http/mount.ts'
import { answerUnknown } from './foundation/http/not-found.ts'
import { describe, publish } from './foundation/http/openapi.ts'
import { explainProblems } from './foundation/http/problem-pages.ts'
import type { RateLimit } from './foundation/http/rate-limit.ts'
import { registerMounts } from './foundation/http/register.ts'
import { validateRequests } from './foundation/http/validation.ts'
import type { Cursors } from './foundation/resource/cursor.ts'
import { constraintMeanings, type Resource } from './foundation/resource/resource.ts'
import { enrolment } from './records/pupils/enrolments.ts'
import { pupil } from './records/pupils/queries.ts'
import { enrolmentRoutes, pupilRoutes } from './records/pupils/routes.ts'
import { room } from './records/rooms/queries.ts'
import { roomRoutes } from './records/rooms/routes.ts'
import { subject } from './records/subjects/queries.ts'
import { subjectRoutes } from './records/subjects/routes.ts'

/** What the application is made of; everything with effects is handed in. */
export interface AppDeps {
  db: Database
  cursors: Cursors
  verify: Verify
  limit: RateLimit
  /** Whether revocations are known to be fresh. */
  isAccessFresh: () => boolean
  publicUrl: string
  logger: FastifyHttpOptions<RawServerDefault>['logger']
  /** Issues tokens; mounted outside /v1. */
  oauth?: (app: FastifyInstance) => Promise<void>
}

/** Every resource, for what holds for all of them. */
export const resources: readonly Resource[] = [subject, room, pupil, enrolment]

/** Every operation under /v1, in the order of the contract. */
export const mounts = (): Mount[] => [...subjectRoutes(), ...roomRoutes(), ...pupilRoutes(), ...enrolmentRoutes()]

/** Tag -> what its operations are about. */
const tags = new Map([
  ['subjects', 'What is taught.'],
  ['rooms', 'Where it is taught.'],
  ['pupils', 'Pupils and their time on the roll.'],
])

export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify(serverOptions(deps.logger))
  renderProblems(app, () => constraintMeanings(resources))
  answerUnknown(app, deps.limit)
  validateRequests(app)
  app.addHook('onRequest', async (request, reply) => void reply.header('x-correlation-id', request.id))
  measure(app, deps.db.pool)
  await describe(app, { publicUrl: deps.publicUrl, tags })
  reportHealth(app, deps.db, deps.isAccessFresh)
  explainProblems(app)
  await deps.oauth?.(app)
  await app.register(
    async (v1) => {
      acceptJson(v1)
      guardRoutes(v1, deps.verify, deps.limit)
      registerMounts(v1, deps, mounts())
    },
    { prefix: '/v1' },
  )
  await publish(app)
  return app
}

/** Measured: slow bodies are closed after 6-11 s; `return503OnClosing` answered 20 requests with 503 on a graceful stop. */
function serverOptions(logger: FastifyHttpOptions<RawServerDefault>['logger']): FastifyHttpOptions<RawServerDefault> {
  return {
    logger: logger ?? false,
    disableRequestLogging: false,
    genReqId: () => uuidv7(),
    requestTimeout: 10_000,
    connectionTimeout: 10_000,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    bodyLimit: 256 * 1024,
    routerOptions: { maxParamLength: 100, ignoreTrailingSlash: false },
  }
}
