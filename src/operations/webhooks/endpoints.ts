import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Principal } from '../../foundation/access/principal.ts'
import type { Sealer } from '../../foundation/access/seal.ts'
import { compile } from '../../foundation/db/compiled.ts'
import type { TextRow, Tx } from '../../foundation/db/transaction.ts'
import { problem, refuse } from '../../foundation/http/problems.ts'
import { newId, updateRow } from '../../foundation/resource/rows.ts'
import { type Clock, systemClock } from '../../foundation/time/clock.ts'
import type { Position } from '../feed/cursor.ts'
import { type AddressRules, faultOfAddress } from './address.ts'
import type { NewWebhookEndpoint, WebhookEndpoint, WebhookEndpointChange } from './schema.ts'
import { newKey, type SigningKey } from './signature.ts'
import { webhookEndpoints } from './table.ts'

/** An app has few receivers; more would be a mistake in a loop. */
const mostEndpoints = 20
const hourMs = 3_600_000
const defaultOverlapHours = 24

const value = (name: string) => sql.placeholder(name)
const school = value('school')

const columns = sql`e.id, e.updated_at, e.url, to_json(e.resources), e.is_ordered, e.state, e.disabled_reason,
  (e.position->>'number')::bigint, e.failures, e.keys, e.version,
  (select count(*) from webhook_messages m where m.school_id = e.school_id and m.endpoint_id = e.id and m.state = 'pending'),
  (select count(*) from webhook_messages m where m.school_id = e.school_id and m.endpoint_id = e.id and m.state = 'dead')`
const own = sql`e.school_id = ${school} and e.app_id = ${value('app')}`
const readOwn = compile(sql`select ${columns} from webhook_endpoints e where ${own} order by e.id`)
const readOne = compile(
  sql`select ${columns} from webhook_endpoints e where ${own} and e.id = ${value('id')}::uuid`,
)
const lockOne = compile(
  sql`select e.keys, e.version from webhook_endpoints e where ${own} and e.id = ${value('id')}::uuid for update`,
)
const dropOne = compile(
  sql`delete from webhook_endpoints e where ${own} and e.id = ${value('id')}::uuid returning e.id`,
)

/** What endpoints need besides a transaction. */
export interface EndpointDeps {
  sealer: () => Promise<Sealer>
  rules: AddressRules
  resources: readonly { name: string }[]
  /** Signatures live in real time. */
  clock?: Clock
}

type Spoken = Static<typeof WebhookEndpoint>

/** An endpoint speaks for the school: an app that acts for a person has none. */
export function requireApp({ person, clientId }: Principal): string {
  if (person)
    throw problem('scope-missing', {
      detail: 'Webhooks belong to apps that act for the school; this token acts for a person.',
    })
  return clientId
}

const instantOf = (text: string) => new Date(text).toISOString()

function spoken(row: TextRow, sealer: Sealer): { endpoint: Spoken; version: number } {
  const [
    id,
    updatedAt,
    url,
    resources,
    isOrdered,
    state,
    reason,
    number,
    failures,
    keys,
    version,
    pending,
    dead,
  ] = row as string[]
  const held = JSON.parse(sealer.open(keys as string)) as SigningKey[]
  return {
    version: Number(version),
    endpoint: {
      id: id as string,
      updatedAt: instantOf(updatedAt as string),
      url: url as string,
      resources: resources ? JSON.parse(resources) : null,
      isOrdered: isOrdered === 't',
      state: state as Spoken['state'],
      disabledReason: reason ?? null,
      number: Number(number),
      failures: Number(failures),
      pending: Number(pending),
      dead: Number(dead),
      keys: held.map(({ kind, publicKey, createdAt, endsAt }) => ({ kind, publicKey, createdAt, endsAt })),
    },
  }
}

export async function listEndpoints(tx: Tx, app: string, deps: EndpointDeps): Promise<Spoken[]> {
  const sealer = await deps.sealer()
  return (await tx.rows(readOwn, { app })).map((row) => spoken(row, sealer).endpoint)
}

/** Throws 404 where it is another app's. */
export async function getEndpoint(tx: Tx, app: string, id: string, deps: EndpointDeps) {
  const [row] = await tx.rows(readOne, { app, id })
  if (!row) throw problem('not-found')
  return spoken(row, await deps.sealer())
}

/** Throws 404; what is returned is locked until the transaction ends. */
export async function lockEndpoint(
  tx: Tx,
  app: string,
  id: string,
): Promise<{ keys: string; version: number }> {
  const [row] = await tx.rows(lockOne, { app, id })
  if (!row) throw problem('not-found')
  return { keys: row[0] as string, version: Number(row[1]) }
}

function refuseFaults(body: Static<typeof WebhookEndpointChange>, { rules, resources }: EndpointDeps): void {
  const fault = body.url === undefined ? undefined : faultOfAddress(body.url, rules)
  const known = new Set(resources.map(({ name }) => name))
  refuse([
    ...(fault ? [{ path: '/url', message: fault }] : []),
    ...(body.resources ?? []).flatMap((name, at) =>
      known.has(name)
        ? []
        : [{ path: `/resources/${at}`, message: `There is no resource ${name.slice(0, 60)}.` }],
    ),
  ])
}

const secretOf = ({ kind, secret }: SigningKey) => (kind === 'hmac' ? { secret } : {})

/** Stores an endpoint that begins at a position of the feed; its secret is told this once. */
export async function insertEndpoint(
  tx: Tx,
  app: string,
  body: Static<typeof NewWebhookEndpoint>,
  position: Position,
  deps: EndpointDeps,
): Promise<Spoken> {
  refuseFaults(body, deps)
  if ((await tx.rows(readOwn, { app })).length >= mostEndpoints)
    throw problem('conflict', { detail: `An app has at most ${mostEndpoints} endpoints at a school.` })
  const sealer = await deps.sealer()
  const key = newKey(body.signature ?? 'hmac', (deps.clock ?? systemClock).now().toISOString())
  const id = newId()
  await tx.orm.insert(webhookEndpoints).values({
    schoolId: tx.schoolId,
    id,
    updatedAt: tx.clock.now().toISOString(),
    appId: app,
    url: body.url,
    resources: body.resources ?? null,
    isOrdered: body.isOrdered ?? true,
    state: 'active',
    keys: sealer.seal(JSON.stringify([key])),
    position,
  })
  tx.log({ resource: 'webhook-endpoints', recordId: id, action: 'created' })
  const { endpoint } = await getEndpoint(tx, app, id, deps)
  return { ...endpoint, ...secretOf(key) }
}

export async function changeEndpoint(
  tx: Tx,
  id: string,
  body: Static<typeof WebhookEndpointChange>,
  deps: EndpointDeps,
): Promise<void> {
  refuseFaults(body, deps)
  const woken = body.state === 'active' ? { disabledReason: null, failures: 0 } : {}
  const rested = body.state === 'disabled' ? { disabledReason: 'The app has disabled it.' } : {}
  await updateRow(tx, webhookEndpoints, id, { ...body, ...woken, ...rested })
  tx.log({ resource: 'webhook-endpoints', recordId: id, action: 'changed', fields: Object.keys(body) })
}

export async function removeEndpoint(tx: Tx, app: string, id: string): Promise<void> {
  const [row] = await tx.rows(dropOne, { app, id })
  if (!row) throw problem('not-found')
  tx.log({ resource: 'webhook-endpoints', recordId: id, action: 'removed' })
}

/** Adds a key; the former ones go on signing for a while, so that the receiver may change at leisure. */
export async function rotateKey(
  tx: Tx,
  app: string,
  id: string,
  {
    signature = 'hmac',
    overlapHours = defaultOverlapHours,
  }: { signature?: SigningKey['kind']; overlapHours?: number },
  deps: EndpointDeps,
): Promise<Spoken> {
  const sealer = await deps.sealer()
  const at = (deps.clock ?? systemClock).now()
  const ends = new Date(at.getTime() + overlapHours * hourMs).toISOString()
  const { keys } = await lockEndpoint(tx, app, id)
  const former = (JSON.parse(sealer.open(keys)) as SigningKey[])
    .filter(({ endsAt }) => endsAt === null || endsAt > at.toISOString())
    .map((each) => ({ ...each, endsAt: each.endsAt !== null && each.endsAt < ends ? each.endsAt : ends }))
    .filter(({ endsAt }) => endsAt > at.toISOString())
  const key = newKey(signature, at.toISOString())
  await updateRow(tx, webhookEndpoints, id, { keys: sealer.seal(JSON.stringify([key, ...former])) })
  tx.log({ resource: 'webhook-endpoints', recordId: id, action: 'changed', fields: ['keys'] })
  const { endpoint } = await getEndpoint(tx, app, id, deps)
  return { ...endpoint, ...secretOf(key) }
}

export async function setPosition(tx: Tx, id: string, position: Position): Promise<void> {
  await updateRow(tx, webhookEndpoints, id, { position })
  tx.log({ resource: 'webhook-endpoints', recordId: id, action: 'changed', fields: ['number'] })
}
