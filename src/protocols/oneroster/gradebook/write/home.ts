import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { deleteRow, insertRow, newId, updateRow } from '../../../../foundation/resource/rows.ts'
import { today } from '../../../../foundation/time/clock.ts'
import { aspects, resultSets } from '../../../../records/assessment/table.ts'

/** Where in the school's assessment the results of a line item stand. */
export interface Home {
  aspectId: string
  resultSetId: string
}

/** Codes of aspects and result sets that are there for what programs write begin so. */
const codeOf = (what: string) => `VLE-${what}`
/** The longest name of an aspect; the line item keeps its title whole. */
const longestName = 200
/** Digits after the point of a score: as many as results may have. */
const decimals = 6

interface Year extends Record<string, unknown> {
  id: string
  startsOn: string
  closesOn: string
  endsIn: number
  subjectId: string | null
}

/** The academic year of the class, else the one that is nearest, and the subject of the class. */
async function yearOf(tx: Tx, classId: string | null): Promise<Year | undefined> {
  const day = sql`${today(tx.clock)}::date`
  const [year] = await tx.sql<Year>(sql`
    select y.id, y.starts_on::text as "startsOn", extract(year from y.ends_on)::int as "endsIn", g.subject_id as "subjectId",
      greatest(y.ends_on, make_date(extract(year from y.ends_on)::int, 8, 31))::text as "closesOn"
    from academic_years y left join groups g on g.school_id = y.school_id and g.id = ${classId}::uuid
    where y.school_id = ${tx.schoolId}
    order by y.id = g.academic_year_id desc nulls last, y.ends_on < ${day}, abs(y.starts_on - ${day}) limit 1`)
  return year
}

/** One result set for each academic year takes what programs write; it stays open for the summer, and staff alone see it until the school publishes it. */
async function resultSetOf(tx: Tx, year: Year): Promise<string> {
  const code = codeOf(String(year.endsIn))
  const [known] = await tx.orm
    .select({ id: resultSets.id })
    .from(resultSets)
    .where(and(eq(resultSets.schoolId, tx.schoolId), eq(resultSets.code, code)))
  if (known) return known.id
  const id = await insertRow(tx, resultSets, {
    code,
    name: `VLE ${year.endsIn - 1}/${String(year.endsIn).slice(2)}`,
    academicYearId: year.id,
    opensOn: year.startsOn,
    closesOn: year.closesOn,
  })
  tx.log({ resource: 'result-sets', recordId: id, action: 'created' })
  return id
}

/** Makes the aspect that a new line item is: a number without a greatest value, since clients give more than all the marks. */
export async function makeHome(tx: Tx, title: string, classId: string | null): Promise<Home | undefined> {
  const year = await yearOf(tx, classId)
  if (!year) return undefined
  const resultSetId = await resultSetOf(tx, year)
  const id = newId()
  const { subjectId } = year
  const name = title.slice(0, longestName)
  await insertRow(
    tx,
    aspects,
    { code: codeOf(id.slice(-12)), name, subjectId, type: 'decimal', decimals },
    id,
  )
  tx.log({ resource: 'aspects', recordId: id, action: 'created' })
  return { aspectId: id, resultSetId }
}

export async function renameHome(tx: Tx, { aspectId }: Home, title: string): Promise<void> {
  await updateRow(tx, aspects, aspectId, { name: title.slice(0, longestName) })
  tx.log({ resource: 'aspects', recordId: aspectId, action: 'changed', fields: ['name'] })
}

/** The result set stays: other line items of the year are in it. */
export async function removeHome(tx: Tx, { aspectId }: Home): Promise<void> {
  await deleteRow(tx, aspects, aspectId)
  tx.log({ resource: 'aspects', recordId: aspectId, action: 'removed' })
}
