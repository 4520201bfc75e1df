import type { Queue } from '../../foundation/db/queue.ts'
import { readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { systemClock } from '../../foundation/time/clock.ts'
import { pump } from './pump.ts'
import type { Sending } from './sending.ts'
import { purgeMessages, readBehind } from './statements.ts'

const dayMs = 86_400_000
/** How long the history of deliveries is kept. */
const keptDays = 30

interface Place {
  schoolId: string
  endpointId: string
}

/** Asks for every endpoint of a school that has something to do. */
export async function askForDeliveries(
  { db }: Sending,
  queue: Queue,
  schoolId: string,
  isSweep: boolean,
): Promise<void> {
  const at = systemClock.now().toISOString()
  const [rows = []] = await readTogether(db, systemActor(schoolId, 'webhooks'), [
    { query: readBehind, values: { at } },
  ])
  for (const [endpointId, failures] of rows)
    await ask(queue, { schoolId, endpointId: endpointId as string }, Number(failures) > 0, 0, isSweep)
}

/** Endpoints that fail are served by workers of their own: whoever does not answer delays nobody who does. */
function ask(
  queue: Queue,
  place: Place,
  isFailing: boolean,
  afterMs: number,
  isSweep = false,
): Promise<void> {
  // A job that died with its process holds its key until it expires: a sweep asks under another one.
  const suffix = afterMs > 0 ? ' later' : isSweep ? ' again' : ''
  const key = `${place.endpointId}${suffix}`
  return queue.ask(isFailing ? 'webhooks-slow' : 'webhooks', key, place, afterMs)
}

/** Delivers what there is, and asks for the next time. */
export async function deliver(sending: Sending, queue: Queue, place: Place): Promise<void> {
  const left = await pump(sending, place.schoolId, place.endpointId)
  if (left?.afterMs !== undefined) await ask(queue, place, left.isFailing, left.afterMs)
}

/** Forgets deliveries that are older than the history. */
export async function purgeDeliveries({ db }: Sending, schools: readonly string[]): Promise<void> {
  const before = new Date(systemClock.now().getTime() - keptDays * dayMs).toISOString()
  for (const schoolId of schools)
    await writeInSchool(db, systemActor(schoolId, 'webhooks'), (tx) => tx.rows(purgeMessages, { before }))
}
