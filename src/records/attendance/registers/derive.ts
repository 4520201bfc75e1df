import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { recordAct } from '../history/acts.ts'
import { blank, unpackCode } from '../packing.ts'
import { touchRegisters } from './other-registers.ts'
import { outranks } from './precedence.ts'
import { type Replaced, storeSessionMarks } from './session-marks.ts'
import { type Standing, sessionMarkOf } from './standing.ts'
import type { Wanted } from './wanted.ts'

/** Pupils who meet earlier in the same session than the entry given: for them another lesson comes first. */
const readEarlier = compile(
  sql`select distinct m.pupil_id
      from timetable_entries e
      join periods p on p.school_id = e.school_id and p.id = e.period_id
      join periods o on o.school_id = p.school_id and o.weekday = p.weekday and o.session = p.session and o.starts_at < p.starts_at
      join timetable_entries f on f.school_id = o.school_id and f.period_id = o.id
        and (f.week is null or f.week = ${sql.placeholder('week')}::smallint)
        and f.valid_from <= ${sql.placeholder('date')}::date and (f.valid_until is null or f.valid_until > ${sql.placeholder('date')}::date)
      join memberships m on m.school_id = f.school_id and m.group_id = f.group_id
        and m.pupil_id = any(${sql.placeholder('pupils')}::uuid[])
        and m.valid_from <= ${sql.placeholder('date')}::date and (m.valid_until is null or m.valid_until > ${sql.placeholder('date')}::date)
      where e.school_id = ${sql.placeholder('school')} and e.id = ${sql.placeholder('entry')}::uuid`,
)

/**
 * Where the school has decided so, the first lesson of a session gives the session mark. A mark that came from elsewhere
 * yields only to one that outranks it; one that followed this lesson goes on following it. The derivation is an act of
 * its own, so the history tells from which register the mark came.
 */
export async function deriveSessionMarks(
  tx: Tx,
  standing: Standing,
  replaced: readonly Replaced[],
  wanted: readonly Wanted[],
  said: { reason?: string; deviceTime?: string },
): Promise<void> {
  const { register, settings } = standing
  if (settings.derivesFrom !== 'first-lesson' || replaced.length === 0) return
  const firsts = await firstLessonOf(tx, standing, replaced)
  const following = firsts.filter((mark) => follows(mark, sessionMarkOf(standing, mark.pupilId)))
  const marks = following.map(({ pupilId, becomes }) => ({ pupilId, code: unpackCode(becomes) as string }))
  const derived = await storeSessionMarks(tx, register, marks, standing.years)
  if (derived.length === 0) return
  const detailOf = new Map(wanted.map((mark) => [mark.pupilId, mark]))
  const { date, session } = register
  const entries = derived
    .map(({ pupilId, was, becomes }) => {
      const { minutesLate = null, comment = null } = detailOf.get(pupilId) ?? {}
      return { pupilId, date, session, lessonRegisterId: null, was, becomes, minutesLate, comment }
    })
    // The first taking of the lesson tells the rest.
    .filter(
      ({ was, minutesLate, comment }) =>
        register.takenAt !== null || was !== blank || minutesLate !== null || comment !== null,
    )
  await recordAct(
    tx,
    { kind: 'derived', registerId: register.id, reason: said.reason, deviceAt: said.deviceTime },
    entries,
  )
  await touchRegisters(
    tx,
    derived.map(({ pupilId }) => ({ pupilId, date, session })),
  )
}

async function firstLessonOf(tx: Tx, { register }: Standing, replaced: readonly Replaced[]) {
  const { date, entryId } = register
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const rows = await tx.rows(readEarlier, {
    entry: entryId,
    date,
    week: calendar.weekOf(date) ?? null,
    pupils: replaced.map(({ pupilId }) => pupilId),
  })
  const later = new Set(rows.map(([pupilId]) => pupilId))
  return replaced.filter(({ pupilId }) => !later.has(pupilId))
}

function follows({ was, becomes }: Replaced, inSession: string): boolean {
  return inSession === blank || inSession === was || outranks(becomes, inSession)
}
