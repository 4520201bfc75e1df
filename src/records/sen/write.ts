import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { wholeRecord } from '../../foundation/resource/record.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { senStatus } from './queries.ts'
import { senStatuses } from './table.ts'

const stored = plain(senStatuses)

/** The pupil's own field repeats the status of today, N where there is none, so that lists of pupils need no look-up. */
async function repeatStatus(tx: Tx, pupilId: string): Promise<void> {
  const changed = await tx.sql(
    sql`update pupils p set sen_status = x.status, version = p.version + 1, updated_at = ${tx.clock.now().toISOString()}::timestamptz
        from (select coalesce((select s.status from sen_statuses s where s.school_id = ${tx.schoolId} and s.pupil_id = ${pupilId}
          and s.valid_from <= ${today(tx.clock)}::date and (s.valid_until is null or s.valid_until > ${today(tx.clock)}::date)), 'N') as status) as x
        where p.school_id = ${tx.schoolId} and p.id = ${pupilId} and p.sen_status is distinct from x.status returning p.id`,
  )
  if (changed.length > 0)
    tx.log({
      resource: 'pupils',
      recordId: pupilId,
      action: 'changed',
      fields: ['senStatus'],
      pupilIds: [pupilId],
    })
}

const pupilOf = async (tx: Tx, id: string) => (await wholeRecord(tx, senStatus, id)).pupilId as string

export async function insertStatus(tx: Tx, body: { pupilId: string }): Promise<string> {
  const id = await stored.insert(tx, body)
  await repeatStatus(tx, body.pupilId)
  return id
}

export async function updateStatus(tx: Tx, it: Parameters<typeof stored.update>[1]): Promise<void> {
  await stored.update(tx, it)
  await repeatStatus(tx, await pupilOf(tx, it.id))
}

export async function deleteStatus(tx: Tx, id: string): Promise<void> {
  const pupilId = await pupilOf(tx, id)
  await stored.erase(tx, id)
  await repeatStatus(tx, pupilId)
}
