import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader, IdParams } from '../../foundation/http/parameters.ts'
import { problem, refuse } from '../../foundation/http/problems.ts'
import { batch } from '../../foundation/resource/mounts/batch.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { lockRecord, speakRecord, wholeRecord } from '../../foundation/resource/record.ts'
import { deleteRow, insertRow, plain, updateRow } from '../../foundation/resource/rows.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { requireSubject } from '../../foundation/resource/write-access.ts'
import { analysisMounts } from './analysis/mounts.ts'
import { frameMounts } from './frames/mounts.ts'
import { marksheetMounts } from './marksheets/mounts.ts'
import { aspect, gradeSet, gradeSetVersion, result, resultSet } from './queries.ts'
import { removeResults } from './removal.ts'
import { faultOfGrades } from './rules.ts'
import {
  AspectChange,
  GradeSetChange,
  GradeSetVersionChange,
  NewAspect,
  NewGradeSet,
  NewGradeSetVersion,
  NewResult,
  NewResultSet,
  ResultChange,
  ResultSetChange,
} from './schema.ts'
import { aspects, gradeSets, gradeSetVersions, resultSets } from './table.ts'
import { putResults } from './write.ts'

const stored = { gradeSets: plain(gradeSets), aspects: plain(aspects), resultSets: plain(resultSets) }

function requireGrades(grades: Static<typeof NewGradeSetVersion>['grades'] | undefined): void {
  const fault = grades && faultOfGrades(grades)
  refuse(fault === undefined ? [] : [{ path: '/grades', message: fault }])
}

/** A version under which results stand is never rewritten: a foreign key holds it, and changing its grades is refused. */
async function requireUnused(tx: Tx, id: string): Promise<void> {
  await tx
    .savepoint(() => deleteRow(tx, gradeSetVersions, id).then(() => Promise.reject(undo)))
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
}
const undo = new Error('undo')

/** POST /result-sets/{id}/lock and /unlock. */
const lockResultSet = (verb: 'lock' | 'unlock'): Mount => ({
  method: 'POST',
  path: `/result-sets/{id}/${verb}`,
  operationId: `${verb}ResultSet`,
  scope: 'assessment:write',
  tag: 'assessment',
  summary: verb === 'lock' ? 'Lock a result set' : 'Unlock a result set',
  description:
    verb === 'lock'
      ? 'From now on no result of the set is written, changed or removed. Notes who and when.'
      : 'Results of the set may be written again while it is open.',
  params: IdParams,
  headers: CreateHeaders,
  answers: {
    200: { description: 'The result set as it is now.', schema: answered(resultSet), headers: etagHeader },
  },
  problems: [404, 409, 412, 422],
  cost: 5,
  handler: (context) => {
    requireSubject(context.who, resultSet)
    return answerWrite(context, async (tx) => {
      const { id } = context.request.params as { id: string }
      await lockRecord(tx, resultSet, id, 'any')
      const { lockedAt } = await wholeRecord(tx, resultSet, id)
      const isDone = (lockedAt !== null) === (verb === 'lock')
      const lock =
        verb === 'lock'
          ? { lockedAt: tx.clock.now().toISOString(), lockedBy: tx.actor }
          : { lockedAt: null, lockedBy: null }
      if (!isDone) {
        await updateRow(tx, resultSets, id, lock)
        tx.log({ resource: 'result-sets', recordId: id, action: 'changed', fields: ['lockedAt', 'lockedBy'] })
      }
      const { json, etag } = await speakRecord(tx, context, resultSet, id)
      return { status: 200, headers: { etag }, body: json, affected: isDone ? 0 : 1 }
    })
  },
})

async function insertResult(tx: Tx, item: Static<typeof NewResult>): Promise<string> {
  const [outcome] = await putResults(tx, [item], () => '')
  if (outcome?.action !== 'created')
    throw problem('already-exists', {
      errors: [
        {
          path: '/type',
          message: 'The pupil has a result of this type for this aspect in this set; change that one.',
        },
      ],
    })
  return outcome.id
}

async function updateResult(
  tx: Tx,
  before: Readonly<Record<string, unknown>>,
  value: string | undefined,
): Promise<void> {
  const { pupilId, aspectId, resultSetId, type } = before as Static<typeof NewResult>
  await putResults(
    tx,
    [{ pupilId, aspectId, resultSetId, type, value: value ?? String(before.value) }],
    () => '',
  )
}

async function deleteResult(tx: Tx, id: string): Promise<void> {
  const { resultSetId } = await wholeRecord(tx, result, id)
  await removeResults(tx, [{ id, resultSetId: String(resultSetId) }])
}

const gradeSetRoutes = (): Mount[] => [
  list(gradeSet),
  read(gradeSet),
  create(gradeSet, { body: NewGradeSet, insert: stored.gradeSets.insert }),
  change(gradeSet, { body: GradeSetChange, update: stored.gradeSets.update }),
  remove(gradeSet, stored.gradeSets.erase),
  list(gradeSetVersion),
  read(gradeSetVersion),
  create(gradeSetVersion, {
    body: NewGradeSetVersion,
    insert: (tx, body) => {
      requireGrades(body.grades)
      return insertRow(tx, gradeSetVersions, body)
    },
  }),
  change(gradeSetVersion, {
    body: GradeSetVersionChange,
    update: async (tx, { id, change }) => {
      requireGrades(change.grades)
      await requireUnused(tx, id)
      await updateRow(tx, gradeSetVersions, id, change)
    },
  }),
  remove(gradeSetVersion, (tx, id) => deleteRow(tx, gradeSetVersions, id)),
]

export const assessmentRoutes = (): Mount[] => [
  ...gradeSetRoutes(),
  list(aspect),
  read(aspect),
  create(aspect, { body: NewAspect, insert: stored.aspects.insert }),
  change(aspect, { body: AspectChange, update: stored.aspects.update }),
  remove(aspect, stored.aspects.erase),
  list(resultSet),
  read(resultSet),
  create(resultSet, { body: NewResultSet, insert: stored.resultSets.insert }),
  change(resultSet, { body: ResultSetChange, update: stored.resultSets.update }),
  remove(resultSet, stored.resultSets.erase),
  lockResultSet('lock'),
  lockResultSet('unlock'),
  list(result),
  read(result),
  create(result, { body: NewResult, insert: insertResult }),
  change(result, {
    body: ResultChange,
    update: (tx, { before, change }) => updateResult(tx, before, change.value),
  }),
  remove(result, deleteResult),
  batch(result, {
    body: NewResult,
    insert: putResults,
    insertOne: (tx, item) => putResults(tx, [item], () => ''),
    summary: 'Write many results',
    description:
      'Stores up to 1,000 results; one that is there already for the pupil, aspect, set and type is changed.',
  }),
  ...marksheetMounts(),
  ...analysisMounts(),
  ...frameMounts(),
]
