import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { removedResults, results } from './table.ts'
import { likeliest } from './taught.ts'
import { closedSets } from './write.ts'

/** Removes results of sets that may be written today. Where they stood is kept for those who have copies of them. */
export async function removeResults(
  tx: Tx,
  rows: readonly { id: string; resultSetId: string }[],
): Promise<void> {
  const closed = await closedSets(tx, [...new Set(rows.map(({ resultSetId }) => resultSetId))])
  const [message] = closed.values()
  if (message !== undefined) refuse([{ path: '', message }])
  const ids = sql`${sql.param(rows.map(({ id }) => id))}::uuid[]`
  await tx.sql(sql`
    insert into ${removedResults} (school_id, id, pupil_id, aspect_id, result_set_id, type, group_id, removed_at)
    select r.school_id, r.id, r.pupil_id, r.aspect_id, r.result_set_id, r.type,
      (select m.group_id from memberships m
       join groups g on g.school_id = m.school_id and g.id = m.group_id and g.kind = 'teaching' and g.subject_id = a.subject_id
       where m.school_id = r.school_id and m.pupil_id = r.pupil_id
       order by ${likeliest} limit 1),
      ${tx.clock.now().toISOString()}::timestamptz
    from results r join aspects a on a.school_id = r.school_id and a.id = r.aspect_id
    where r.school_id = ${tx.schoolId} and r.id = any(${ids})`)
  await tx.sql(
    sql`delete from ${results} where ${results.schoolId} = ${tx.schoolId} and ${results.id} = any(${ids})`,
  )
}
