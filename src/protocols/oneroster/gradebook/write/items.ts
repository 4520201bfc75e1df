import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { isUuid } from '../../../../foundation/db/uuid.ts'
import { readAspects } from '../../../../records/assessment/result-statements.ts'
import type { GradeSetVersion } from '../../../../records/assessment/rules.ts'
import { memberships } from '../../../../records/groups/table.ts'
import { pupils } from '../../../../records/pupils/table.ts'
import type { Caller } from '../../rest/guard.ts'
import { common } from '../../rest/known.ts'
import { keptStatement } from '../../rest/statement.ts'
import { assessmentLineItems, lineItems } from '../line-items.ts'
import type { ItemKind } from '../table.ts'
import type { Measured } from './values.ts'

/** A line item with the place in assessment where its results stand. */
export interface Item extends Measured {
  sourcedId: string
  classId: string | null
  aspectId: string
  resultSetId: string
  /** R under what programs wrote. */
  resultType: string
}

export const uuidsAmong = (ids: readonly string[]) => [...new Set(ids.filter((id) => isUuid(id)))]

/** The line items of these ids that there are for the caller: written ones, and those that the school's results make. */
export async function readItems(
  tx: Tx,
  caller: Caller,
  kind: ItemKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const resource = kind === 'lineItem' ? lineItems : assessmentLineItems
  const named = sql`${sql.placeholder('items')}::text[]`
  const query = keptStatement(
    `items ${kind}`,
    caller.sight,
    () =>
      sql`select r.sourced_id, r.class_id, r.aspect_id, r.result_set_id, r.result_type from (${resource.rows(caller.sight, { ids: named })}) r
      where r.sourced_id = any(${named}) and r.status = 'active'`,
  )
  const values = { ...common(caller, tx.clock), items: [...new Set(ids)] }
  const rows = await tx.rows(query, values)
  const aspects = await tx.rows(readAspects, { aspects: rows.map((row) => row[2]) })
  const known = new Map(aspects.map((row) => [row[0], row]))
  return new Map(
    rows.map((row) => {
      const [sourcedId, classId, aspectId, resultSetId, resultType] = row as string[]
      const [, valueType = '', , , , versions = '[]'] = (known.get(aspectId as string) ?? []) as string[]
      const item = { sourcedId, classId, aspectId, resultSetId, resultType, valueType }
      return [sourcedId as string, { ...item, versions: JSON.parse(versions) as GradeSetVersion[] } as Item]
    }),
  )
}

/** Who of these pupils may have a result under an item: `class pupil` of a class, `pupil` where there is none. */
export async function readStudents(
  tx: Tx,
  items: Iterable<Item>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const pupilIds = uuidsAmong(ids)
  if (pupilIds.length === 0) return new Set()
  const there = await tx.orm
    .select({ id: pupils.id })
    .from(pupils)
    .where(and(eq(pupils.schoolId, tx.schoolId), inArray(pupils.id, pupilIds)))
  const classIds = [...items].map(({ classId }) => classId).filter((id) => id !== null)
  const taught =
    classIds.length === 0
      ? []
      : await tx.orm
          .select({ pupilId: memberships.pupilId, groupId: memberships.groupId })
          .from(memberships)
          .where(
            and(
              eq(memberships.schoolId, tx.schoolId),
              inArray(memberships.groupId, classIds),
              inArray(memberships.pupilId, pupilIds),
            ),
          )
  return new Set([
    ...there.map(({ id }) => id),
    ...taught.map(({ pupilId, groupId }) => `${groupId} ${pupilId}`),
  ])
}
