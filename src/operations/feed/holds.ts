import { type Static, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { readRevision } from '../../foundation/db/change-log.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { readInSchool, type TextRow, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { Text, Whole } from '../../foundation/resource/spoken.ts'
import { FeedHold, Tripwire } from './schema.ts'
import { feedTripwires } from './table.ts'
import { defaultShare } from './tripwire.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')

const columns = sql`id, agreement_id, group_id, lost, total, from_number, held_at, released_at, released_by, note`
const readHolds = compile(
  sql`select ${columns} from feed_holds where school_id = ${school} order by held_at desc, id limit 200`,
)
const releaseHold = compile(
  sql`update feed_holds set released_at = ${value('at')}::timestamptz, released_by = ${value('by')}, note = ${value('note')},
        released_number = ${value('number')}::bigint
      where school_id = ${school} and id = ${value('id')}::uuid and released_at is null returning ${columns}`,
)
const readShare = compile(
  sql`select t.share from agreements a
      left join feed_tripwires t on t.school_id = a.school_id and t.agreement_id = a.id
      where a.school_id = ${school} and a.id = ${value('id')}::uuid`,
)

const instantOf = (text: string | null | undefined) => (text ? new Date(text).toISOString() : null)

function holdFrom(row: TextRow): Static<typeof FeedHold> {
  const [id, agreementId, groupId, lost, total, fromNumber, heldAt, releasedAt, releasedBy, note] = row
  return {
    id: id as string,
    agreementId: agreementId as string,
    groupId: groupId ?? null,
    lost: Number(lost),
    total: Number(total),
    fromNumber: Number(fromNumber),
    state: releasedAt ? 'released' : 'held',
    heldAt: instantOf(heldAt) as string,
    releasedAt: instantOf(releasedAt),
    releasedBy: releasedBy ?? null,
    note: note ?? null,
  }
}

const listHolds = (): Mount => ({
  method: 'GET',
  path: '/feed-holds',
  operationId: 'listFeedHolds',
  scope: 'agreements:read',
  tag: 'changes',
  summary: 'List losses that apps are not told of',
  description:
    'A feed holds where more than the set share of a group or of the school would vanish within a day, until somebody says that it is right. Newest first, at most 200.',
  answers: { 200: { description: 'The holds.', schema: wholeOf(FeedHold) } },
  problems: [],
  cost: 1,
  async handler({ db, actor, reply }) {
    const rows = await readInSchool(db, actor, (tx) => tx.rows(readHolds))
    return sendJson(reply, JSON.stringify({ data: rows.map(holdFrom), next: null }))
  },
})

const releaseOne = (): Mount =>
  byPerson({
    method: 'POST',
    path: '/feed-holds/{id}/release',
    operationId: 'releaseFeedHold',
    scope: 'agreements:write',
    tag: 'changes',
    summary: 'Release a loss',
    description: 'The app is told of everything up to now. What is lost from now on is counted anew.',
    params: IdParams,
    headers: CreateHeaders,
    body: Type.Object(
      { note: Text('Why it is right.', 'Year 11 has left.', 500) },
      { additionalProperties: false, title: 'FeedHoldRelease' },
    ),
    answers: { 200: { description: 'The hold as it is now.', schema: FeedHold } },
    problems: [404, 409, 412, 413, 415, 422],
    cost: 5,
    handler: (context) =>
      answerWrite(context, async (tx) => {
        const { id } = context.request.params as { id: string }
        const { note } = context.request.body as { note: string }
        const body = JSON.stringify(await release(tx, id, note))
        return { status: 200, headers: {}, body, affected: 1 }
      }),
  })

async function release(tx: Tx, id: string, note: string): Promise<Static<typeof FeedHold>> {
  const [number] = await tx.rows(readRevision)
  const at = tx.clock.now().toISOString()
  const [row] = await tx.rows(releaseHold, { id, at, by: tx.actor, note, number: number?.[0] })
  if (!row) throw problem('not-found', { detail: 'There is no such loss that is still held.' })
  tx.log({ resource: 'feed-holds', recordId: id, action: 'changed', fields: ['state'] })
  return holdFrom(row)
}

const path = '/agreements/{id}/feed-tripwire'

const readTripwire = (): Mount => ({
  method: 'GET',
  path,
  operationId: 'readFeedTripwire',
  scope: 'agreements:read',
  tag: 'changes',
  summary: "Read from which share on an app's feed holds",
  description: `Percent of a group or of the school; ${defaultShare} unless somebody has set another.`,
  params: IdParams,
  answers: { 200: { description: 'The share.', schema: Tripwire } },
  problems: [404],
  cost: 1,
  async handler({ db, actor, request, reply }) {
    const { id } = request.params as { id: string }
    const [row] = await readInSchool(db, actor, (tx) => tx.rows(readShare, { id }))
    if (!row) throw problem('not-found')
    const share = row[0] === null ? defaultShare : Number(row[0])
    return sendJson(reply, JSON.stringify({ share, isDefault: row[0] === null }))
  },
})

const putTripwire = (): Mount =>
  byPerson({
    method: 'PUT',
    path,
    operationId: 'changeFeedTripwire',
    scope: 'agreements:write',
    tag: 'changes',
    summary: "Set from which share on an app's feed holds",
    description:
      'Percent of a group or of the school that may vanish within a day; 0 lets everything through.',
    params: IdParams,
    headers: CreateHeaders,
    body: Type.Object(
      { share: Whole('Percent; 0 switches it off.', 0, 100, 20) },
      { additionalProperties: false, title: 'FeedTripwireChange' },
    ),
    answers: { 200: { description: 'The share.', schema: Tripwire } },
    problems: [404, 409, 412, 413, 415, 422],
    cost: 5,
    handler: (context) =>
      answerWrite(context, async (tx) => {
        const { id } = context.request.params as { id: string }
        const { share } = context.request.body as { share: number }
        const [row] = await tx.rows(readShare, { id })
        if (!row) throw problem('not-found')
        const set = { share, updatedAt: tx.clock.now().toISOString(), updatedBy: tx.actor }
        await tx.orm
          .insert(feedTripwires)
          .values({ schoolId: tx.schoolId, agreementId: id, ...set })
          .onConflictDoUpdate({ target: [feedTripwires.schoolId, feedTripwires.agreementId], set })
        tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['feedTripwire'] })
        const body = JSON.stringify({ share, isDefault: false })
        return { status: 200, headers: {}, body, affected: 1 }
      }),
  })

export const holdRoutes = (): Mount[] => [listHolds(), releaseOne(), readTripwire(), putTripwire()]
