import type { FastifyInstance } from 'fastify'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { type Reach, reachDatabase } from './database.ts'
import { bearerVerifier } from './foundation/access/bearer.ts'
import { watchRevocations } from './foundation/access/revocations.ts'
import { allScopes } from './foundation/access/scopes.ts'
import { Standings } from './foundation/access/standing.ts'
import { openBell } from './foundation/db/bell.ts'
import { installationSecret } from './foundation/db/installation.ts'
import { listenTo } from './foundation/db/listen.ts'
import { migrate } from './foundation/db/migrate.ts'
import { openPool, proveRole } from './foundation/db/pool.ts'
import type { Database } from './foundation/db/transaction.ts'
import { explainPort, freePort, localUrl } from './foundation/http/address.ts'
import { purgeAnswers } from './foundation/http/idempotency.ts'
import { rateLimit } from './foundation/http/rate-limit.ts'
import { cursors } from './foundation/resource/cursor.ts'
import { type Clock, systemClock } from './foundation/time/clock.ts'
import { purgeExpired } from './oauth/adapter.ts'
import { openKeys } from './oauth/keys.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { schoolsWithClients } from './oauth/schools.ts'
import { aboutAccess } from './operations/access/about.ts'
import { narrow } from './operations/access/sight.ts'
import { standingLoader } from './operations/access/standing.ts'
import { openHeadKey } from './operations/audit/head-key.ts'
import { openAuditLog } from './operations/audit/log.ts'
import { keepSealing } from './operations/audit/sealing.ts'
import { purgeFeed } from './operations/feed/retention.ts'
import { refuseInterrupted } from './operations/imports/jobs.ts'
import { startJobs } from './operations/jobs/start.ts'
import { openLedger } from './operations/ledger/ledger.ts'
import { purgeTombstones } from './protocols/oneroster/gradebook/retention.ts'
import { oneRosterAliases } from './protocols/oneroster/scopes.ts'
import { copied } from './resources.ts'

/** The running service. */
export interface Service {
  app: FastifyInstance
  db: Database
  /** Without a trailing slash. */
  publicUrl: string
  ownerUrl: string
  /** Answers what is under way, then closes everything. */
  close(): Promise<void>
}

export interface ServiceOptions {
  log: Logger
  clock?: Clock
  /** For tests that bring their own database. */
  reach?: Reach
  /** Runs once the database is up to date, before the first request. */
  prepare?: (db: Database, reach: Reach) => Promise<void>
}

const purgeEveryMs = 3_600_000

/** Database, keys, application, port: everything that serving needs, in this order. */
export async function startService(
  config: Config,
  { log, clock = systemClock, reach, prepare }: ServiceOptions,
): Promise<Service> {
  const opened = reach ?? (await reachDatabase(config, (line) => log.info(line)))
  const closers: (() => Promise<unknown>)[] = [() => opened.close()]
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each()
  }
  try {
    const port = await freePort(config.host, config.port)
    await migrate({ ownerUrl: opened.ownerUrl })
    const { appUrl: url, role } = opened
    const onError = (error: Error) => log.warn({ err: error }, 'idle connection lost')
    const pool = openPool({
      url,
      ...(role && { role }),
      size: config.databasePool,
      applicationName: 'mis',
      onError,
    })
    closers.push(() => pool.end())
    await proveRole(pool)
    const bell = await openBell(pool, listenTo(url, role))
    closers.push(() => bell.stop())
    const db: Database = { pool, clock, narrow, changed: (schoolId) => bell.ring(schoolId) }
    await prepare?.(db, opened)
    await refuseInterrupted(db, await schoolsWithClients(pool))
    const publicUrl = config.publicUrl ?? localUrl(config.host, port)
    // Tokens live in real time, whatever the time at the school.
    const load = standingLoader(db)
    const standings = new Standings(load)
    const revocations = await watchRevocations(listenTo(url, role), systemClock, undefined, standings)
    closers.push(() => revocations.stop())
    const keys = await openKeys(pool, systemClock)
    const secret = await installationSecret(pool, 'sign-in')
    const webhookRules = { allowsLoopback: config.mayCallLoopback }
    const mailer = config.smtpUrl
      ? { transport: createTransport(config.smtpUrl), from: config.mailFrom }
      : undefined
    const jobs = startJobs({
      db,
      bell,
      load,
      resources: copied,
      secret,
      rules: webhookRules,
      mailer,
      schools: () => schoolsWithClients(pool),
      onError: (error) => log.error({ err: error }, 'jobs'),
    })
    closers.push(() => jobs.stop())
    const timer = setInterval(
      () => void Promise.all([purge(db), jobs.purge()]).catch((error) => log.error({ err: error }, 'purge')),
      purgeEveryMs,
    )
    timer.unref()
    closers.push(async () => clearInterval(timer))
    const keyOf = (kid: string) => keys.keyOf(kid)
    const verify = bearerVerifier({ keyOf, publicUrl, clock: systemClock, revocations, standings })
    const ledger = openLedger(db, { onError: (error) => log.error({ err: error }, 'ledger') })
    closers.push(() => ledger.close())
    const failed = (error: unknown) => log.error({ err: error }, 'audit')
    closers.push(keepSealing(db, await openHeadKey(pool), failed))
    const audit = openAuditLog(db, { onError: failed })
    closers.push(() => audit.close())
    const app = await buildApp({
      db,
      cursors: cursors(await installationSecret(pool, 'cursor key')),
      ledger,
      audit,
      verify,
      standing: load,
      bell,
      webhookRules,
      hasMailer: mailer !== undefined,
      secret: async () => secret,
      limit: rateLimit(config.rateLimit),
      isAccessFresh: () => revocations.isFresh(),
      publicUrl,
      logger: log,
      oauth: oauthRoutes({
        pool,
        clock: systemClock,
        publicUrl,
        tokenTtlSeconds: config.tokenTtlSeconds,
        allScopes,
        aliases: oneRosterAliases,
        keys,
        revocations,
        standing: load,
        db,
        secret,
        aboutAccess: aboutAccess(db),
        audit,
        verify,
      }),
    })
    closers.push(() => {
      bell.close()
      return drain(app)
    })
    await app.listen({ port, host: config.host }).catch(explainPort)
    return { app, db, publicUrl, ownerUrl: opened.ownerUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A connection that is kept alive after its last answer would hold the process for another 72 s (keepAliveTimeout). */
async function drain(app: FastifyInstance): Promise<void> {
  const timer = setInterval(() => app.server.closeIdleConnections(), 50)
  await app.close().finally(() => clearInterval(timer))
}

async function purge(db: Database): Promise<void> {
  const { pool, clock } = db
  await purgeExpired(pool, clock)
  const schools = await schoolsWithClients(pool)
  await purgeAnswers({ pool, clock }, schools)
  await purgeFeed(db, schools)
  await purgeTombstones(db, schools)
}
