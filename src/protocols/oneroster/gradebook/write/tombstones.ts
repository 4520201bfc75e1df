import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { itemIdOf } from '../made.ts'
import {
  type Collection,
  type gradebookCategories,
  type gradebookLineItems,
  gradebookResults,
  type gradebookScoreScales,
  gradebookTombstones,
} from '../table.ts'

type Named =
  | typeof gradebookCategories.$inferSelect
  | typeof gradebookLineItems.$inferSelect
  | typeof gradebookScoreScales.$inferSelect

/** Keeps that a program deleted an object, for files of changes. */
export async function tellDeleted(tx: Tx, collection: Collection, row: Named): Promise<void> {
  const { schoolId, id, sourcedId } = row
  await tx.orm.insert(gradebookTombstones).values({
    schoolId,
    id,
    collection,
    sourcedId,
    deletedAt: tx.clock.now().toISOString(),
    classId: 'classId' in row ? row.classId : null,
  })
}

const of = {
  classId: sql`w.class_id`,
  aspectId: sql`w.aspect_id`,
  setId: sql`w.result_set_id`,
  type: sql`w.type`,
}

/** Deletes what programs wrote about results (a condition of `w`), and keeps that they did. */
export async function deleteWritten(tx: Tx, condition: SQL): Promise<void> {
  await tx.sql(sql`
    insert into ${gradebookTombstones} (school_id, id, collection, sourced_id, deleted_at, class_id, item, pupil_id, aspect_id, result_set_id, type, created_at)
    select w.school_id, w.id, case w.kind when 'lineItem' then 'results' else 'assessmentResults' end, w.sourced_id,
      ${tx.clock.now().toISOString()}::timestamptz, w.class_id,
      coalesce(i.sourced_id, case w.kind when 'lineItem' then ${itemIdOf('lineItem', of)} else ${itemIdOf('assessment', of)} end::text),
      w.pupil_id, w.aspect_id, w.result_set_id, w.type, w.created_at
    from ${gradebookResults} w
    left join gradebook_line_items i on i.school_id = w.school_id and i.aspect_id = w.aspect_id and i.result_set_id = w.result_set_id
      and w.type = 'R' and i.kind = w.kind
    where w.school_id = ${tx.schoolId} and ${condition}`)
  await tx.sql(sql`delete from ${gradebookResults} w where w.school_id = ${tx.schoolId} and ${condition}`)
}
