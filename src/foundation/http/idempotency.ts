import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { compile } from '../db/compiled.ts'
import { type Database, systemActor, type Tx, writeInSchool } from '../db/transaction.ts'
import { problem } from './problems.ts'

/** An answer as it goes out and as it is kept. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** An Idempotency-Key bound to the client, the route and the body (draft-ietf-httpapi-idempotency-key-header). */
export interface RequestKey {
  clientId: string
  key: string
  hash: Buffer
}

export function requestKey(
  clientId: string,
  key: string,
  request: { method: string; url: string; body: string },
): RequestKey {
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw problem('header-invalid', { detail: 'Idempotency-Key is 1 to 200 visible ASCII characters.' })
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n`).update(request.body).digest()
  return { clientId, key, hash }
}

const key = sql.placeholder('key')
const client = sql.placeholder('client')
const school = sql.placeholder('school')

/** Held until the transaction ends: a second delivery that comes meanwhile is told so instead of waiting. */
const claim = compile(
  sql`select pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', ${school}::text, ${client}::text, ${key}::text), 0))`,
)
const find = compile(
  sql`select encode(request_hash, 'hex'), status, headers, body from idempotency_keys
      where school_id = ${school} and client_id = ${client} and key = ${key}`,
)
const store = compile(
  sql`insert into idempotency_keys (school_id, client_id, key, request_hash, status, headers, body)
      values (${school}, ${client}, ${key}, ${sql.placeholder('hash')}, ${sql.placeholder('status')},
              ${sql.placeholder('headers')}, ${sql.placeholder('body')})`,
)

/** The answer given before, or nothing when this is the first delivery. */
export async function replayed(tx: Tx, request: RequestKey): Promise<Answer | undefined> {
  const values = { client: request.clientId, key: request.key }
  const [claimed] = await tx.rows(claim, values)
  if (claimed?.[0] !== 't') throw problem('request-running')
  const [row] = await tx.rows(find, values)
  if (!row) return undefined
  const [hash, status, headers, body] = row as [string, string, string, string]
  if (hash !== request.hash.toString('hex')) throw problem('idempotency-key-reused')
  return { status: Number(status), headers: { ...JSON.parse(headers), 'idempotency-replayed': 'true' }, body }
}

/** Keeps the answer in the transaction of the write it belongs to. */
export async function remember(tx: Tx, request: RequestKey, answer: Answer): Promise<void> {
  await tx.rows(store, {
    client: request.clientId,
    key: request.key,
    hash: request.hash,
    status: answer.status,
    headers: JSON.stringify(answer.headers),
    body: answer.body,
  })
}

const purge = compile(
  sql`delete from idempotency_keys where school_id = ${school} and stored_at < ${sql.placeholder('limit')}::timestamptz`,
)

/** Removes answers older than a day, school by school. */
export async function purgeAnswers(db: Database, schoolIds: readonly string[]): Promise<void> {
  const limit = new Date(db.clock.now().getTime() - 24 * 3_600_000).toISOString()
  for (const schoolId of schoolIds)
    await writeInSchool(db, systemActor(schoolId, 'purge'), (tx) => tx.rows(purge, { limit }))
}
