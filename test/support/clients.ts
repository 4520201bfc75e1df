import type { Pool } from 'pg'
import type { Clock } from '../../src/foundation/time/clock.ts'
import type { NewClient } from '../../src/oauth/clients.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'

/** A client whose school has agreed to all that it wants. */
export const openClient = (pool: Pool, clock: Clock, app: NewClient & { schoolId: string }) =>
  createOpenClient({ pool, clock }, app, 'test')
