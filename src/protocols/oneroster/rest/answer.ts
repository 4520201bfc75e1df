import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Ledger } from '../../../foundation/access/disclosure.ts'
import { SchoolSnapshot } from '../../../foundation/db/snapshot.ts'
import { type Database, readTogether, type TextRow } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import type { OneRosterResource } from '../resource.ts'
import { objectEncoder } from './fields.ts'
import type { Caller } from './guard.ts'
import { linksOf } from './links.ts'
import type { Operation } from './operation.ts'
import { type Asked, fieldsOf, readFields, readQuery } from './query.ts'
import {
  countStatement,
  existsStatement,
  objectId,
  oneStatement,
  pageStatement,
  type Wanted,
} from './statement.ts'

/** A request to one operation, by somebody who was admitted. */
export interface Call {
  db: Database
  ledger: Ledger
  operation: Operation
  caller: Caller
  request: FastifyRequest
  reply: FastifyReply
  /** Address of the service, without a trailing slash. */
  base: string
}

type Params = Readonly<Record<string, string>>

/** Pages up to this many rows are read at once; longer ones are streamed, so that memory stays flat. */
const readAtOnce = 1_000
/** Rows that are fetched, and written, at a time. */
const batchRows = 500
/** Longest wait for one of the connections that long pages hold. */
const longestWaitMs = 10_000

export async function answerList(call: Call): Promise<FastifyReply> {
  const { operation, caller, request, db, reply } = call
  const asked = readQuery(request.query as Record<string, string>, operation.resource, caller.sight.version)
  const wanted: Wanted = {
    ...asked,
    resource: operation.resource,
    sight: caller.sight,
    narrow: operation.narrow,
  }
  const values = { ...valuesOf(call), limit: asked.limit, offset: asked.offset }
  const isLong = asked.limit > readAtOnce
  const parents = parentsOf(call)
  const [counted, ...found] = await readTogether(db, caller.actor, [
    { query: countStatement(wanted), values },
    ...parents,
    ...(isLong ? [] : [{ query: pageStatement(wanted), values }]),
  ])
  requireParents(call, found)
  const total = Number(counted?.[0]?.[0] ?? 0)
  reply.headers({
    'x-total-count': String(total),
    link: linksOf(request, call.base, operation, asked, total),
  })
  reply.type('application/json; charset=utf-8')
  if (isLong && total > 0) return reply.send(await streamed(call, wanted, asked, values))
  const page = isLong ? [] : (found[parents.length] as TextRow[])
  await disclose(call, page)
  const encode = objectEncoder(asked.fields, call.base)
  return reply.send(`{"${operation.resource.many}":[${page.map(encode).join(',')}]}`)
}

export async function answerOne(call: Call): Promise<FastifyReply> {
  const { operation, caller, request, db, reply } = call
  const { resource, narrow } = operation
  const query = request.query as Record<string, string>
  const fields = readFields(query, fieldsOf(resource, caller.sight.version))
  const key = query.fields === undefined ? operation.operationId : undefined
  const wanted: Wanted = { ...whole(resource, caller), narrow, fields, key }
  const { sourcedId = '' } = request.params as Params
  const [rows = []] = await readTogether(db, caller.actor, [
    { query: oneStatement(wanted), values: { ...valuesOf(call), object: objectId(resource, sourcedId) } },
  ])
  const [row] = rows
  if (!row) throw problem('not-found', { detail: `There is no ${resource.one} ${sourcedId}.` })
  await disclose(call, rows)
  reply.type('application/json; charset=utf-8')
  return reply.send(`{"${resource.one}":${objectEncoder(fields, call.base)(row)}}`)
}

const whole = (resource: OneRosterResource, { sight }: Caller): Wanted => ({
  resource,
  sight,
  narrow: undefined,
  filter: undefined,
  fields: [],
  sort: undefined,
})

const valuesOf = ({ db, caller, request }: Call) => ({
  ...(request.params as Params),
  today: today(db.clock),
  agreement: caller.who.agreement.id,
})

const parentsOf = (call: Call) =>
  parentsIn(call).map(({ resource, id }) => ({
    query: existsStatement({ ...whole(resource, call.caller), key: resource.many }),
    values: { ...valuesOf(call), object: objectId(resource, id) },
  }))

const parentsIn = ({ operation, request }: Pick<Call, 'operation' | 'request'>) =>
  Object.entries(operation.within).map(([name, resource]) => ({
    resource,
    id: (request.params as Params)[name] as string,
  }))

function requireParents(call: Call, found: readonly TextRow[][]): void {
  for (const [at, { resource, id }] of parentsIn(call).entries())
    if (found[at]?.length !== 1) throw problem('not-found', { detail: `There is no ${resource.one} ${id}.` })
}

/** A long page, read through a cursor in one state of the school and written as it comes. */
async function streamed(
  call: Call,
  wanted: Wanted,
  asked: Asked,
  values: Readonly<Record<string, unknown>>,
): Promise<Readable> {
  const { db, caller, operation, request, base } = call
  const snapshot = await SchoolSnapshot.open(db, caller.who.schoolId, longestWaitMs)
  try {
    await snapshot.narrowTo(caller.actor.reach)
    const batches = snapshot.cursor(pageStatement(wanted), values, batchRows)
    const first = await batches.next()
    request.raw.socket.setTimeout(0)
    const encode = objectEncoder(asked.fields, base)
    return Readable.from(
      (async function* () {
        try {
          yield `{"${operation.resource.many}":[`
          for (
            let { done, value } = first, isFirst = true;
            !done;
            { done, value } = await batches.next(), isFirst = false
          ) {
            const rows = value as TextRow[]
            await disclose(call, rows)
            yield `${isFirst ? '' : ','}${rows.map(encode).join(',')}`
          }
          yield ']}'
        } finally {
          await snapshot.close()
        }
      })(),
      { objectMode: false, highWaterMark: 256 * 1024 },
    )
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

/** The last column of every row is the pupil whom the object is about. */
function disclose({ ledger, caller, operation }: Call, rows: readonly TextRow[]): Promise<void> | undefined {
  const { who, sight } = caller
  const pupilIds = operation.resource.isPersonal
    ? rows.map((row) => row.at(-1)).filter((id) => id !== null)
    : []
  if (pupilIds.length === 0) return undefined
  return ledger.note({
    schoolId: who.schoolId,
    appId: who.clientId,
    accountId: undefined,
    agreementVersion: who.agreement.version,
    operation: `oneroster.${operation.operationId}`,
    fieldGroups: groups.filter((group) => sight.may(`pupils.${group}:read`)).join(' '),
    pupilIds,
  })
}

const groups = ['contacts', 'demographics', 'identifiers'] as const
