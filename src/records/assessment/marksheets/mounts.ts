import { type Static, Type } from '@sinclair/typebox'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { requireScope } from '../../../foundation/access/principal.ts'
import { readInSchool } from '../../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../../foundation/http/parameters.ts'
import { refuse } from '../../../foundation/http/problems.ts'
import { change } from '../../../foundation/resource/mounts/change.ts'
import { create } from '../../../foundation/resource/mounts/create.ts'
import { list } from '../../../foundation/resource/mounts/list.ts'
import { read } from '../../../foundation/resource/mounts/read.ts'
import { remove } from '../../../foundation/resource/mounts/remove.ts'
import { plain } from '../../../foundation/resource/rows.ts'
import { Id } from '../../../foundation/resource/spoken.ts'
import { type MarksheetColumn, marksheetTemplates } from '../table.ts'
import { faultsOfColumns } from './columns.ts'
import { readMarksheet, writeMarksheet } from './grid.ts'
import { marksheetTemplate } from './queries.ts'
import { Marksheet, MarksheetCells, MarksheetTemplateChange, NewMarksheetTemplate } from './schema.ts'

const stored = plain(marksheetTemplates)
const checkColumns = (columns: readonly object[] | undefined) =>
  refuse(faultsOfColumns((columns ?? []) as MarksheetColumn[]))

const common = {
  path: '/marksheet-templates/{id}/grid',
  tag: 'assessment',
  params: IdParams,
  query: Type.Object(
    { groupId: Id('The group whose pupils are the rows.') },
    { additionalProperties: false },
  ),
} as const

/** Names stand in every row. */
function asked(context: Context): { id: string; groupId: string } {
  requireScope(context.who, 'pupils:read')
  requireScope(context.who, 'groups:read')
  const { id } = context.request.params as { id: string }
  const { groupId } = context.request.query as { groupId: string }
  return { id, groupId }
}

const readGrid = (): Mount => ({
  ...common,
  method: 'GET',
  operationId: 'readMarksheet',
  scope: 'assessment:read',
  summary: 'Read a marksheet',
  description:
    'A template over the pupils of a group: results, and what is worked out from them. Needs also pupils:read and groups:read.',
  answers: { 200: { description: 'The grid.', schema: Marksheet } },
  problems: [404],
  cost: 2,
  async handler(context) {
    const { id, groupId } = asked(context)
    const grid = await readInSchool(context.db, context.actor, (tx) => readMarksheet(tx, id, groupId))
    await disclose(
      context,
      grid.rows.map(({ pupilId }) => pupilId),
    )
    return sendJson(context.reply, JSON.stringify(grid))
  },
})

const writeGrid = (): Mount => ({
  ...common,
  method: 'POST',
  operationId: 'writeMarksheet',
  scope: 'assessment:write',
  summary: 'Write cells of a marksheet',
  description:
    'Up to 2,000 cells at once, all or nothing; `errors` names every cell at fault. Answers the whole grid. Needs also pupils:read and groups:read.',
  headers: CreateHeaders,
  body: MarksheetCells,
  answers: { 200: { description: 'The grid as it is now.', schema: Marksheet } },
  problems: [404, 409, 412, 413, 415, 422],
  cost: 20,
  bodyLimit: 1_000_000,
  handler(context) {
    const { id, groupId } = asked(context)
    return answerWrite(context, async (tx) => {
      const outcomes = await writeMarksheet(
        tx,
        id,
        groupId,
        context.request.body as Static<typeof MarksheetCells>,
      )
      const written = outcomes.filter(({ action }) => action !== 'unchanged')
      for (const { id: recordId, action, pupilId, fields } of written)
        tx.log({
          resource: 'results',
          recordId,
          action: action as 'created' | 'changed',
          ...(action === 'changed' && { fields: fields ?? [] }),
          ...(pupilId !== undefined && { pupilIds: [pupilId] }),
        })
      const grid = await readMarksheet(tx, id, groupId)
      await disclose(
        context,
        grid.rows.map(({ pupilId }) => pupilId),
      )
      return { status: 200, headers: {}, body: JSON.stringify(grid), affected: written.length }
    })
  },
})

export const marksheetMounts = (): Mount[] => [
  list(marksheetTemplate),
  read(marksheetTemplate),
  create(marksheetTemplate, {
    body: NewMarksheetTemplate,
    insert: (tx, body) => {
      checkColumns(body.columns)
      return stored.insert(tx, body)
    },
  }),
  change(marksheetTemplate, {
    body: MarksheetTemplateChange,
    update: (tx, it) => {
      checkColumns(it.change.columns)
      return stored.update(tx, it)
    },
  }),
  remove(marksheetTemplate, stored.erase),
  readGrid(),
  writeGrid(),
]
