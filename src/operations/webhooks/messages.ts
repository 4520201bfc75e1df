import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { TextRow, Tx } from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { WebhookMessage } from './schema.ts'

const value = (name: string) => sql.placeholder(name)

const columns = sql`m.id, m.endpoint_id, m.type, m.from_number, m.until_number, m.state, m.created_at, m.delivered_at, m.next_attempt_at,
  (select coalesce(json_agg(json_build_object('number', a.number, 'at', a.attempted_at, 'status', a.status,
     'latencyMs', a.latency_ms, 'error', a.error) order by a.number), '[]')
   from webhook_attempts a where a.school_id = m.school_id and a.message_id = m.id)`
const own = sql`from webhook_messages m join webhook_endpoints e on e.school_id = m.school_id and e.id = m.endpoint_id
  where m.school_id = ${value('school')} and e.app_id = ${value('app')}`

export const readMessages = compile(
  sql`select ${columns} ${own}
        and (${value('endpoint')}::uuid is null or m.endpoint_id = ${value('endpoint')}::uuid)
        and (${value('state')}::text is null or m.state = ${value('state')})
        and (${value('after')}::uuid is null or m.id < ${value('after')}::uuid)
      order by m.id desc limit ${value('limit')}::int`,
)
const readMessage = compile(sql`select ${columns} ${own} and m.id = ${value('id')}::uuid`)
const renewMessage = compile(
  sql`update webhook_messages m set state = 'pending', attempts = 0, next_attempt_at = ${value('at')}::timestamptz
      where m.school_id = ${value('school')} and m.id = ${value('id')}::uuid`,
)
const forgetAttempts = compile(
  sql`delete from webhook_attempts where school_id = ${value('school')} and message_id = ${value('id')}::uuid`,
)

type Spoken = Static<typeof WebhookMessage>

const instantOf = (text: string | undefined) => (text ? new Date(text).toISOString() : null)
const numberOf = (text: string | undefined) => (text == null ? null : Number(text))

export function messageFrom(row: TextRow): Spoken {
  const [id, endpointId, type, from, until, state, createdAt, deliveredAt, nextAttemptAt, attempts] =
    row as string[]
  return {
    id: id as string,
    endpointId: endpointId as string,
    type: type as Spoken['type'],
    from: numberOf(from),
    until: numberOf(until),
    state: state as Spoken['state'],
    createdAt: instantOf(createdAt) as string,
    deliveredAt: instantOf(deliveredAt),
    nextAttemptAt: instantOf(nextAttemptAt),
    attempts: (JSON.parse(attempts as string) as Spoken['attempts']).map((each) => ({
      ...each,
      at: instantOf(each.at) as string,
    })),
  }
}

/** The message goes out again under its own id, with all its attempts before it. */
export async function resend(tx: Tx, app: string, id: string, at: string): Promise<Spoken> {
  const [row] = await tx.rows(readMessage, { app, id })
  if (!row) throw problem('not-found')
  await tx.rows(forgetAttempts, { id })
  await tx.rows(renewMessage, { id, at })
  tx.log({ resource: 'webhook-messages', recordId: id, action: 'changed', fields: ['state'] })
  const [renewed] = await tx.rows(readMessage, { app, id })
  return messageFrom(renewed as TextRow)
}
