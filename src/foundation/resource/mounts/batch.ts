import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { Tx } from '../../db/transaction.ts'
import { answerWrite, type Written } from '../../http/answer.ts'
import { problemOf } from '../../http/errors.ts'
import type { Mount } from '../../http/mount.ts'
import { CreateHeaders } from '../../http/parameters.ts'
import { type Fault, type Problem, problem } from '../../http/problems.ts'
import { type Resource, writeScope } from '../resource.ts'
import { requireWritable } from '../write-access.ts'

/** What became of one row of a batch. */
export interface BatchOutcome {
  id: string
  action: 'created' | 'changed' | 'unchanged'
  pupilId?: string | undefined
  /** Fields that changed. */
  fields?: readonly string[]
}

const mostItems = 1000

const BatchAnswer = Type.Object(
  {
    created: Type.Integer({ description: 'Records that are new.', examples: [2] }),
    changed: Type.Integer({ description: 'Records that were there and are different now.', examples: [1] }),
    unchanged: Type.Integer({ description: 'Records that were there as sent.', examples: [0] }),
    ids: Type.Array(Type.String({ format: 'uuid' }), {
      description: 'Id of each record, in the order of the rows sent.',
      examples: [['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11']],
    }),
  },
  { title: 'BatchResult', additionalProperties: false },
)

/**
 * POST many records at once, all or nothing. `insert` writes every row set by set and throws on the first fault of the
 * database; then `insertOne` is run row by row to tell which rows are at fault, and nothing is kept.
 */
export function batch<Body extends TObject>(
  of: Resource,
  how: {
    body: Body
    insert: (tx: Tx, items: Static<Body>[]) => Promise<BatchOutcome[]>
    insertOne: (tx: Tx, item: Static<Body>) => Promise<unknown>
    summary: string
    description: string
  },
): Mount {
  return {
    method: 'POST',
    path: `${of.path}/batch`,
    operationId: `batch${of.many}`,
    scope: writeScope(of),
    tag: of.tag,
    summary: how.summary,
    description: `${how.description} All or nothing: one refused row refuses them all, and \`errors\` names every row at fault.`,
    headers: CreateHeaders,
    body: Type.Object(
      { items: Type.Array(how.body, { minItems: 1, maxItems: mostItems, description: 'The rows.' }) },
      { additionalProperties: false },
    ),
    answers: { 200: { description: 'Every row was stored.', schema: BatchAnswer } },
    problems: [409, 412, 413, 415, 422],
    cost: 20,
    bodyLimit: 2_000_000,
    handler: (context) => {
      const { items } = context.request.body as { items: Static<Body>[] }
      for (const item of items) requireWritable(context.who, of, item as Record<string, unknown>)
      return answerWrite(context, (tx) => batched(tx, of, items, how))
    },
  }
}

/** Notes what became of the rows of a batch. */
export function logOutcomes(tx: Tx, resource: string, outcomes: readonly BatchOutcome[]): void {
  for (const { id, action, pupilId, fields } of outcomes)
    if (action !== 'unchanged')
      tx.log({
        resource,
        recordId: id,
        action,
        ...(fields && action === 'changed' && { fields }),
        ...(pupilId !== undefined && { pupilIds: [pupilId] }),
      })
}

async function batched<Item>(
  tx: Tx,
  of: Resource,
  items: Item[],
  how: {
    insert: (tx: Tx, items: Item[]) => Promise<BatchOutcome[]>
    insertOne: (tx: Tx, item: Item) => Promise<unknown>
  },
): Promise<Written> {
  const outcomes = await tx
    .savepoint(() => how.insert(tx, items))
    .catch(async (error: unknown) => {
      throw await explained(tx, of, items, how.insertOne, error)
    })
  logOutcomes(tx, of.name, outcomes)
  const count = (action: BatchOutcome['action']) => outcomes.filter((each) => each.action === action).length
  const summary = { created: count('created'), changed: count('changed'), unchanged: count('unchanged') }
  const body = JSON.stringify({ ...summary, ids: outcomes.map((each) => each.id) })
  return { status: 200, headers: {}, body, affected: summary.created + summary.changed }
}

/** A problem that names every row at fault, or the first failure where no row alone is at fault. */
async function explained<Item>(
  tx: Tx,
  of: Resource,
  items: Item[],
  insertOne: (tx: Tx, item: Item) => Promise<unknown>,
  first: unknown,
): Promise<unknown> {
  const original = problemOf(first, of.constraints)
  if (original.status >= 500 || original.errors?.some(({ path }) => path.startsWith('/items/'))) return first
  const faults: Fault[] = []
  const found: Problem[] = []
  for (const [at, item] of items.entries()) {
    await tx
      .savepoint(() => insertOne(tx, item))
      .catch((error: unknown) => {
        const fault = problemOf(error, of.constraints)
        if (fault.status >= 500) throw error
        found.push(fault)
        const inner = fault.errors ?? [{ path: '', message: fault.detail ?? fault.message }]
        faults.push(...inner.map(({ path, message }) => ({ path: `/items/${at}${path}`, message })))
      })
  }
  const code = found[0]?.code ?? original.code
  return faults.length === 0 ? first : problem(code, { errors: faults.slice(0, 1000) })
}
