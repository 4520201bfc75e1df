import type { Tx } from '../../db/transaction.ts'
import { answerWrite, type Written } from '../../http/answer.ts'
import { requiredVersions } from '../../http/etag.ts'
import type { Context, Mount } from '../../http/mount.ts'
import { ChangeHeaders, IdParams } from '../../http/parameters.ts'
import { concernedBy, lockRecord, wholeRecord } from '../record.ts'
import { type Resource, writeScope } from '../resource.ts'
import { requireSubject } from '../write-access.ts'

/** DELETE a record. What refers to it makes the answer 409. */
export function remove(of: Resource, erase: (tx: Tx, id: string) => Promise<void>): Mount {
  return {
    method: 'DELETE',
    path: `${of.path}/{id}`,
    operationId: `remove${of.one}`,
    scope: writeScope(of),
    tag: of.tag,
    summary: `Remove ${of.phrase}`,
    description: `Removes ${of.phrase} that nothing refers to (409 otherwise). If-Match is required.`,
    params: IdParams,
    headers: ChangeHeaders,
    answers: { 204: { description: 'Removed.' } },
    problems: [404, 409, 412, 422, 428],
    cost: 5,
    handler: (context) => {
      requireSubject(context.who, of)
      const required = requiredVersions(context.request.headers['if-match'])
      return answerWrite(context, (tx) => removed(tx, context, of, required, erase))
    },
  }
}

async function removed(
  tx: Tx,
  { request }: Context,
  of: Resource,
  required: ReadonlySet<number> | 'any',
  erase: (tx: Tx, id: string) => Promise<void>,
): Promise<Written> {
  const { id } = request.params as { id: string }
  await lockRecord(tx, of, id, required)
  const before = await wholeRecord(tx, of, id)
  await erase(tx, id)
  tx.log({ resource: of.name, recordId: id, action: 'removed', ...concernedBy(of, before) })
  return { status: 204, headers: {}, body: '', affected: 1 }
}
