import type { Actor, Database, TextRow } from '../../../foundation/db/transaction.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { localTime, today } from '../../../foundation/time/clock.ts'
import { addDays } from '../../../foundation/time/days.ts'
import type { SchoolCalendar } from '../../calendar/queries.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { findCode } from '../codes.ts'
import { expand, type Mark } from '../packing.ts'
import { daysForReason } from '../rules.ts'
import { minutesOf, openingOf, readSettings, settingsFrom } from '../settings.ts'
import { readMarksSince } from './queries.ts'

/** Longest stretch without a school day: the summer holiday with room to spare. */
const longestBreak = 70

export type MarkOfPupil = Mark & { pupilId: string }

const marksFrom = (rows: readonly TextRow[]): MarkOfPupil[] =>
  rows.flatMap(([pupilId, startsOn, marks]) =>
    expand(marks as string, startsOn as string).map((mark) => ({ ...mark, pupilId: pupilId as string })),
  )

/** Absences of a day that nobody has given a reason for, those of a first day first. */
export async function unexplainedOn(db: Database, who: Actor, date: string) {
  const [days = [], settings = [], rows = []] = await readTogether(db, who, [
    { query: readCalendar, values: {} },
    { query: readSettings, values: {} },
    {
      query: readMarksSince,
      values: { from: addDays(date, -longestBreak), until: addDays(date, 1), holds: null },
    },
  ])
  const before = lastSchoolDay(calendarFrom(days).calendar, date)
  const decided = settingsFrom(settings)
  const now = localTime(db.clock.now())
  const found = marksFrom(rows)
  const absentBefore = new Set(
    found
      .filter((mark) => mark.date === before && findCode(mark.code)?.counts === 'absence')
      .map(({ pupilId }) => pupilId),
  )
  return found
    .filter((mark) => mark.date === date && ['N', 'O'].includes(mark.code))
    .map(({ pupilId, session, code }) => {
      const opening = openingOf(decided, date, session)
      const minutes = date === now.date ? minutesOf(now.time) : 24 * 60
      return {
        pupilId,
        date,
        session,
        code,
        isFirstDay: !absentBefore.has(pupilId),
        minutesSinceClose: opening ? Math.max(0, minutes - opening.closes) : null,
      }
    })
    .sort((a, b) => Number(b.isFirstDay) - Number(a.isFirstDay))
}

function lastSchoolDay(calendar: SchoolCalendar, date: string): string | undefined {
  return calendar.schoolDays(addDays(date, -longestBreak), date).at(-1)
}

/** N that has stood for more than five school days, the oldest first. */
export async function unresolved(db: Database, who: Actor) {
  const day = today(db.clock)
  const [days = [], rows = []] = await readTogether(db, who, [
    { query: readCalendar, values: {} },
    { query: readMarksSince, values: { from: addDays(day, -366), until: day, holds: 'N' } },
  ])
  const { calendar } = calendarFrom(days)
  const passed = calendar.schoolDays(addDays(day, -366), addDays(day, 1))
  const since = (date: string) => passed.length - passed.findLastIndex((each) => each <= date) - 1
  return marksFrom(rows)
    .filter(({ code }) => code === 'N')
    .map(({ pupilId, date, session }) => ({ pupilId, date, session, schoolDays: since(date) }))
    .filter(({ schoolDays }) => schoolDays > daysForReason)
    .sort((a, b) => b.schoolDays - a.schoolDays)
}
