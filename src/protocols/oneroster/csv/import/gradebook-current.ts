import { isDeepStrictEqual } from 'node:util'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { localTime } from '../../../../foundation/time/clock.ts'
import { isDate } from '../../../../foundation/time/days.ts'
import type { Writer } from '../../gradebook/write/draft.ts'
import { holds, type Own, placeKey, readStored, type Written } from '../../gradebook/write/stored-results.ts'
import { readBody, type Sent } from '../../rest/body.ts'
import { objectEncoder } from '../../rest/fields.ts'
import type { Caller } from '../../rest/guard.ts'
import { common, whole } from '../../rest/known.ts'
import { fieldsOf } from '../../rest/query.ts'
import { pageStatement } from '../../rest/statement.ts'
import type { Row } from '../read/read.ts'

/** A row of a file, as an object that is to be. */
export interface Wanted {
  row: Row
  sent: Sent
}

/** Of some rows: which are there, and which say what is there already. */
export interface Current {
  has(wanted: Wanted): boolean
  says(wanted: Wanted): boolean
}

export type ReadCurrent = (
  tx: Tx,
  caller: Caller,
  writer: Writer,
  batch: readonly Wanted[],
) => Promise<Current>

const idOf = ({ sent }: Wanted) => String(sent.sourcedId)

/** The objects as REST shows them, read as if they had been sent. */
export const readShown: ReadCurrent = async (tx, caller, { resource }, batch) => {
  const { version } = caller.sight
  const ids = sql`${sql.placeholder('objects')}::text[]`
  const fields = fieldsOf(resource, version)
  const query = pageStatement({
    ...whole(resource, caller),
    part: { ids },
    narrow: () => sql`r.status = 'active' and r.sourced_id = any(${ids})`,
    fields,
  })
  const values = { ...common(caller, tx.clock), objects: batch.map(idOf), limit: batch.length, offset: 0 }
  const encode = objectEncoder(fields, '')
  const objects = (await tx.rows(query, values)).map(
    (row) => readBody(resource, version, true, { [resource.one]: JSON.parse(encode(row)) })[0] ?? {},
  )
  const shown = new Map(objects.map((object) => [String(object.sourcedId), object]))
  return {
    has: (wanted) => shown.has(idOf(wanted)),
    says: (wanted) => saysSame(shown.get(idOf(wanted)), wanted),
  }
}

/** Where the file has a day and the object an instant, the day counts. */
function saysSame(shown: Sent | undefined, { sent, row }: Wanted): boolean {
  if (!shown) return false
  return Object.entries(sent).every(([name, value]) =>
    isDate(row.cell(name)) && typeof value === 'string'
      ? dayOf(value) === dayOf(String(shown[name]))
      : isDeepStrictEqual(shown[name], value),
  )
}

const dayOf = (text: string) => (isDate(text) ? text : localTime(new Date(text)).date)

/** Results are many, and REST works out the class of each: here they are read as they are stored, by their ids. */
export const readResults: ReadCurrent = async (tx, _caller, _writer, batch) => {
  const found = await readStored(tx, 'lineItem', [], batch.map(idOf))
  const { own } = await readStored(tx, 'lineItem', [...found.writtenById.values()], [])
  const itemOf = await writtenItems(tx)
  return {
    has: (wanted) => found.writtenById.has(idOf(wanted)) || found.ownById.has(idOf(wanted)),
    says(wanted) {
      const written = found.writtenById.get(idOf(wanted))
      if (written) return holds(written, own.get(placeKey(written))) && wrote(written, wanted, itemOf)
      const result = found.ownById.get(idOf(wanted))
      return result !== undefined && recorded(result, wanted)
    },
  }
}

/** Aspect -> the line item that programs know it as. */
async function writtenItems(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.sql<{ aspectId: string; sourcedId: string }>(
    sql`select aspect_id as "aspectId", sourced_id as "sourcedId" from gradebook_line_items where school_id = ${tx.schoolId}`,
  )
  return new Map(rows.map(({ aspectId, sourcedId }) => [aspectId, sourcedId]))
}

function wrote(written: Written, { sent }: Wanted, itemOf: ReadonlyMap<string, string>): boolean {
  const stored: Record<string, unknown> = {
    lineItem: itemOf.get(written.aspectId) ?? sent.lineItem,
    student: written.pupilId,
    scoreStatus: written.scoreStatus,
    score: written.score,
    textScore: written.textScore,
    scoreDate: written.scoreDate,
    comment: written.comment,
    scoreScale: written.scoreScale,
    learningObjectiveSet: written.learningObjectives,
    inProgress: written.isInProgress,
    incomplete: written.isIncomplete,
    late: written.isLate,
    missing: written.isMissing,
    metadata: written.metadata,
  }
  return Object.entries(stored).every(([name, value]) => isDeepStrictEqual(value ?? undefined, sent[name]))
}

/** The school's own result, under its own id. */
const recorded = (own: Own, { sent }: Wanted): boolean =>
  own.pupilId === sent.student && (own.value === sent.textScore || own.value === String(sent.score))
