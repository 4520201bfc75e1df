import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Ledger } from '../../../foundation/access/disclosure.ts'
import { SchoolSnapshot } from '../../../foundation/db/snapshot.ts'
import { type Database, readTogether, type TextRow } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { bytesOf, objectEncoder } from './fields.ts'
import type { Caller } from './guard.ts'
import { common, existsQuery, whole } from './known.ts'
import { linksOf } from './links.ts'
import type { Operation } from './operation.ts'
import { type Asked, fieldsOf, readFields, readQuery } from './query.ts'
import { countStatement, objectId, oneStatement, pageStatement, type Wanted } from './statement.ts'

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

/** Pages up to this many rows (3 MB) are read at once; longer ones are streamed, so that memory stays flat. */
const readAtOnce = 3_000
/** How long a list was last time, by school and operation: clients ask for 10,000 rows of schools that have 2,000. */
const lengths = new Map<string, number>()
const mostLengths = 5_000
/** Rows that are fetched, and written, at a time. */
const batchRows = 1_000
/** Longest wait for one of the connections that long pages hold. */
const longestWaitMs = 10_000

export async function answerList(call: Call): Promise<FastifyReply> {
  const { operation, caller, request } = call
  const { resource, narrow, part, operationId } = operation
  const asked = readQuery(request.query as Record<string, string>, resource, caller.sight.version)
  const page: Page = {
    asked,
    wanted: {
      ...asked,
      resource,
      sight: caller.sight,
      narrow,
      part,
      key: asked.isPlain ? operationId : undefined,
    },
    values: { ...valuesOf(call), limit: asked.limit, offset: asked.offset },
    encode: objectEncoder(asked.fields, call.base),
  }
  const expected = Math.min(asked.limit, (lengths.get(lengthKey(call)) ?? asked.limit) - asked.offset)
  return expected > readAtOnce ? answerLong(call, page) : answerShort(call, page)
}

const lengthKey = ({ caller, operation }: Call) => `${caller.who.schoolId} ${operation.operationId}`

function noteLength(call: Call, total: number): void {
  if (lengths.size >= mostLengths) lengths.delete(lengths.keys().next().value as string)
  lengths.set(lengthKey(call), total)
}

interface Page {
  asked: Asked
  wanted: Wanted
  values: Readonly<Record<string, unknown>>
  encode: (row: TextRow) => string
}

async function answerShort(call: Call, page: Page): Promise<FastifyReply> {
  const { db, caller, operation, reply } = call
  const [rows = [], ...found] = await readTogether(db, caller.actor, [
    { query: pageStatement(page.wanted), values: page.values },
    ...parentsOf(call),
  ])
  requireParents(call, found)
  await head(call, page, rows[0])
  await disclose(call, rows)
  const begin = Buffer.from(`{"${operation.resource.many}":[`)
  return reply.send(Buffer.concat([begin, bytesOf(rows, page.encode), Buffer.from(']}')]))
}

/** A long page, read through a cursor in one state of the school and written as it comes. */
async function answerLong(call: Call, page: Page): Promise<FastifyReply> {
  const { db, caller, request, reply } = call
  const parents = parentsOf(call)
  if (parents.length > 0) requireParents(call, await readTogether(db, caller.actor, parents))
  const snapshot = await SchoolSnapshot.open(db, caller.who.schoolId, longestWaitMs)
  try {
    await snapshot.narrowTo(caller.actor.reach)
    const batches = snapshot.cursor(pageStatement(page.wanted), page.values, batchRows)
    const { value: first = [] } = await batches.next()
    await head(call, page, first[0])
    request.raw.socket.setTimeout(0)
    const parts = partsOf(call, page, { first, batches, snapshot })
    return reply.send(Readable.from(parts, { objectMode: false, highWaterMark: 256 * 1024 }))
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

interface Reading {
  first: TextRow[]
  batches: AsyncGenerator<TextRow[], void>
  snapshot: SchoolSnapshot
}

async function* partsOf(
  call: Call,
  { encode }: Page,
  { first, batches, snapshot }: Reading,
): AsyncGenerator<string | Buffer> {
  try {
    await disclose(call, first)
    yield `{"${call.operation.resource.many}":[`
    yield bytesOf(first, encode)
    for await (const rows of batches) {
      await disclose(call, rows)
      yield ','
      yield bytesOf(rows, encode)
    }
    yield ']}'
  } finally {
    await snapshot.close()
  }
}

/** Every row of a page carries the total; behind the last page it is counted. */
async function head(call: Call, page: Page, first?: TextRow): Promise<void> {
  const { db, caller, request, base, operation, reply } = call
  const { asked, wanted, values } = page
  const isBehind = first === undefined && asked.offset > 0
  const [counted] = isBehind
    ? await readTogether(db, caller.actor, [{ query: countStatement(wanted), values }])
    : []
  const total = Number(first?.at(-1) ?? counted?.[0]?.[0] ?? 0)
  if (asked.filter === undefined) noteLength(call, total)
  reply.headers({ 'x-total-count': String(total), link: linksOf(request, base, operation, asked, total) })
  reply.type('application/json; charset=utf-8')
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

const valuesOf = ({ db, caller, request }: Call) => ({
  ...(request.params as Params),
  ...common(caller, db.clock),
})

const parentsOf = (call: Call) =>
  parentsIn(call).map(({ resource, id }) => existsQuery(resource, id, call.caller, call.db.clock))

const parentsIn = ({ operation, request }: Pick<Call, 'operation' | 'request'>) =>
  Object.entries(operation.within).map(([name, resource]) => ({
    resource,
    id: (request.params as Params)[name] as string,
  }))

function requireParents(call: Call, found: readonly TextRow[][]): void {
  for (const [at, { resource, id }] of parentsIn(call).entries())
    if (found[at]?.length !== 1) throw problem('not-found', { detail: `There is no ${resource.one} ${id}.` })
}

/** Behind the fields of a row stands the pupil whom the object is about, then the total. */
function disclose({ ledger, caller, operation }: Call, rows: readonly TextRow[]): Promise<void> | undefined {
  const { who, sight } = caller
  const pupilIds = operation.resource.isPersonal
    ? rows.map((row) => row.at(-2)).filter((id) => id !== null)
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
