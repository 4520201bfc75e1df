import { Type } from '@sinclair/typebox'
import { disclose } from '../../access/disclosure.ts'
import { readRevision } from '../../db/change-log.ts'
import { readTogether } from '../../db/transaction.ts'
import { sendJson } from '../../http/answer.ts'
import { isUnchanged } from '../../http/etag.ts'
import type { Context, Mount } from '../../http/mount.ts'
import { etagHeader, IdParams, ReadHeaders } from '../../http/parameters.ts'
import { problem } from '../../http/problems.ts'
import { recordTag } from '../record.ts'
import { type Resource, readScope } from '../resource.ts'
import { answered } from '../schemas.ts'
import { select } from '../selection.ts'
import { recordReader } from '../statements.ts'
import { fieldsParameter, includeParameter } from './list.ts'

/** GET one record by its id. */
export function read(of: Resource): Mount {
  return {
    method: 'GET',
    path: `${of.path}/{id}`,
    operationId: `read${of.one}`,
    scope: readScope(of),
    tag: of.tag,
    summary: `Read ${of.phrase}`,
    description: `Reads ${of.phrase} by its id. A record of another school is not found.`,
    params: IdParams,
    query: Type.Object(
      { ...fieldsParameter(of), ...includeParameter([...of.relations.keys()]) },
      { additionalProperties: false },
    ),
    headers: ReadHeaders,
    answers: {
      200: { description: 'The record.', schema: answered(of), headers: etagHeader },
      304: { description: 'The record has not changed since the ETag that If-None-Match names.' },
    },
    problems: [404],
    cost: 1,
    handler: (context) => answerRead(context, of),
  }
}

async function answerRead(context: Context, of: Resource) {
  const { db, who, actor, request, reply } = context
  const { id } = request.params as { id: string }
  const reader = recordReader(of, select(who, of, request.query as { fields?: string; include?: string }))
  // What is included changes without the record's version: then the school's change number is part of the tag.
  const includes = (request.query as { include?: string }).include !== undefined
  const [rows, revision] = await readTogether(db, actor, [
    { query: reader.query, values: { id } },
    ...(includes ? [{ query: readRevision, values: {} }] : []),
  ])
  const row = rows?.[0]
  if (!row) throw problem('not-found')
  const tag = recordTag(reader, row, revision?.[0]?.[0] ?? undefined)
  reply.header('etag', tag)
  if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send()
  await disclose(context, reader.pupilsOf(row), reader.fieldGroups)
  return sendJson(reply, reader.encode(row))
}
