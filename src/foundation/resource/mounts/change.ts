import { isDeepStrictEqual } from 'node:util'
import type { Static, TObject } from '@sinclair/typebox'
import type { Tx } from '../../db/transaction.ts'
import { answerWrite, type Written } from '../../http/answer.ts'
import { requiredVersions } from '../../http/etag.ts'
import type { Context, Mount } from '../../http/mount.ts'
import { ChangeHeaders, etagHeader, IdParams } from '../../http/parameters.ts'
import { concernedBy, lockRecord, speakRecord, wholeRecord } from '../record.ts'
import { type Resource, writeScope } from '../resource.ts'
import { answered } from '../schemas.ts'
import { requireSubject, requireWritable } from '../write-access.ts'

/** What a change is about: the fields that differ, and the record as it was. */
export interface ChangeOf<Body> {
  id: string
  /** Only the fields whose value differs. */
  change: Partial<Body>
  /** The whole record before the change, as spoken. */
  before: Readonly<Record<string, unknown>>
}

/** PATCH a record (RFC 7396). `update` checks the rules and stores; it bumps the version. */
export function change<Body extends TObject>(
  of: Resource,
  { body, update }: { body: Body; update: (tx: Tx, change: ChangeOf<Static<Body>>) => Promise<void> },
): Mount {
  return {
    method: 'PATCH',
    path: `${of.path}/{id}`,
    operationId: `change${of.one}`,
    scope: writeScope(of),
    tag: of.tag,
    summary: `Change ${of.phrase}`,
    description: `Changes the fields that are sent and leaves the others; null clears a field that may be empty. If-Match is required.`,
    params: IdParams,
    headers: ChangeHeaders,
    body,
    answers: { 200: { description: 'The record as it is now.', schema: answered(of), headers: etagHeader } },
    problems: [404, 409, 412, 413, 415, 422, 428],
    cost: 5,
    handler: (context) => {
      const { request, who } = context
      const sent = request.body as Static<Body>
      requireSubject(who, of)
      requireWritable(who, of, sent)
      const required = requiredVersions(request.headers['if-match'])
      return answerWrite(context, (tx) => changed(tx, context, of, sent, required, update))
    },
  }
}

async function changed<Body>(
  tx: Tx,
  context: Context,
  of: Resource,
  sent: Body,
  required: ReadonlySet<number> | 'any',
  update: (tx: Tx, change: ChangeOf<Body>) => Promise<void>,
): Promise<Written> {
  const { id } = context.request.params as { id: string }
  await lockRecord(tx, of, id, required)
  const before = await wholeRecord(tx, of, id)
  const change = differences(before, sent as Record<string, unknown>) as Partial<Body>
  const fields = Object.keys(change)
  if (fields.length > 0) {
    await update(tx, { id, change, before })
    tx.log({
      resource: of.name,
      recordId: id,
      action: 'changed',
      fields,
      ...concernedBy(of, before, change as Record<string, unknown>),
    })
  }
  const { json, etag } = await speakRecord(tx, context, of, id)
  return { status: 200, headers: { etag }, body: json, affected: fields.length > 0 ? 1 : 0 }
}

/** The fields of a change whose value is not already there. */
function differences(
  before: Record<string, unknown>,
  sent: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sent).filter(([name, value]) => !isDeepStrictEqual(before[name] ?? null, value)),
  )
}
