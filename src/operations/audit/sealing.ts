import type { Database } from '../../foundation/db/transaction.ts'
import { schoolsWithClients } from '../../oauth/schools.ts'
import { sealSchool } from './chain.ts'
import type { HeadKey } from './head-key.ts'

/** How old something may be before it is under a seal. */
const sealEveryMs = 10_000

/** Seals every school's log every ten seconds, and once more at the end. */
export function keepSealing(db: Database, key: HeadKey, onError: (error: unknown) => void) {
  const sealAll = async () => {
    for (const schoolId of await schoolsWithClients(db.pool)) await sealSchool(db, schoolId, key)
  }
  let running: Promise<void> = Promise.resolve()
  const next = () => {
    running = running.then(sealAll).catch(onError)
    return running
  }
  const timer = setInterval(() => void next(), sealEveryMs)
  timer.unref()
  return async (): Promise<void> => {
    clearInterval(timer)
    await next()
  }
}
