import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { servingRole } from '../../src/foundation/db/migrate.ts'
import { type Service, startService } from '../../src/service.ts'
import type { Teardown } from '../support/postgres.ts'

/** Another whole service on the database of the first one, as a second process would be. */
export async function serveBeside(
  t: Teardown,
  { ownerUrl }: Pick<Service, 'ownerUrl'>,
  env: Record<string, string> = {},
): Promise<Service & { near: string }> {
  const config = readConfig({ PORT: '0', RATE_LIMIT: '0', TOKEN_TTL_SECONDS: '3600', DEMO: 'off', ...env })
  const reach = { ownerUrl, appUrl: ownerUrl, role: servingRole, close: async () => {} }
  const service = await startService(config, { log: pino({ level: 'silent' }), reach })
  t.teardown(() => service.close())
  const { port } = service.app.server.address() as { port: number }
  // Where it stands, whatever it is known as.
  return { ...service, near: `http://127.0.0.1:${port}` }
}
