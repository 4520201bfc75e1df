import { sealer } from '../../foundation/access/seal.ts'
import type { LoadStanding } from '../../foundation/access/standing.ts'
import type { Bell } from '../../foundation/db/bell.ts'
import { openQueue, type Queue } from '../../foundation/db/queue.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import type { AddressRules } from './address.ts'
import { openDispatcher, purgeDeliveries } from './dispatch.ts'
import type { Sending } from './sending.ts'

export interface WebhookParts {
  db: Database
  bell: Bell
  load: LoadStanding
  resources: readonly Resource[]
  secret: string
  rules: AddressRules
  schools: () => Promise<string[]>
  onError: (error: unknown) => void
}

/** Deliveries of this process, from now until it is stopped. */
export interface Webhooks {
  purge(): Promise<void>
  stop(): Promise<void>
}

export function startWebhooks({
  db,
  bell,
  load,
  resources,
  secret,
  rules,
  schools,
  onError,
}: WebhookParts): Webhooks {
  const sending: Sending = { db, load, resources, rules, sealer: sealer(secret) }
  const queue: Queue = openQueue(db.pool, (job) => dispatcher.work(job), onError)
  const dispatcher = openDispatcher(sending, { bell, queue: () => queue, schools, onError })
  return {
    purge: async () => purgeDeliveries(sending, await schools()),
    async stop() {
      dispatcher.stop()
      await queue.stop()
    },
  }
}
