import { sql } from 'drizzle-orm'
import { Problem } from '../../../../foundation/http/problems.ts'
import { localTime, today } from '../../../../foundation/time/clock.ts'
import { isInstant } from '../../../../foundation/time/days.ts'
import { syncTable } from '../../../../operations/imports/sync.ts'
import { endEnrolment, insertEnrolment } from '../../../../records/pupils/enrolments.ts'
import { enrolments } from '../../../../records/pupils/table.ts'
import { staff } from '../../../../records/staff/table.ts'
import type { Row } from '../read/read.ts'
import type { ImportedCalendar } from './calendar.ts'
import { unlink } from './contacts.ts'
import { isGone, type Step } from './step.ts'
import { type ImportedUser, type Kind, knownKinds } from './users.ts'

const plainDay = /^\d{4}-\d{2}-\d{2}/

/** The first day on which a pupil is in a class of the file; the start of the first year where the file does not say. */
export function firstDays({ files }: Step, { years }: ImportedCalendar): (userId: string) => string {
  const first = new Map<string, string>()
  for (const row of files.enrollments) {
    const day = plainDay.exec(row.cell('beginDate'))?.[0]
    const user = row.cell('userSourcedId')
    if (day && !isGone(row) && day < (first.get(user) ?? '9999')) first.set(user, day)
  }
  return (userId) => first.get(userId) ?? years[0]?.startsOn ?? '2000-09-01'
}

/** The first enrolment of pupils who are new. */
export async function enrol(
  { tx, book, log }: Step,
  list: readonly ImportedUser[],
  first: (id: string) => string,
): Promise<void> {
  // A pupil's enrolment has no id in the file; the pupil's own serves, since it is the first.
  const ids = await book('enrolments')
  const pupilOf = new Map(list.map((user) => [ids.idOf(`first ${user.row.id}`), user]))
  const wanted = [...pupilOf].map(([id, user]) => ({
    id,
    values: { pupilId: user.id, status: 'C', validFrom: first(user.row.id) },
  }))
  const outcomes = await syncTable(tx, enrolments, wanted)
  log('enrolments', outcomes, (id) => ({ pupilId: pupilOf.get(id)?.id }))
}

interface Left extends Record<string, unknown> {
  id: string
  leftOn: string
}

/** Who had left and is called active again has come back. */
export async function returnHere(
  { tx, log }: Step,
  list: readonly ImportedUser[],
  first: (id: string) => string,
): Promise<void> {
  const active = new Map(
    list.filter(({ row }) => row.cell('status').toLowerCase() === 'active').map((user) => [user.id, user]),
  )
  if (active.size === 0) return
  const day = today(tx.clock)
  const left = await tx.sql<Left>(
    sql`select id, left_on as "leftOn" from pupils where school_id = ${tx.schoolId} and left_on <= ${day}
        union all select id, employed_until from staff where school_id = ${tx.schoolId} and employed_until <= ${day}`,
  )
  for (const { id, leftOn } of left) {
    const user = active.get(id)
    if (user?.kinds.has('staff'))
      log('staff', await syncTable(tx, staff, [{ id, values: { employedUntil: null } }]))
    if (!user?.kinds.has('pupil')) continue
    const begun = first(user.row.id)
    const enrolment = { pupilId: id, status: 'C', validFrom: begun >= leftOn ? begun : day }
    log('enrolments', new Map([[await insertEnrolment(tx, enrolment), 'created']]), () => ({ pupilId: id }))
  }
}

/** Who is to be deleted leaves: pupils and staff stay readable, guardians are guardians no more. */
export async function leave(step: Step, rows: readonly Row[]): Promise<void> {
  const ids = await step.book('users')
  const kinds = await knownKinds(
    step,
    rows.map(({ id }) => ids.known(id)),
  )
  const are = (id: string, kind: Kind) => kinds.get(id)?.includes(kind) ?? false
  const contacts = [...kinds.keys()].filter((id) => are(id, 'contact'))
  const unlinked = await unlink(step, new Set(contacts))
  for (const row of rows) {
    const id = ids.known(row.id) ?? ''
    const outcomes = [
      unlinked.has(id),
      are(id, 'pupil') && (await leavePupil(step, id, row)),
      are(id, 'staff') && (await leaveStaff(step, id, row)),
    ]
    step.count('users', outcomes.includes(true) ? 'changed' : kinds.has(id) ? 'unchanged' : 'ignored')
  }
}

async function leavePupil(step: Step, id: string, row: Row): Promise<boolean> {
  const { tx, log, notes } = step
  const [pupil] = await tx.sql<{ leftOn: string | null }>(
    sql`select left_on as "leftOn" from pupils where school_id = ${tx.schoolId} and id = ${id}`,
  )
  if (pupil?.leftOn) return false
  try {
    const enrolmentId = await endEnrolment(tx, id, { leftOn: lastDay(step, row) })
    log('enrolments', new Map([[enrolmentId, 'changed']]), () => ({ pupilId: id }))
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    notes.refuse('users', row, 'status', error.errors?.[0]?.message ?? error.detail ?? error.message)
    return false
  }
}

async function leaveStaff(step: Step, id: string, row: Row): Promise<boolean> {
  const { tx, log } = step
  const [member] = await tx.sql<{ until: string | null }>(
    sql`select employed_until as until from staff where school_id = ${tx.schoolId} and id = ${id}`,
  )
  if (member?.until) return false
  log('staff', await syncTable(tx, staff, [{ id, values: { employedUntil: lastDay(step, row) } }]))
  return true
}

/** The day from which somebody is gone: when the last class ends, else when the row was changed. */
function lastDay({ files, tx }: Step, row: Row): string {
  const ends = files.enrollments
    .filter((each) => each.cell('userSourcedId') === row.id)
    .map((each) => plainDay.exec(each.cell('endDate'))?.[0] ?? '')
  return (
    ends
      .filter((day) => day !== '')
      .sort()
      .at(-1) ??
    changedOn(row) ??
    today(tx.clock)
  )
}

/** The day in England on which a row was changed. */
export function changedOn(row: Row): string | undefined {
  const text = row.cell('dateLastModified')
  return isInstant(text) ? localTime(new Date(text)).date : plainDay.exec(text)?.[0]
}
