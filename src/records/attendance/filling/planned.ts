import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { refuse } from '../../../foundation/http/problems.ts'
import { wholeRecord } from '../../../foundation/resource/record.ts'
import { deleteRow, insertRow, newId } from '../../../foundation/resource/rows.ts'
import { today } from '../../../foundation/time/clock.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { findCode } from '../codes.ts'
import { blank, packCode } from '../packing.ts'
import { isUnexplained } from '../registers/precedence.ts'
import { plannedAbsences } from '../table.ts'
import { type Filled, fillMarks } from './fill.ts'
import { plannedAbsence, readTakenSessions } from './queries.ts'
import type { NewPlannedAbsence, PlannedAbsence } from './schema.ts'
import { runningSessions, spanFrom } from './sessions.ts'

export interface Planned extends Filled {
  outingId: string | null
  ids: string[]
}

/** Present and late are seen, not foreseen; closures are the calendar's. */
const notPlanned = new Set(['/', '\\', 'L', 'U', 'N', '#', 'Z'])

/**
 * Notes that pupils will be away, or that they are, and writes it into every session that runs: ahead of the day, and in
 * place of N and O where the register was taken already. All pupils of one request make a trip.
 */
export async function planAbsence(tx: Tx, body: Static<typeof NewPlannedAbsence>): Promise<Planned> {
  const { pupilIds, code, comment = null, reason, deviceTime, decidedBy, isOverriding = false } = body
  const span = spanFrom(body)
  if (!findCode(code) || notPlanned.has(code))
    refuse([{ path: '/code', message: 'This code cannot be planned; see the list of attendance codes.' }])
  const outingId = pupilIds.length > 1 ? newId() : null
  const ids: string[] = []
  for (const pupilId of pupilIds)
    ids.push(await insertRow(tx, plannedAbsences, { ...span, pupilId, code, comment, outingId }))
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const sessions = runningSessions(span, calendar)
  if (sessions.length === 0)
    refuse([
      {
        path: '/startsOn',
        message: 'No session runs in this time: it lies outside the terms or in a closure.',
      },
    ])
  const filled = await fillMarks(tx, {
    kind: 'filled',
    pupilIds,
    isNamed: true,
    sessions,
    code,
    comment,
    reason,
    deviceAt: deviceTime,
    decidedBy,
    yields: (current) => isOverriding || current === blank || isUnexplained(current),
  })
  for (const [at, recordId] of ids.entries())
    tx.log({
      resource: 'planned-absences',
      recordId,
      action: 'created',
      pupilIds: [pupilIds[at] as string],
    })
  return { ...filled, outingId, ids }
}

/** Takes a plan back: its marks go where no register has been taken yet; what was taken stays and is amended there. */
export async function cancelAbsence(tx: Tx, id: string): Promise<void> {
  const plan = (await wholeRecord(tx, plannedAbsence, id)) as Static<typeof PlannedAbsence>
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const day = today(tx.clock)
  const ahead = runningSessions(spanFrom(plan), calendar).filter(({ date }) => date >= day)
  const rows = await tx.rows(readTakenSessions, {
    pupil: plan.pupilId,
    startsOn: day,
    endsOn: plan.endsOn,
  })
  const taken = new Set(rows.map(([date, session]) => `${date} ${session}`))
  const sessions = ahead.filter(({ date, session }) => !taken.has(`${date} ${session}`))
  await fillMarks(tx, {
    kind: 'filled',
    pupilIds: [plan.pupilId],
    sessions,
    code: null,
    reason: 'The planned absence was cancelled.',
    yields: (current) => current === packCode(plan.code),
  })
  await deleteRow(tx, plannedAbsences, id)
}
