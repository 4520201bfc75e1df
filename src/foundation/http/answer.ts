import type { FastifyReply } from 'fastify'
import { type Tx, writeInSchool } from '../db/transaction.ts'
import { type Answer, remember, replayed, requestKey } from './idempotency.ts'
import { type Context, jsonType } from './mount.ts'
import { appliedPreferences, readPreferences } from './prefer.ts'
import { problem } from './problems.ts'

/** What a write did: its answer, and how many records it touched (for `max-affected`). */
export interface Written extends Answer {
  affected: number
}

export function sendJson(reply: FastifyReply, body: string): FastifyReply {
  return reply.type(jsonType).send(body)
}

export function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  return body === '' ? reply.send() : sendJson(reply, body)
}

/**
 * Every write of the API: one transaction holds the claim of the Idempotency-Key, the work, the stored answer and the
 * change log. `Prefer: tx=rollback` runs all of it and keeps none.
 */
export async function answerWrite(
  context: Context,
  work: (tx: Tx) => Promise<Written>,
): Promise<FastifyReply> {
  const { request, reply, db, actor } = context
  const preferences = readPreferences(request.headers.prefer)
  const applied = appliedPreferences(preferences)
  if (applied) reply.header('preference-applied', applied)
  const key = keyOf(context)
  const answer = await writeInSchool(
    db,
    actor,
    async (tx) => {
      const before = key && (await replayed(tx, key))
      if (before) return before
      const written = await work(tx)
      const { maxAffected } = preferences
      if (maxAffected !== undefined && written.affected > maxAffected)
        throw problem('too-many-affected', { detail: `${written.affected} records would change.` })
      if (key && !preferences.rollback) await remember(tx, key, written)
      return written
    },
    { rollback: preferences.rollback },
  )
  return send(reply, answer)
}

function keyOf({ request, actor }: Context) {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  return requestKey(actor.actor, String(key), {
    method: request.method,
    url: request.url,
    body: request.bodyText,
  })
}
