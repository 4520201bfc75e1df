import { sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { type Fault, Problem, problem, refuse } from '../../../../foundation/http/problems.ts'
import { logOutcomes } from '../../../../foundation/resource/mounts/batch.ts'
import { newId } from '../../../../foundation/resource/rows.ts'
import { today } from '../../../../foundation/time/clock.ts'
import { closedSets, putResults } from '../../../../records/assessment/write.ts'
import type { Caller } from '../../rest/guard.ts'
import { isThere, requireThere } from '../../rest/known.ts'
import { classes } from '../../roster/classes.ts'
import { assessmentResults, results } from '../results.ts'
import { scoreScales } from '../score-scales.ts'
import type { ItemKind } from '../table.ts'
import { type Draft, ownedBySchool, unknown, type Writer, wordsOf } from './draft.ts'
import { readItems, readStudents } from './items.ts'
import { type Placed, planned, type ResultBody, type Step } from './plan.ts'
import { removeOwn } from './removed-results.ts'
import { holds, keepResults, placeKey, readStored } from './stored-results.ts'
import { deleteWritten } from './tombstones.ts'

const resourceOf = (kind: ItemKind) => (kind === 'lineItem' ? results : assessmentResults)
const itemName = (kind: ItemKind) => (kind === 'lineItem' ? 'lineItem' : 'assessmentLineItem')

export const resultWriter = (kind: ItemKind): Writer => ({
  resource: resourceOf(kind),
  async store(tx, caller, drafts) {
    const bodies = drafts.map((draft) => wordsOf<ResultBody>(draft))
    const steps = await plan(tx, kind, await placedIn(tx, caller, kind, bodies))
    await requireOpen(tx, kind, steps)
    await carryOut(tx, steps)
    const rows = steps.map((step) => ({
      ...rowOf(kind, step),
      id: step.before?.id ?? newId(),
      sourcedId: step.sourcedId,
    }))
    const isProposed = (at: number) => !steps[at]?.before && !steps[at]?.draft.isChosen
    const ids = await keepResults(tx, rows, isProposed)
    return ids.map((sourcedId, at) => ({ sourcedId, isNew: steps[at]?.isNew ?? false }))
  },
  remove: (tx, caller, sourcedId) => removeResult(tx, caller, kind, sourcedId),
})

/** Line items and students must be there for the caller: who is withheld from it is nobody. */
async function placedIn(
  tx: Tx,
  caller: Caller,
  kind: ItemKind,
  drafts: readonly Draft<ResultBody>[],
): Promise<Placed[]> {
  const name = itemName(kind)
  const items = await readItems(
    tx,
    caller,
    kind,
    drafts.map(({ body }) => body[name] ?? ''),
  )
  const students = await readStudents(
    tx,
    items.values(),
    drafts.map(({ body }) => body.student),
  )
  const faults: Fault[] = []
  const placed = drafts.flatMap((draft) => {
    const { body, path } = draft
    const item = items.get(body[name] ?? '')
    if (!item) {
      faults.push({ path: `${path}/${name}`, message: `There is no ${name} ${body[name]}.` })
      return []
    }
    const isOfClass = kind === 'lineItem' && !draft.isHistory
    const isStudent = students.has(isOfClass ? `${item.classId} ${body.student}` : body.student)
    if (!isStudent)
      faults.push({ path: `${path}/student`, message: `There is no student ${body.student} in it.` })
    const { aspectId, resultSetId, resultType: type } = item
    return [{ draft, item, place: { pupilId: body.student, aspectId, resultSetId, type } }]
  })
  refuse([...faults, ...repeated(placed)])
  await requireThere(
    tx,
    caller,
    placed.flatMap(({ draft: { body, path }, item }) => [
      { path: `${path}/scoreScale`, resource: scoreScales, id: body.scoreScale },
      { path: `${path}/class`, resource: classes, id: body.class === item.classId ? undefined : body.class },
    ]),
  )
  return placed
}

function repeated(placed: readonly Placed[]): Fault[] {
  const seen = new Set<string>()
  return placed.flatMap(({ draft: { path }, place }) => {
    const key = placeKey(place)
    const isSeen = seen.has(key)
    seen.add(key)
    return isSeen
      ? [{ path: `${path}/student`, message: 'The same result stands twice in this request.' }]
      : []
  })
}

async function plan(tx: Tx, kind: ItemKind, placed: readonly Placed[]): Promise<Step[]> {
  const ids = placed.map(({ draft }) => draft.sourcedId).filter((id) => id !== undefined)
  const stored = await readStored(
    tx,
    kind,
    placed.map(({ place }) => place),
    ids,
  )
  const steps = placed.map((each) => planned(each, stored, today(tx.clock)))
  refuse(steps.filter((step): step is Fault => 'message' in step))
  return steps.filter((step): step is Step => !('message' in step))
}

/** What is not open is not written, not even a remark. */
async function requireOpen(tx: Tx, kind: ItemKind, steps: readonly Step[]): Promise<void> {
  const closed = await closedSets(tx, [...new Set(steps.map(({ place }) => place.resultSetId))])
  refuse(
    steps.flatMap(({ draft, place }) => {
      const message = closed.get(place.resultSetId)
      return message === undefined ? [] : [{ path: `${draft.path}/${itemName(kind)}`, message }]
    }),
  )
}

/** The school's own results are written by its own rules: grades, ages, decimals. */
async function carryOut(tx: Tx, steps: readonly Step[]): Promise<void> {
  await removeOwn(
    tx,
    steps.flatMap(({ removed }) => (removed ? [removed] : [])),
  )
  const put = steps.filter(({ isPut }) => isPut)
  if (put.length === 0) return
  const items = put.map(({ place, value }) => ({ ...place, value: value ?? '' }))
  const pathOf = (at: number) => put[at]?.draft.path ?? ''
  logOutcomes(
    tx,
    'results',
    await putResults(tx, items as Parameters<typeof putResults>[1], pathOf).catch(inOtherWords),
  )
}

/** A fault of the school's result, at the property from which it came. */
function inOtherWords(error: unknown): never {
  if (!(error instanceof Problem) || !error.errors) throw error
  const errors = error.errors.map(({ path, message }) => ({
    path: path.replace(/\/value$/, '/score'),
    message,
  }))
  throw problem(error.code, { errors })
}

function rowOf(kind: ItemKind, { place, item, value, draft: { body } }: Step) {
  return {
    ...place,
    kind,
    classId: item.classId,
    value,
    score: body.score ?? null,
    textScore: body.textScore ?? null,
    scoreStatus: body.scoreStatus,
    scoreDate: body.scoreDate,
    comment: body.comment ?? null,
    scoreScale: body.scoreScale ?? null,
    scorePercentile: body.scorePercentile ?? null,
    isInProgress: body.inProgress ?? null,
    isIncomplete: body.incomplete ?? null,
    isLate: body.late ?? null,
    isMissing: body.missing ?? null,
    learningObjectives: body.learningObjectiveSet ?? null,
    metadata: body.metadata ?? null,
  }
}

/** The school's result goes as well where the program's value still stands in it. */
async function removeResult(tx: Tx, caller: Caller, kind: ItemKind, sourcedId: string): Promise<void> {
  const resource = resourceOf(kind)
  const written = (await readStored(tx, kind, [], [sourcedId])).writtenById.get(sourcedId)
  if (!written)
    throw (await isThere(tx, caller, resource, sourcedId))
      ? ownedBySchool(resource, sourcedId)
      : unknown(resource, sourcedId)
  const own = (await readStored(tx, kind, [written], [])).own.get(placeKey(written))
  if (own && holds(written, own)) await removeOwn(tx, [own])
  else
    refuse(
      [...(await closedSets(tx, [written.resultSetId])).values()].map((message) => ({ path: '', message })),
    )
  await deleteWritten(tx, sql`w.id = ${written.id}`)
}
