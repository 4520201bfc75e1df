import { readTogether, systemActor } from '../../foundation/db/transaction.ts'
import { pauseAfter, verdictOf } from './rules.ts'
import { type Outcome, post } from './send.ts'
import { asSystem, type Endpoint, now, type Sending } from './sending.ts'
import { signedHeaders } from './signature.ts'
import { disableEndpoint, noteAttempt, noteFailures, readPending, settleMessage } from './statements.ts'

/** A message that is not delivered yet. */
export interface Pending {
  id: string
  body: string
  attempts: number
  isDue: boolean
}

/** The oldest first, whether or not it is their time. */
export async function pendingOf(
  { db, ...sending }: Sending,
  endpoint: Endpoint,
  limit: number,
): Promise<Pending[]> {
  const at = now({ db, ...sending }).toISOString()
  const values = { endpoint: endpoint.id, at, limit }
  const [rows = []] = await readTogether(db, systemActor(endpoint.schoolId, 'webhooks'), [
    { query: readPending, values },
  ])
  return rows.map(([id, body, attempts, , isDue]) => ({
    id: id as string,
    body: body as string,
    attempts: Number(attempts),
    isDue: isDue === 't',
  }))
}

/** Sends some messages side by side; false when the endpoint wants no more or the first has failed. */
export async function sendAll(
  sending: Sending,
  endpoint: Endpoint,
  due: readonly Pending[],
): Promise<boolean> {
  const verdicts = await Promise.all(due.map((message) => sendOne(sending, endpoint, message)))
  if (verdicts.includes('disable')) return false
  return !(endpoint.isOrdered && verdicts.includes('retry'))
}

async function sendOne(sending: Sending, endpoint: Endpoint, { id, body, attempts }: Pending) {
  const at = now(sending)
  const keys = endpoint.keys.filter(({ endsAt }) => endsAt === null || endsAt > at.toISOString())
  const headers = signedHeaders({ id, body, seconds: Math.floor(at.getTime() / 1000) }, keys)
  const outcome = await post({ url: endpoint.url, headers, body }, sending.rules)
  await note(sending, endpoint, { id, number: attempts + 1, at: at.toISOString(), outcome })
  return verdictOf(outcome.status)
}

interface Noted {
  id: string
  number: number
  at: string
  outcome: Outcome
}

/** Attempt, message and endpoint in one transaction. */
async function note(sending: Sending, endpoint: Endpoint, { id, number, at, outcome }: Noted): Promise<void> {
  const { random = Math.random, pause = pauseAfter } = sending
  const verdict = verdictOf(outcome.status)
  const after = pause(number, random())
  const state =
    verdict === 'delivered' ? 'delivered' : verdict === 'retry' && after !== undefined ? 'pending' : 'dead'
  const next = state === 'pending' ? new Date(now(sending).getTime() + (after ?? 0)).toISOString() : null
  const { status, latencyMs: latency, error } = outcome
  await asSystem(sending, endpoint.schoolId, async (tx) => {
    await tx.rows(noteAttempt, { id, number, at, status, latency, error })
    await tx.rows(settleMessage, { id, number, at: now(sending).toISOString(), state, next })
    await tx.rows(noteFailures, { endpoint: endpoint.id, failed: verdict !== 'delivered' })
    if (verdict === 'disable')
      await tx.rows(disableEndpoint, { endpoint: endpoint.id, at, reason: 'It answered 410 Gone.' })
  })
  endpoint.failures = verdict === 'delivered' ? 0 : endpoint.failures + 1
}
