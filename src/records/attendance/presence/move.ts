import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { problem, refuse } from '../../../foundation/http/problems.ts'
import { insertRow } from '../../../foundation/resource/rows.ts'
import { localTime, today } from '../../../foundation/time/clock.ts'
import type { Session } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { fillMarks } from '../filling/fill.ts'
import { readOnRoll } from '../filling/queries.ts'
import { blank } from '../packing.ts'
import { isUnexplained } from '../registers/precedence.ts'
import { codeOfArrival } from '../rules.ts'
import { type AttendanceSettings, minutesOf, openingOf, readSettings, settingsFrom } from '../settings.ts'
import { siteMovements } from '../table.ts'
import type { NewSiteMovement } from './schema.ts'

/** Notes that a pupil came or went. Who signs in late gets L or U, with minutes, where N, O or nothing stood. */
export async function movePupil(tx: Tx, body: Static<typeof NewSiteMovement>): Promise<string> {
  const { id, pupilId, direction, reason = null } = body
  const movedAt = body.movedAt ?? tx.clock.now().toISOString()
  const { date, time } = localTime(new Date(movedAt))
  const day = today(tx.clock)
  if (Date.parse(movedAt) > tx.clock.now().getTime() || date !== day)
    refuse([{ path: '/movedAt', message: `A movement is of today (${day}) and not later than now.` }])
  const [onRoll] = await tx.rows(readOnRoll, { pupils: [pupilId], dates: [day] })
  if (!onRoll)
    throw problem('reference-unknown', {
      errors: [{ path: '/pupilId', message: 'There is no such pupil on the roll today.' }],
    })
  const made = await insertRow(
    tx,
    siteMovements,
    { pupilId, direction, movedAt, date, reason, actor: tx.actor },
    id,
  )
  if (direction === 'in') await markArrival(tx, { pupilId, date, time, reason })
  return made
}

async function markArrival(
  tx: Tx,
  arrival: { pupilId: string; date: string; time: string; reason: string | null },
): Promise<void> {
  const { pupilId, date, time, reason } = arrival
  const settings = settingsFrom(await tx.rows(readSettings))
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const session = sessionAt(settings, date, time)
  const opening = openingOf(settings, date, session)
  if (!opening || !calendar.sessionsOn(date).includes(session)) return
  const { code, minutesLate } = codeOfArrival(minutesOf(time), opening, session)
  // In time: the register says so when it is taken.
  if (minutesLate === null) return
  await fillMarks(tx, {
    kind: 'arrived',
    pupilIds: [pupilId],
    sessions: [{ date, session }],
    code,
    minutesLate,
    comment: reason,
    yields: (current) => current === blank || isUnexplained(current),
  })
}

/** The session to which a time of day belongs: the afternoon begins when its register opens, else at noon. */
export function sessionAt(settings: AttendanceSettings, date: string, time: string): Session {
  const afternoon = openingOf(settings, date, 'PM')?.opens ?? 12 * 60
  return minutesOf(time) >= afternoon ? 'PM' : 'AM'
}
