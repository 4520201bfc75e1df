import { readRevision } from '../../foundation/db/change-log.ts'
import { readTogether, systemActor } from '../../foundation/db/transaction.ts'
import { pendingOf, sendAll } from './attempt.ts'
import { makeMessage } from './compose.ts'
import { asSystem, type Endpoint, now, type Sending } from './sending.ts'
import { endLease, leaseEndpoint, nextDue, renewLease } from './statements.ts'

/** What is left when a process lets go of an endpoint. */
export interface Left {
  /** Milliseconds until there is something to do again; undefined when nothing is known. */
  afterMs: number | undefined
  isFailing: boolean
}

/** Longer than one round takes, which renews it: a post has 10 s. What was killed holds an endpoint no longer than this. */
const leaseMs = 12_000
/** Messages on their way to one endpoint at a time, where order does not matter. */
const mostParallel = 8
/** After this long others have their turn; what is left is asked for again. */
const turnMs = 20_000

/** Delivers what there is for an endpoint, until nothing is left, it fails, or its turn is over. */
export async function pump(
  sending: Sending,
  schoolId: string,
  endpointId: string,
): Promise<Left | undefined> {
  const endpoint = await lease(sending, schoolId, endpointId)
  if (!endpoint) return undefined
  const until = performance.now() + turnMs
  try {
    while (performance.now() < until) {
      await renew(sending, endpoint)
      const isMore = await advance(sending, endpoint)
      if (!isMore) break
    }
  } finally {
    await asSystem(sending, schoolId, (tx) => tx.rows(endLease, { endpoint: endpointId }))
  }
  return whatIsLeft(sending, endpoint)
}

async function lease(sending: Sending, schoolId: string, id: string): Promise<Endpoint | undefined> {
  const at = now(sending).toISOString()
  const [row] = await asSystem(sending, schoolId, (tx) =>
    tx.rows(leaseEndpoint, { endpoint: id, at, until: leaseEnd(sending) }),
  )
  if (!row) return undefined
  const [appId, url, resources, isOrdered, keys, position, failures, version] = row as string[]
  return {
    id,
    schoolId,
    appId: appId as string,
    url: url as string,
    resources: resources ? JSON.parse(resources) : null,
    isOrdered: isOrdered === 't',
    keys: JSON.parse(sending.sealer.open(keys as string)),
    position: JSON.parse(position as string),
    failures: Number(failures),
    version: Number(version),
    isStuck: false,
  }
}

/** The end of a lease that begins now. */
const leaseEnd = (sending: Sending) => new Date(now(sending).getTime() + leaseMs).toISOString()

async function renew(sending: Sending, { schoolId, id }: Endpoint): Promise<void> {
  await asSystem(sending, schoolId, (tx) => tx.rows(renewLease, { endpoint: id, until: leaseEnd(sending) }))
}

/** One round: what waits is sent, or a new message is made. False when there is nothing more to do for now. */
async function advance(sending: Sending, endpoint: Endpoint): Promise<boolean> {
  const limit = endpoint.isOrdered ? 1 : 200
  const pending = await pendingOf(sending, endpoint, limit)
  const due = pending.filter(({ isDue }) => isDue)
  if (due.length > 0) return sendAll(sending, endpoint, due.slice(0, mostParallel))
  if (endpoint.isOrdered && pending.length > 0) return false
  // One that does not answer is not given more and more to lose.
  if (pending.length >= limit) return false
  return makeMessage(sending, endpoint)
}

/** When there is something to do again: a retry, or what happened while the lease was ending. */
async function whatIsLeft(
  sending: Sending,
  { schoolId, id, position, failures, isStuck }: Endpoint,
): Promise<Left> {
  const [due, revision] = await readTogether(sending.db, systemActor(schoolId, 'webhooks'), [
    { query: nextDue, values: { endpoint: id } },
    { query: readRevision, values: {} },
  ])
  const next = due?.[0]?.[0]
  const isFailing = failures > 0
  if (next) return { afterMs: Math.max(0, new Date(next).getTime() - now(sending).getTime()), isFailing }
  const isBehind = !isStuck && Number(revision?.[0]?.[0] ?? 0) > position.number
  return { afterMs: isBehind ? 1_000 : undefined, isFailing }
}
