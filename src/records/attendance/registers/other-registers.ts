import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import type { Tx } from '../../../foundation/db/transaction.ts'

export interface SessionOfPupil {
  pupilId: string
  date: string
  session: string
}

const columns = sql`unnest(${sql.placeholder('pupils')}::uuid[], ${sql.placeholder('dates')}::date[], ${sql.placeholder('sessions')}::text[])
  as x (pupil_id, date, session)`

const concernedFrom = sql`from ${columns}
  join registers r on r.school_id = ${sql.placeholder('school')} and r.date = x.date and r.session = x.session and r.kind = 'session'
  join memberships m on m.school_id = r.school_id and m.group_id = r.group_id and m.pupil_id = x.pupil_id
    and m.valid_from <= x.date and (m.valid_until is null or m.valid_until > x.date)`

const lockConcerned = compile(
  sql`select id from registers where school_id = ${sql.placeholder('school')} and id in (select r.id ${concernedFrom}) order by id for update`,
)

const touchConcerned = compile(
  sql`update registers t set version = t.version + 1, updated_at = ${sql.placeholder('at')}::timestamptz
      from (select r.id, json_agg(distinct x.pupil_id) as pupils ${concernedFrom} group by r.id) as c
      where t.school_id = ${sql.placeholder('school')} and t.id = c.id returning t.id, c.pupils`,
)

const valuesOf = (sessions: readonly SessionOfPupil[]) => ({
  pupils: sessions.map(({ pupilId }) => pupilId),
  dates: sessions.map(({ date }) => date),
  sessions: sessions.map(({ session }) => session),
})

/** Locks the session registers in which the pupils stand: before their years, as every writer of a register does. */
export async function lockRegisters(tx: Tx, sessions: readonly SessionOfPupil[]): Promise<void> {
  if (sessions.length > 0) await tx.rows(lockConcerned, valuesOf(sessions))
}

/** Session marks changed past their registers: these get a new version, so that nobody writes over what they have not read. */
export async function touchRegisters(tx: Tx, sessions: readonly SessionOfPupil[]): Promise<void> {
  if (sessions.length === 0) return
  const touched = await tx.rows(touchConcerned, { ...valuesOf(sessions), at: tx.clock.now().toISOString() })
  for (const [recordId, pupilIds] of touched)
    tx.log({
      resource: 'registers',
      recordId: recordId as string,
      action: 'changed',
      fields: ['marks'],
      pupilIds: JSON.parse(pupilIds as string),
    })
}
