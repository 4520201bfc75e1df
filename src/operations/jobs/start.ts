import { sealer } from '../../foundation/access/seal.ts'
import type { LoadStanding } from '../../foundation/access/standing.ts'
import type { Bell } from '../../foundation/db/bell.ts'
import { openQueue } from '../../foundation/db/queue.ts'
import type { Database } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { askForDroplets, purgeDroplets, tellDroplets } from '../droplets/jobs.ts'
import type { Mailer } from '../droplets/mail.ts'
import type { AddressRules } from '../webhooks/address.ts'
import { askForDeliveries, deliver, purgeDeliveries } from '../webhooks/jobs.ts'
import type { Sending } from '../webhooks/sending.ts'
import { openDispatcher } from './dispatcher.ts'

export interface JobParts {
  db: Database
  bell: Bell
  load: LoadStanding
  /** What copies are made of. */
  resources: readonly Resource[]
  secret: string
  rules: AddressRules
  mailer: Mailer | undefined
  schools: () => Promise<string[]>
  onError: (error: unknown) => void
}

/** What this process does of its own accord, from now until it is stopped. */
export interface Jobs {
  purge(): Promise<void>
  stop(): Promise<void>
}

/** Messages to apps and letters to people, whenever a school changes. */
export function startJobs({ db, bell, schools, onError, mailer, secret, ...parts }: JobParts): Jobs {
  const sending: Sending = { db, sealer: sealer(secret), ...parts }
  const queue = openQueue(
    db.pool,
    (name, job) =>
      name === 'droplets'
        ? tellDroplets(db, mailer, job.schoolId)
        : deliver(sending, queue, { schoolId: job.schoolId, endpointId: job.endpointId as string }),
    onError,
  )
  const look = async (schoolId: string, isSweep: boolean) => {
    await askForDeliveries(sending, queue, schoolId, isSweep)
    await askForDroplets(db, queue, schoolId, isSweep)
  }
  const stopLooking = openDispatcher({ bell, look, schools, onError })
  return {
    async purge() {
      const all = await schools()
      await purgeDeliveries(sending, all)
      await purgeDroplets(db, all)
    },
    async stop() {
      stopLooking()
      await queue.stop()
    },
  }
}
