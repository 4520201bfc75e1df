import type { Bell } from '../../foundation/db/bell.ts'
import type { Job, Queue } from '../../foundation/db/queue.ts'
import { readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { systemClock } from '../../foundation/time/clock.ts'
import { pump } from './pump.ts'
import type { Sending } from './sending.ts'
import { purgeMessages, readBehind } from './statements.ts'

/** Rings of a school that come this close together are answered once. */
const gatherMs = 50
/** What a vanished process left behind is found this often. */
const sweepMs = 30_000
const dayMs = 86_400_000
/** How long the history of deliveries is kept. */
const keptDays = 30

export interface Dispatcher {
  /** Does what a job asks for. */
  work(job: Job): Promise<void>
  /** Looks for endpoints of a school that have something to do. */
  look(schoolId: string): Promise<void>
  stop(): void
}

/** Asks the queue for every endpoint that is behind: when a school changes, and now and then for all of them. */
export function openDispatcher(
  sending: Sending,
  { bell, queue, schools, onError }: DispatcherDeps,
): Dispatcher {
  const gathering = new Map<string, NodeJS.Timeout>()
  const look = (schoolId: string) => lookInto(sending, queue(), schoolId)
  bell.onRing((schoolId) => {
    if (gathering.has(schoolId)) return
    const timer = setTimeout(() => {
      gathering.delete(schoolId)
      look(schoolId).catch(onError)
    }, gatherMs)
    gathering.set(schoolId, timer)
  })
  const sweep = async () => {
    for (const schoolId of await schools()) await look(schoolId)
  }
  const timer = setInterval(() => void sweep().catch(onError), sweepMs)
  timer.unref()
  void sweep().catch(onError)
  return {
    look,
    async work({ schoolId, endpointId }) {
      const left = await pump(sending, schoolId, endpointId)
      if (left?.afterMs !== undefined)
        await ask(queue(), { schoolId, endpointId }, left.isFailing, left.afterMs)
    },
    stop() {
      clearInterval(timer)
      for (const each of gathering.values()) clearTimeout(each)
    },
  }
}

export interface DispatcherDeps {
  bell: Bell
  queue: () => Queue
  /** Schools that may have endpoints. */
  schools: () => Promise<string[]>
  onError: (error: unknown) => void
}

async function lookInto({ db }: Sending, queue: Queue, schoolId: string): Promise<void> {
  const at = systemClock.now().toISOString()
  const [rows = []] = await readTogether(db, systemActor(schoolId, 'webhooks'), [
    { query: readBehind, values: { at } },
  ])
  for (const [endpointId, failures] of rows)
    await ask(queue, { schoolId, endpointId: endpointId as string }, Number(failures) > 0, 0)
}

/** Endpoints that fail are served by workers of their own: whoever does not answer delays nobody who does. */
function ask(queue: Queue, job: Job, isFailing: boolean, afterMs: number): Promise<void> {
  const key = afterMs > 0 ? `${job.endpointId} later` : job.endpointId
  return queue.ask(isFailing ? 'webhooks-slow' : 'webhooks', key, job, afterMs)
}

/** Forgets deliveries that are older than the history. */
export async function purgeDeliveries({ db }: Sending, schools: readonly string[]): Promise<void> {
  const before = new Date(systemClock.now().getTime() - keptDays * dayMs).toISOString()
  for (const schoolId of schools)
    await writeInSchool(db, systemActor(schoolId, 'webhooks'), (tx) => tx.rows(purgeMessages, { before }))
}
