import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { type Fault, refuse } from '../../foundation/http/problems.ts'
import type { BatchOutcome } from '../../foundation/resource/mounts/batch.ts'
import type { ChangeOf } from '../../foundation/resource/mounts/change.ts'
import { columnsOf, deleteRow, newId, updateRow } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { deletePersonIfUnused, updatePerson } from '../people/queries.ts'
import { people } from '../people/table.ts'
import { faultOfUln, faultOfUpn } from './identifiers.ts'
import { faultOfBirthDate, replaceUpn } from './rules.ts'
import type { NewPupil, PupilChange } from './schema.ts'
import { enrolments, pupils } from './table.ts'

type New = Static<typeof NewPupil>
type Changed = Static<typeof PupilChange>

/** Stores person, pupil and first enrolment. */
export async function insertPupil(tx: Tx, body: New): Promise<string> {
  const [outcome] = await insertPupils(tx, [body], () => '')
  return (outcome as BatchOutcome).id
}

/** Stores many pupils with three statements. `pathOf` says where a row stands in the body. */
export async function insertPupils(
  tx: Tx,
  items: readonly New[],
  pathOf: (at: number) => string = (at) => `/items/${at}`,
): Promise<BatchOutcome[]> {
  const day = today(tx.clock)
  refuse(items.flatMap((item, at) => faultsOf(item, day, pathOf(at))))
  const updatedAt = tx.clock.now().toISOString()
  const base = items.map(() => ({ schoolId: tx.schoolId, id: newId(), updatedAt }))
  const rows = items.map((item, at) => ({ item, key: base[at] as (typeof base)[number] }))
  await tx.orm.insert(people).values(rows.map(({ item, key }) => personRow(item, key)))
  await tx.orm.insert(pupils).values(rows.map(({ item, key }) => pupilRow(item, key)))
  const first = rows.map(({ item, key }) => ({ ...key, id: newId(), pupilId: key.id, ...enrolmentOf(item) }))
  await tx.orm.insert(enrolments).values(first)
  for (const { id, pupilId } of first)
    tx.log({ resource: 'enrolments', recordId: id, action: 'created', pupilIds: [pupilId] })
  return base.map(({ id }) => ({ id, action: 'created', pupilId: id }))
}

type Key = { schoolId: string; id: string; updatedAt: string }
type PersonRow = typeof people.$inferInsert
type PupilRow = typeof pupils.$inferInsert

function personRow(item: New, key: Key): PersonRow {
  return { ...(columnsOf(people, item) as PersonRow), ...key }
}

function pupilRow(item: New, key: Key): PupilRow {
  const { status, validFrom } = enrolmentOf(item)
  return { ...(columnsOf(pupils, item) as PupilRow), ...key, enrolmentStatus: status, enrolledOn: validFrom }
}

const enrolmentOf = ({ enrolledOn, enrolmentStatus }: New) => ({
  validFrom: enrolledOn,
  status: enrolmentStatus ?? 'C',
})

function faultsOf(item: Changed, day: string, at: string): Fault[] {
  const faults: Fault[] = []
  const check = (name: keyof Changed, fault: string | undefined) => {
    if (fault !== undefined) faults.push({ path: `${at}/${name}`, message: fault })
  }
  if (item.upn) check('upn', faultOfUpn(item.upn))
  if (item.uln) check('uln', faultOfUln(item.uln))
  if (item.birthDate) check('birthDate', faultOfBirthDate(item.birthDate, day))
  return faults
}

/** Changes pupil and person. A UPN that is replaced is kept as the former one. */
export async function updatePupil(tx: Tx, { id, change, before }: ChangeOf<Changed>): Promise<void> {
  refuse(faultsOf(change, today(tx.clock), ''))
  await updatePerson(tx, id, change, 'pupils')
  await updateRow(tx, pupils, id, { ...change, ...upnsAfter(change, before) })
}

function upnsAfter({ upn }: Changed, before: Readonly<Record<string, unknown>>): object {
  if (!upn) return {}
  const decided = replaceUpn(
    { upn: before.upn as string | null, formerUpn: before.formerUpn as string | null },
    upn,
  )
  if ('fault' in decided) refuse([{ path: '/upn', message: decided.fault }])
  return decided
}

/** Removes a pupil who was entered by mistake: with the enrolments, as long as nothing else refers to them. */
export async function deletePupil(tx: Tx, id: string): Promise<void> {
  const ended = await tx.sql<{ id: string }>(
    sql`delete from ${enrolments} where ${enrolments.schoolId} = ${tx.schoolId} and ${enrolments.pupilId} = ${id} returning id`,
  )
  for (const each of ended)
    tx.log({ resource: 'enrolments', recordId: each.id, action: 'removed', pupilIds: [id] })
  await deleteRow(tx, pupils, id)
  await deletePersonIfUnused(tx, id)
}
