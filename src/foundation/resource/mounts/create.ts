import type { Static, TObject } from '@sinclair/typebox'
import type { Tx } from '../../db/transaction.ts'
import { answerWrite, type Written } from '../../http/answer.ts'
import type { Context, Mount } from '../../http/mount.ts'
import { CreateHeaders, etagHeader } from '../../http/parameters.ts'
import { locationHeader } from '../headers.ts'
import { concernedBy, speakRecord, wholeRecord } from '../record.ts'
import { type Resource, writeScope } from '../resource.ts'
import { answered } from '../schemas.ts'
import { requireSubject, requireWritable } from '../write-access.ts'

/** POST a new record. `insert` checks the rules, stores, and returns the id. */
export function create<Body extends TObject>(
  of: Resource,
  { body, insert }: { body: Body; insert: (tx: Tx, body: Static<Body>) => Promise<string> },
): Mount {
  return {
    method: 'POST',
    path: of.path,
    operationId: `create${of.one}`,
    scope: writeScope(of),
    tag: of.tag,
    summary: `Create ${of.phrase}`,
    description: `Creates ${of.phrase}. All or nothing; send an Idempotency-Key so that a repeated request has one effect.`,
    headers: CreateHeaders,
    body,
    answers: {
      201: { description: 'Created.', schema: answered(of), headers: { ...etagHeader, ...locationHeader } },
    },
    problems: [409, 412, 413, 415, 422],
    cost: 5,
    handler: (context) => {
      const sent = context.request.body as Static<Body>
      requireSubject(context.who, of)
      requireWritable(context.who, of, sent)
      return answerWrite(context, (tx) => created(tx, context, of, () => insert(tx, sent)))
    },
  }
}

async function created(
  tx: Tx,
  context: Context,
  of: Resource,
  insert: () => Promise<string>,
): Promise<Written> {
  const id = await insert()
  tx.log({
    resource: of.name,
    recordId: id,
    action: 'created',
    ...concernedBy(of, await concernSource(tx, of, id)),
  })
  const { json, etag } = await speakRecord(tx, context, of, id)
  return { status: 201, headers: { etag, location: `/v1${of.path}/${id}` }, body: json, affected: 1 }
}

async function concernSource(tx: Tx, of: Resource, id: string): Promise<Record<string, unknown>> {
  if (of.pupilField === 'id') return { id }
  return of.pupilField === undefined && !('groupId' in of.row.properties) ? {} : wholeRecord(tx, of, id)
}
