import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { deleteRow, insertRow, updateRow } from '../../foundation/resource/rows.ts'
import { Enrolment, EnrolmentFilter } from './schema.ts'
import { enrolments } from './table.ts'

export const enrolment = resource({
  path: '/enrolments',
  one: 'Enrolment',
  phrase: 'an enrolment',
  scope: 'pupils',
  row: Enrolment,
  filter: EnrolmentFilter,
  view: {
    table: enrolments,
    fields: {
      id: enrolments.id,
      updatedAt: enrolments.updatedAt,
      pupilId: enrolments.pupilId,
      status: enrolments.status,
      validFrom: enrolments.validFrom,
      validUntil: enrolments.validUntil,
      leavingReason: enrolments.leavingReason,
      destination: enrolments.destination,
    },
    filters: {
      asOf: (day) =>
        sql`${enrolments.validFrom} <= ${day}::date and (${enrolments.validUntil} is null or ${enrolments.validUntil} > ${day}::date)`,
    },
    sorts: { validFrom: enrolments.validFrom },
  },
  constraints: {
    enrolments__no_overlap: {
      code: 'periods-overlap',
      path: '/validFrom',
      message: 'The pupil is already on the roll in this time.',
    },
    enrolments__order: {
      code: 'rule-broken',
      path: '/validUntil',
      message: 'validUntil lies after validFrom: it is the first day no longer on the roll.',
    },
  },
})

/** Stores an enrolment and repeats the latest one on its pupil. */
export async function insertEnrolment(tx: Tx, body: { pupilId: string } & object): Promise<string> {
  const id = await insertRow(tx, enrolments, body)
  await repeatLatest(tx, body.pupilId)
  return id
}

export async function updateEnrolment(tx: Tx, id: string, pupilId: string, change: object): Promise<void> {
  await updateRow(tx, enrolments, id, change)
  await repeatLatest(tx, pupilId)
}

/** The last enrolment of a pupil stays: a pupil without one would be nowhere on the roll. */
export async function deleteEnrolment(tx: Tx, id: string, pupilId: string): Promise<void> {
  await deleteRow(tx, enrolments, id)
  const repeated = await repeatLatest(tx, pupilId)
  if (!repeated)
    throw problem('in-use', { detail: 'It is the only enrolment of the pupil; remove the pupil instead.' })
}

/** Ends the open enrolment of a pupil. */
export async function endEnrolment(
  tx: Tx,
  pupilId: string,
  leaving: { leftOn: string; leavingReason?: string | null; destination?: string | null },
): Promise<string> {
  const [open] = await tx.sql<{ id: string; validFrom: string }>(
    sql`select id, valid_from as "validFrom" from ${enrolments}
        where ${enrolments.schoolId} = ${tx.schoolId} and ${enrolments.pupilId} = ${pupilId} and ${enrolments.validUntil} is null`,
  )
  if (!open) throw problem('conflict', { detail: 'The pupil has no open enrolment.' })
  const { leftOn, ...why } = leaving
  if (leftOn <= open.validFrom)
    throw problem('rule-broken', {
      errors: [{ path: '/leftOn', message: `The pupil came on ${open.validFrom}; leftOn lies after it.` }],
    })
  await updateEnrolment(tx, open.id, pupilId, { validUntil: leftOn, ...why })
  return open.id
}

interface Repeated {
  enrolmentStatus: string
  enrolledOn: string
  leftOn: string | null
}

/** Keeps the pupil's copy of the latest enrolment; false when there is none left. */
async function repeatLatest(tx: Tx, pupilId: string): Promise<boolean> {
  const [before] = await tx.sql<Repeated & Record<string, unknown>>(
    sql`select enrolment_status as "enrolmentStatus", enrolled_on as "enrolledOn", left_on as "leftOn" from pupils
        where school_id = ${tx.schoolId} and id = ${pupilId} for update`,
  )
  const [after] = await tx.sql<Repeated & Record<string, unknown>>(
    sql`update pupils p
        set enrolment_status = e.status, enrolled_on = e.valid_from, left_on = e.valid_until,
            version = p.version + 1, updated_at = ${tx.clock.now().toISOString()}::timestamptz
        from (select * from ${enrolments} where ${enrolments.schoolId} = ${tx.schoolId} and ${enrolments.pupilId} = ${pupilId}
              order by valid_from desc limit 1) e
        where p.school_id = ${tx.schoolId} and p.id = ${pupilId}
        returning p.enrolment_status as "enrolmentStatus", p.enrolled_on as "enrolledOn", p.left_on as "leftOn"`,
  )
  if (!after) return false
  const fields = Object.keys(after).filter((name) => after[name] !== before?.[name])
  if (fields.length > 0)
    tx.log({ resource: 'pupils', recordId: pupilId, action: 'changed', fields, pupilIds: [pupilId] })
  return true
}
