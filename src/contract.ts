import { buildApp, type MountDeps } from './app.ts'
import { noAudit } from './foundation/access/audit.ts'
import { silentBell } from './foundation/db/bell.ts'
import { openPool } from './foundation/db/pool.ts'
import { contractOf } from './foundation/http/openapi.ts'
import { rateLimit } from './foundation/http/rate-limit.ts'
import { openLog } from './foundation/http/request-log.ts'
import { cursors } from './foundation/resource/cursor.ts'
import { systemClock } from './foundation/time/clock.ts'
import { oneRosterContract } from './protocols/oneroster/contract/document.ts'

/** The committed contracts describe a server on the reader's own machine. */
const publicUrl = 'http://localhost:3000'

/** For those who only want to know which operations there are. */
export const unserved: MountDeps = {
  limit: rateLimit(0),
  standing: async () => 'agreement-not-in-force',
  secret: async () => '',
  bell: silentBell,
  webhookRules: { allowsLoopback: false },
  hasMailer: false,
}

/** The contracts as they are committed in openapi/: file -> document, our own first. */
export async function publishedContracts(): Promise<Record<string, object>> {
  return {
    'mis.v1.json': await publishedContract(),
    'oneroster.v1p1.json': oneRosterContract('v1p1', publicUrl),
    'oneroster.v1p2.json': oneRosterContract('v1p2', publicUrl),
  }
}

/** Our own contract: read from the routes, without a database. */
export async function publishedContract(): Promise<Record<string, unknown>> {
  // A pool connects when it is first used, and nothing here uses it.
  const pool = openPool({ url: 'postgres://localhost/none', size: 1, applicationName: 'mis contract' })
  const app = await buildApp({
    ...unserved,
    verify: () => Promise.reject(new Error('nothing is served here')),
    db: { pool, clock: systemClock },
    cursors: cursors('none'),
    audit: noAudit,
    ledger: { note: () => undefined },
    isAccessFresh: () => true,
    publicUrl,
    logger: openLog('silent'),
  })
  await app.ready()
  const contract = contractOf(app)
  await app.close()
  await pool.end()
  return contract
}
