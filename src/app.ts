import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { AuditLog } from './foundation/access/audit.ts'
import type { Ledger } from './foundation/access/disclosure.ts'
import { sealer } from './foundation/access/seal.ts'
import type { LoadStanding } from './foundation/access/standing.ts'
import { readToken } from './foundation/access/token-route.ts'
import type { Bell } from './foundation/db/bell.ts'
import type { Database } from './foundation/db/transaction.ts'
import { problemOf, renderProblems, sendProblem } from './foundation/http/errors.ts'
import { guardRoutes, type Verify } from './foundation/http/guard.ts'
import { reportHealth } from './foundation/http/health.ts'
import { acceptJson, acceptZip } from './foundation/http/json-body.ts'
import { measure } from './foundation/http/metrics.ts'
import type { Mount } from './foundation/http/mount.ts'
import { answerUnknown } from './foundation/http/not-found.ts'
import { describe, publish } from './foundation/http/openapi.ts'
import { explainProblems } from './foundation/http/problem-pages.ts'
import type { RateLimit } from './foundation/http/rate-limit.ts'
import { registerMounts } from './foundation/http/register.ts'
import { logRequests } from './foundation/http/request-log.ts'
import { validateRequests } from './foundation/http/validation.ts'
import type { Cursors } from './foundation/resource/cursor.ts'
import { constraintMeanings } from './foundation/resource/resource.ts'
import { explainRoute } from './operations/access/explain.ts'
import { rehearseRoute } from './operations/access/rehearse.ts'
import { roleRoutes } from './operations/access/role-routes.ts'
import { identityProviderRoutes } from './operations/accounts/providers.ts'
import { accountRoutes } from './operations/accounts/routes.ts'
import { appRoutes } from './operations/apps/app-routes.ts'
import { agreementRoutes } from './operations/apps/routes.ts'
import { auditRoutes } from './operations/audit/routes.ts'
import { brandingRoutes } from './operations/branding/routes.ts'
import { calendarFeedRoutes } from './operations/calendar-feeds/routes.ts'
import { dropletRoutes } from './operations/droplets/routes.ts'
import { feedRoutes } from './operations/feed/routes.ts'
import { Tail } from './operations/feed/tail.ts'
import { importRoutes } from './operations/imports/routes.ts'
import { disclosureRoutes } from './operations/ledger/routes.ts'
import { nowRoutes } from './operations/now/routes.ts'
import type { AddressRules } from './operations/webhooks/address.ts'
import { webhookRoutes } from './operations/webhooks/routes.ts'
import { serveCalendars } from './protocols/ical/feed-route.ts'
import { oneRosterCsvRoutes } from './protocols/oneroster/csv/export/routes.ts'
import { oneRosterImporter } from './protocols/oneroster/csv/import/import.ts'
import { answerFailure } from './protocols/oneroster/rest/failures.ts'
import { serveOneRoster } from './protocols/oneroster/rest/serve.ts'
import { sdsRoutes } from './protocols/sds/export/routes.ts'
import { sdsImporter } from './protocols/sds/import/import.ts'
import { assessmentRoutes } from './records/assessment/routes.ts'
import { attendanceRoutes } from './records/attendance/routes.ts'
import { behaviourRoutes } from './records/behaviour/routes.ts'
import { calendarRoutes } from './records/calendar/routes.ts'
import { contactRoutes } from './records/contacts/routes.ts'
import { groupRoutes } from './records/groups/routes.ts'
import { enrolmentRoutes, pupilRoutes } from './records/pupils/routes.ts'
import { roomRoutes } from './records/rooms/routes.ts'
import { schoolRoutes } from './records/schools/routes.ts'
import { senRoutes } from './records/sen/routes.ts'
import { staffRoutes } from './records/staff/routes.ts'
import { subjectRoutes } from './records/subjects/routes.ts'
import { timetableRoutes } from './records/timetable/routes.ts'
import { copied, resources } from './resources.ts'
import { tags } from './tags.ts'

/** What the application is made of; everything with effects is handed in. */
export interface AppDeps {
  db: Database
  cursors: Cursors
  /** Takes note of every answer that carries personal data. */
  ledger: Ledger
  /** Takes note of refusals. */
  audit: AuditLog
  verify: Verify
  /** What a school lets an app, and a person in it, do right now. */
  standing: LoadStanding
  /** Of this installation: seals what must be read again. */
  secret: () => Promise<string>
  limit: RateLimit
  /** Rings when a school has changed. */
  bell: Bell
  /** Where webhooks may go. */
  webhookRules: AddressRules
  /** Whether there is a mail server. */
  hasMailer: boolean
  /** Whether revocations are known to be fresh. */
  isAccessFresh: () => boolean
  publicUrl: string
  logger: FastifyBaseLogger
  /** Issues tokens; mounted outside /v1. */
  oauth?: (app: FastifyInstance) => Promise<void>
}

/** What operations need besides a request. */
export type MountDeps = Pick<AppDeps, 'limit' | 'standing' | 'secret' | 'bell' | 'webhookRules' | 'hasMailer'>

/** Every format that schools come in. */
const importers = () => {
  const meanings = constraintMeanings(resources)
  return [oneRosterImporter(meanings), sdsImporter(meanings)]
}

/** Every operation under /v1, in the order of the contract. */
export const mounts = ({ limit, standing, secret, bell, webhookRules, hasMailer }: MountDeps): Mount[] => [
  readToken(limit, resources),
  ...schoolRoutes(),
  ...calendarRoutes(),
  ...subjectRoutes(),
  ...roomRoutes(),
  ...pupilRoutes(),
  ...enrolmentRoutes(),
  ...staffRoutes(),
  ...contactRoutes(),
  ...groupRoutes(),
  ...timetableRoutes(),
  ...attendanceRoutes(),
  ...assessmentRoutes(),
  ...behaviourRoutes(),
  ...senRoutes(),
  ...nowRoutes(),
  ...dropletRoutes(hasMailer),
  ...feedRoutes({ resources: copied, bell, tail: new Tail(bell) }),
  ...webhookRoutes({ sealer: async () => sealer(await secret()), rules: webhookRules, resources: copied }),
  ...calendarFeedRoutes(),
  ...disclosureRoutes(),
  ...appRoutes(),
  ...agreementRoutes(),
  ...accountRoutes(),
  ...identityProviderRoutes(secret),
  ...roleRoutes(),
  explainRoute(resources, standing),
  rehearseRoute(resources),
  ...auditRoutes(),
  ...brandingRoutes(),
  ...importRoutes(importers()),
  ...oneRosterCsvRoutes(),
  ...sdsRoutes(),
]

export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify(serverOptions(deps.logger))
  renderProblems(app, () => constraintMeanings(resources))
  answerUnknown(app, deps.limit)
  validateRequests(app)
  app.addHook('onRequest', async (request, reply) => void reply.header('x-correlation-id', request.id))
  measure(app, deps.db.pool)
  logRequests(app)
  await describe(app, { publicUrl: deps.publicUrl, tags })
  reportHealth(app, deps.db, deps.isAccessFresh)
  explainProblems(app)
  serveCalendars(app, deps.db, deps.limit)
  serveOneRoster(app, { ...deps, meanings: () => constraintMeanings(resources) })
  await deps.oauth?.(app)
  await app.register(
    async (v1) => {
      acceptJson(v1)
      acceptZip(v1)
      guardRoutes(v1, deps.verify, deps.limit, deps.audit)
      registerMounts(v1, deps, mounts(deps))
    },
    { prefix: '/v1' },
  )
  await publish(app)
  return app
}

/** An address that the router cannot take is refused before any room of the application is entered. */
function answerAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-correlation-id', request.id)
  if (request.url.startsWith('/ims/oneroster/')) answerFailure(() => ({}))(error, request, reply)
  else sendProblem(problemOf(error, {}), request, reply)
}

/** Measured: slow bodies are closed after 6-11 s; `return503OnClosing` answered 20 requests with 503 on a graceful stop. */
function serverOptions(logger: FastifyBaseLogger): FastifyHttpOptions<RawServerDefault> {
  return {
    loggerInstance: logger,
    // Our own line a request (request-log.ts) holds no address and no query string.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    requestTimeout: 10_000,
    connectionTimeout: 10_000,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    bodyLimit: 256 * 1024,
    // Clients of OneRoster choose ids of up to 255 characters, each of which may take three in an address.
    routerOptions: { maxParamLength: 800, ignoreTrailingSlash: false },
    frameworkErrors: answerAddress,
  }
}
