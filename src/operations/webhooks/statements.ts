import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const endpoint = sql`${value('endpoint')}::uuid`
const at = sql`${value('at')}::timestamptz`

/** Takes an endpoint for this process alone: two would break its order. */
export const leaseEndpoint = compile(
  sql`update webhook_endpoints set leased_until = ${value('until')}::timestamptz
      where school_id = ${school} and id = ${endpoint} and state = 'active' and (leased_until is null or leased_until <= ${at})
      returning app_id, url, to_json(resources), is_ordered, keys, position, failures, version`,
)
export const renewLease = compile(
  sql`update webhook_endpoints set leased_until = ${value('until')}::timestamptz where school_id = ${school} and id = ${endpoint}`,
)
export const endLease = compile(
  sql`update webhook_endpoints set leased_until = null where school_id = ${school} and id = ${endpoint}
      returning state, (position->>'number')::bigint, failures`,
)
/** Unless the app has changed the endpoint meanwhile: it may have set another position. */
export const movePosition = compile(
  sql`update webhook_endpoints set position = ${value('position')}::jsonb
      where school_id = ${school} and id = ${endpoint} and version = ${value('version')}::bigint returning id`,
)
export const noteFailures = compile(
  sql`update webhook_endpoints set failures = case when ${value('failed')}::boolean then failures + 1 else 0 end
      where school_id = ${school} and id = ${endpoint} and (${value('failed')}::boolean or failures > 0)`,
)
export const disableEndpoint = compile(
  sql`update webhook_endpoints set state = 'disabled', disabled_reason = ${value('reason')}, version = version + 1, updated_at = ${at}
      where school_id = ${school} and id = ${endpoint} and state = 'active'`,
)

export const insertMessage = compile(
  sql`insert into webhook_messages (school_id, id, endpoint_id, type, from_number, until_number, body, state, next_attempt_at, created_at)
      values (${school}, ${value('id')}::uuid, ${endpoint}, ${value('type')}, ${value('from')}::bigint, ${value('until')}::bigint,
        ${value('body')}, 'pending', ${at}, ${at})`,
)
/** The oldest that are not delivered, whether or not it is their time. */
export const readPending = compile(
  sql`select id, body, attempts, next_attempt_at, next_attempt_at <= ${at} from webhook_messages
      where school_id = ${school} and endpoint_id = ${endpoint} and state = 'pending' order by id limit ${value('limit')}::int`,
)
export const nextDue = compile(
  sql`select min(next_attempt_at) from webhook_messages where school_id = ${school} and endpoint_id = ${endpoint} and state = 'pending'`,
)
export const noteAttempt = compile(
  sql`insert into webhook_attempts (school_id, message_id, number, attempted_at, status, latency_ms, error)
      values (${school}, ${value('id')}::uuid, ${value('number')}::smallint, ${at}, ${value('status')}::smallint,
        ${value('latency')}::int, ${value('error')}) on conflict do nothing`,
)
export const settleMessage = compile(
  sql`update webhook_messages set state = ${value('state')}, attempts = ${value('number')}::smallint,
        next_attempt_at = ${value('next')}::timestamptz,
        delivered_at = case when ${value('state')} = 'delivered' then ${at} end
      where school_id = ${school} and id = ${value('id')}::uuid and state = 'pending'`,
)

/** Endpoints with something to do: a message whose time has come, or a log that has gone on. */
export const readBehind = compile(
  sql`select e.id, e.failures from webhook_endpoints e
      where e.school_id = ${school} and e.state = 'active' and (e.leased_until is null or e.leased_until <= ${at})
        and ((e.position->>'number')::bigint < (select c.number from change_counters c where c.school_id = ${school})
          or exists (select from webhook_messages m where m.school_id = e.school_id and m.endpoint_id = e.id
            and m.state = 'pending' and m.next_attempt_at <= ${at}))`,
)
export const purgeMessages = compile(
  sql`delete from webhook_messages where school_id = ${school} and created_at < ${value('before')}::timestamptz and state <> 'pending'`,
)
