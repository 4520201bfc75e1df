import { createHash } from 'node:crypto'
import { type TObject, Type } from '@sinclair/typebox'
import { disclose } from '../../access/disclosure.ts'
import type { Principal } from '../../access/principal.ts'
import { readRevision } from '../../db/change-log.ts'
import { readTogether, type TextRow } from '../../db/transaction.ts'
import { sendJson } from '../../http/answer.ts'
import { entityTag, isUnchanged } from '../../http/etag.ts'
import type { Context, Mount } from '../../http/mount.ts'
import { etagHeader, ReadHeaders } from '../../http/parameters.ts'
import { type Clock, localTime, today } from '../../time/clock.ts'
import { cursorScope, type ListQuery, readListQuery, shapeOf, valuesOf } from '../list-request.ts'
import { type Resource, readScope } from '../resource.ts'
import { answered, pageOf } from '../schemas.ts'
import { groupOf, paging } from '../spoken.ts'
import { listReader, type Reader } from '../statements.ts'

/** GET a page of records: filters, sort, fields, include, keyset cursor, 304. */
export function list(of: Resource): Mount {
  return {
    method: 'GET',
    path: of.path,
    operationId: `list${of.many}`,
    scope: readScope(of),
    tag: of.tag,
    summary: `List ${of.name.replaceAll('-', ' ')}`,
    description: `A page of ${of.name.replaceAll('-', ' ')} that match every filter given. Pages follow each other by \`next\`; a list has ended when \`next\` is null.`,
    query: ListQuerySchema(of),
    headers: ReadHeaders,
    answers: {
      200: {
        description: 'A page.',
        schema: pageOf(answered(of)),
        headers: etagHeader,
      },
      304: { description: 'Nothing has changed since the ETag that If-None-Match names.' },
    },
    problems: [],
    cost: 1,
    handler: (context) => answerList(context, of),
  }
}

async function answerList(context: Context, of: Resource) {
  const { db, cursors, who, actor, request, reply } = context
  const asked = readListQuery(who, of, request.query as ListQuery)
  const reader = listReader(of, shapeOf(asked))
  const scope = cursorScope(who.schoolId, of, asked)
  const position = asked.after === undefined ? undefined : cursors.open(scope, asked.after)
  const seen = `${seenAt(db.clock, who)} ${who.person?.personId ?? ''}`
  const representation = representationKey(request.url, reader, seen)
  const revisionRead = { query: readRevision, values: {} }
  const known = request.headers['if-none-match']
  if (known !== undefined) {
    const [revision] = await readTogether(db, actor, [revisionRead])
    const tag = entityTag(cell(revision), representation)
    if (isUnchanged(known, tag)) return reply.code(304).header('etag', tag).send()
  }
  const [revision, rows] = await readTogether(db, actor, [
    revisionRead,
    { query: reader.query, values: valuesOf(asked, position) },
  ])
  const shown = (rows as TextRow[]).slice(0, asked.limit)
  await disclose(context, shown.flatMap(reader.pupilsOf), reader.fieldGroups)
  reply.header('etag', entityTag(cell(revision), representation))
  const hasMore = (rows as TextRow[]).length > asked.limit
  return sendJson(
    reply,
    page(shown, hasMore, reader, (last) => cursors.seal(scope, last)),
  )
}

/** The day; for families the minute, since what is published to them appears without a change of any record. */
const seenAt = (clock: Clock, { person }: Principal) =>
  person && person.kind !== 'staff' ? Object.values(localTime(clock.now())).join(' ') : today(clock)

const cell = (rows: TextRow[] | undefined) => rows?.[0]?.[0] ?? '0'

/** What the answer depends on besides the data: the address, the fields granted, for whom, and the day for what changes overnight. */
function representationKey(url: string, reader: Reader, seen: string): string {
  return createHash('sha1').update(`${url} ${reader.key} ${seen}`).digest('base64url').slice(0, 10)
}

function page(shown: TextRow[], hasMore: boolean, reader: Reader, seal: (last: string[]) => string): string {
  let json = '{"data":['
  for (let at = 0; at < shown.length; at++)
    json += (at === 0 ? '' : ',') + reader.encode(shown[at] as TextRow)
  const last = shown.at(-1)
  const position = last?.slice(reader.extra, reader.extra + reader.keys) as string[]
  const next = hasMore ? JSON.stringify(seal(position)) : 'null'
  return `${json}],"next":${next}}`
}

/** `limit`, `after`, `sort`, `fields`, `include` and the filters of the resource. */
function ListQuerySchema(of: Resource): TObject {
  const sorts = ['id', ...Object.keys(of.view.sorts ?? {})]
  const included = [...of.relations.keys()]
  return Type.Object(
    {
      ...paging,
      sort: Type.Optional(
        Type.String({
          maxLength: 200,
          pattern: '^-?\\w+(,-?\\w+){0,2}$',
          description: `Up to three keys, first key first; \`-\` sorts downwards. Known: ${sorts.join(', ')}.`,
          examples: [sorts.at(-1)],
        }),
      ),
      ...fieldsParameter(of),
      ...includeParameter(included),
      updatedSince: Type.Optional(
        Type.String({
          format: 'date-time',
          description: 'Only records changed at or after this instant.',
          examples: ['2026-11-23T00:00:00Z'],
        }),
      ),
      ...of.filter.properties,
    },
    { additionalProperties: false },
  )
}

export function fieldsParameter(of: Resource) {
  const groups = new Set(
    Object.values(of.row.properties)
      .map(groupOf)
      .filter((group) => group !== undefined),
  )
  const note = groups.size > 0 ? ' Naming a field whose group is not granted is refused with 403.' : ''
  return {
    fields: Type.Optional(
      Type.String({
        maxLength: 1000,
        pattern: '^\\w+(,\\w+){0,60}$',
        description: `Names of the fields to answer with, separated by commas; \`id\` is always there. Left out: every field that the token may see.${note}`,
        examples: [Object.keys(of.row.properties).slice(0, 3).join(',')],
      }),
    ),
  }
}

export function includeParameter(names: readonly string[]) {
  if (names.length === 0) return {}
  return {
    include: Type.Optional(
      Type.String({
        maxLength: 200,
        pattern: '^\\w+(,\\w+){0,9}$',
        description: `Records to answer with beside each one, separated by commas: ${names.join(', ')}. Each needs its own scope.`,
        examples: [names[0]],
      }),
    ),
  }
}
