import type { Sealer } from '../../foundation/access/seal.ts'
import type { LoadStanding } from '../../foundation/access/standing.ts'
import { type Database, systemActor, type Tx, writeInSchool } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { type Clock, systemClock } from '../../foundation/time/clock.ts'
import type { Position } from '../feed/cursor.ts'
import type { AddressRules } from './address.ts'
import type { pauseAfter } from './rules.ts'
import type { SigningKey } from './signature.ts'

/** What deliveries need besides the endpoint. */
export interface Sending {
  db: Database
  load: LoadStanding
  resources: readonly Resource[]
  sealer: Sealer
  rules: AddressRules
  /** Real time, whatever the time at the school. */
  clock?: Clock
  random?: () => number
  /** Milliseconds until the next attempt; for tests that have no three days. */
  pause?: typeof pauseAfter
}

export interface Endpoint {
  id: string
  schoolId: string
  appId: string
  url: string
  resources: string[] | null
  isOrdered: boolean
  keys: SigningKey[]
  position: Position
  failures: number
  version: number
  /** The log has gone on, and the app may not be told of it for now: only time or somebody's act helps. */
  isStuck: boolean
}

export const now = ({ clock = systemClock }: Sending) => clock.now()
export const asSystem = <T>({ db }: Sending, schoolId: string, work: (tx: Tx) => Promise<T>) =>
  writeInSchool(db, systemActor(schoolId, 'webhooks'), work)
