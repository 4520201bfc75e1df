import { sql } from 'drizzle-orm'
import { systemPrincipal } from '../../../../foundation/access/principal.ts'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { Problem } from '../../../../foundation/http/problems.ts'
import { localTime } from '../../../../foundation/time/clock.ts'
import { categoryWriter, scoreScaleWriter } from '../../gradebook/write/categories.ts'
import { type Draft, lockGradebook, type Writer } from '../../gradebook/write/draft.ts'
import { itemWriter } from '../../gradebook/write/line-items.ts'
import { resultWriter } from '../../gradebook/write/results.ts'
import { readBody } from '../../rest/body.ts'
import { Fault } from '../../rest/failures.ts'
import type { Caller } from '../../rest/guard.ts'
import type { FileName } from '../read/files.ts'
import type { Row } from '../read/read.ts'
import { BadValue } from '../read/values.ts'
import type { ImportedCalendar } from './calendar.ts'
import { type Current, type ReadCurrent, readResults, readShown, type Wanted } from './gradebook-current.ts'
import { type Body, gradebookObjects, type Objects } from './gradebook-objects.ts'
import { isGone, type Step } from './step.ts'

/** Each file of the gradebook, behind those to which it refers. */
const parts = [
  { file: 'categories', writer: categoryWriter, read: readShown, isInBatches: false },
  { file: 'scorescales', writer: scoreScaleWriter, read: readShown, isInBatches: false },
  { file: 'lineitems', writer: itemWriter('lineItem'), read: readShown, isInBatches: false },
  { file: 'results', writer: resultWriter('lineItem'), read: readResults, isInBatches: true },
] as const satisfies readonly { file: FileName; writer: Writer; read: ReadCurrent; isInBatches: boolean }[]

type Part = (typeof parts)[number]

/** As many as a client may send at once. */
const batchSize = 1_000
const version = 'v1p2'

/**
 * The gradebook of a file lands where the gradebook of a program lands: in the school's assessment, by the same writers and
 * their rules. What is there as the file says is left alone, whoever made it.
 */
export async function importGradebook(step: Step, calendar: ImportedCalendar): Promise<void> {
  if (parts.every(({ file }) => step.files[file].length === 0)) return
  await lockGradebook(step.tx)
  const caller = importerOf(step.tx)
  const objects = await gradebookObjects(step, calendar)
  await withSetsOpen(step.tx, async () => {
    for (const { file, writer } of parts.toReversed()) await removeGone(step, caller, file, writer)
  })
  for (const part of parts.slice(0, -1)) await storeAll(step, caller, objects, part)
  // Line items make result sets: those of a year that is over take its results all the same.
  await withSetsOpen(step.tx, () => storeAll(step, caller, objects, parts[3]))
}

/** An import acts for the whole school. */
const importerOf = (tx: Tx): Caller => ({
  who: systemPrincipal(tx.schoolId, tx.actor),
  sight: { version, key: 'everything', may: () => true },
  actor: { schoolId: tx.schoolId, actor: tx.actor, correlationId: '', reach: 'everyone' },
})

/** Result sets of programs' line items are open while history comes in; those that the school has locked stay locked. */
async function withSetsOpen(tx: Tx, work: () => Promise<void>): Promise<void> {
  const closed = await tx.sql<{ id: string; closesOn: string }>(
    sql`select id, closes_on as "closesOn" from result_sets s where s.school_id = ${tx.schoolId} and s.closes_on < ${localTime(tx.clock.now()).date}
        and s.locked_at is null and exists (select from gradebook_line_items i where i.school_id = s.school_id and i.result_set_id = s.id)`,
  )
  const closeOn = (id: string, day: string) =>
    tx.sql(sql`update result_sets set closes_on = ${day} where school_id = ${tx.schoolId} and id = ${id}`)
  for (const { id } of closed) await closeOn(id, localTime(tx.clock.now()).date)
  await work()
  for (const { id, closesOn } of closed) await closeOn(id, closesOn)
}

async function storeAll(
  step: Step,
  caller: Caller,
  objects: Objects,
  { file, writer, read, isInBatches }: Part,
): Promise<void> {
  const rows = step.files[file].filter((row) => !isGone(row))
  const wanted = rows.flatMap((row) => readObject(step, file, writer, row, objects[file]))
  for (let at = 0; at < wanted.length; at += batchSize) {
    const batch = wanted.slice(at, at + batchSize)
    const current = await read(step.tx, caller, writer, batch)
    const fresh = batch.filter((each) => !current.says(each))
    step.count(file, 'unchanged', batch.length - fresh.length)
    const groups = isInBatches ? [fresh] : fresh.map((each) => [each])
    for (const group of groups) await storeBatch(step, caller, { file, writer, current }, group)
  }
}

function readObject(
  step: Step,
  file: FileName,
  { resource }: Writer,
  row: Row,
  make: (row: Row) => Body,
): Wanted[] {
  try {
    const [sent = {}] = readBody(resource, version, true, { [resource.one]: defined(make(row)) })
    return [{ row, sent }]
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof BadValue)) throw error
    const [fault] = error instanceof Problem ? (error.errors ?? []) : []
    step.notes.refuse(
      file,
      row,
      fault?.path.split('/').at(-1) ?? 'sourcedId',
      fault?.message ?? error.message,
    )
    return []
  }
}

const defined = (body: Body) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

interface Target {
  file: FileName
  writer: Writer
  current: Current
}

/** Stores a batch; rows that the writer refuses are refused by name, and the others are tried again without them. */
async function storeBatch(
  step: Step,
  caller: Caller,
  target: Target,
  batch: readonly Wanted[],
): Promise<void> {
  if (batch.length === 0) return
  const { file, writer, current } = target
  const drafts = batch.map(
    ({ sent }, at): Draft => ({
      sourcedId: String(sent.sourcedId),
      isChosen: true,
      isHistory: true,
      body: sent,
      path: `/${at}`,
    }),
  )
  try {
    await step.tx.savepoint(() => writer.store(step.tx, caller, drafts))
    const known = batch.filter(current.has).length
    step.count(file, 'changed', known)
    step.count(file, 'created', batch.length - known)
  } catch (error) {
    const refused = refusedRows(error, batch)
    if (refused.size === 0) throw error
    for (const [at, { field, reason }] of refused)
      step.notes.refuse(file, (batch[at] as Wanted).row, field, reason)
    await storeBatch(
      step,
      caller,
      target,
      batch.filter((_, at) => !refused.has(at)),
    )
  }
}

/** Which rows of a batch a failure is about, and why. */
function refusedRows(
  error: unknown,
  batch: readonly Wanted[],
): ReadonlyMap<number, { field: string; reason: string }> {
  const found = new Map<number, { field: string; reason: string }>()
  if (error instanceof Problem)
    for (const { path, message } of error.errors ?? []) {
      const [, at, field] = /^\/(\d+)(?:\/([^/]+))?/.exec(path) ?? []
      if (at !== undefined) found.set(Number(at), { field: field ?? 'sourcedId', reason: message })
    }
  const isRefusal = error instanceof Problem || error instanceof Fault
  if (found.size === 0 && batch.length === 1 && isRefusal)
    found.set(0, {
      field: 'sourcedId',
      reason: error instanceof Problem ? (error.detail ?? error.message) : error.message,
    })
  return found
}

/** What programs wrote goes by their rules; what the school made itself stays, as does what people changed since. */
async function removeGone(step: Step, caller: Caller, file: FileName, writer: Writer): Promise<void> {
  for (const row of step.files[file].filter(isGone)) {
    try {
      await step.tx.savepoint(() => writer.remove(step.tx, caller, row.id))
      step.count(file, 'removed')
    } catch (error) {
      if (!(error instanceof Problem) && !(error instanceof Fault)) throw error
      step.count(file, 'ignored')
    }
  }
}
