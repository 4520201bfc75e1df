import type { Actor, Database, TextRow } from '../../../foundation/db/transaction.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { localTime } from '../../../foundation/time/clock.ts'
import { addDays, type Session } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { readLessons } from '../../timetable/queries.ts'
import { minutesOf, openingOf, readSettings, settingsFrom } from '../settings.ts'
import { readGroupsOfDay, readTakenLessons } from './queries.ts'

export interface NotTaken {
  kind: 'session' | 'lesson'
  groupId: string
  date: string
  session: string
  lessonId: string | null
  staffId: string | null
  registerId: string | null
  opensAt: string | null
  closesAt: string | null
  minutesOverdue: number | null
}

/** Minutes since midnight of a day, as seen from now: endless after it, none before it. */
function nowOn(db: Database, date: string): number {
  const now = localTime(db.clock.now())
  if (date === now.date) return minutesOf(now.time)
  return date < now.date ? 24 * 60 : 0
}

/** Session registers of a day that are not yet taken. A group in which everybody has a mark already needs nobody. */
export async function sessionsNotTaken(db: Database, who: Actor, date: string): Promise<NotTaken[]> {
  const [days = [], settings = [], groups = []] = await readTogether(db, who, [
    { query: readCalendar, values: {} },
    { query: readSettings, values: {} },
    { query: readGroupsOfDay, values: { date } },
  ])
  const sessions = calendarFrom(days).calendar.sessionsOn(date)
  const decided = settingsFrom(settings)
  const now = nowOn(db, date)
  return groups.flatMap((row) =>
    sessions
      .filter((session) => isMissing(row, session))
      .map((session) => {
        const opening = openingOf(decided, date, session)
        return {
          kind: 'session' as const,
          groupId: row[0] as string,
          date,
          session,
          lessonId: null,
          staffId: null,
          registerId: row[session === 'AM' ? 1 : 2] ?? null,
          opensAt: opening ? timeOf(opening.opens) : null,
          closesAt: opening ? timeOf(opening.closes) : null,
          minutesOverdue: opening ? Math.max(0, now - opening.closes) : null,
        }
      }),
  )
}

function isMissing(row: TextRow, session: Session): boolean {
  const [hasBlank, isTaken] = session === 'AM' ? [row[3], row[5]] : [row[4], row[6]]
  return hasBlank === 't' && isTaken !== 't'
}

/** Lessons of a day that have begun and whose register is not yet taken. */
export async function lessonsNotTaken(db: Database, who: Actor, date: string): Promise<NotTaken[]> {
  const lessons = await readLessons(db, who, { from: date, until: addDays(date, 1) }, {})
  const [taken = []] = await readTogether(db, who, [{ query: readTakenLessons, values: { date } }])
  const registers = new Map(
    taken.map(([lessonId, id, isTaken]) => [lessonId, { id, isTaken: isTaken === 't' }]),
  )
  const now = nowOn(db, date)
  return lessons
    .filter(
      ({ id, startsAt, isCancelled }) =>
        !isCancelled && minutesOf(startsAt) <= now && !registers.get(id)?.isTaken,
    )
    .map((lesson) => ({
      kind: 'lesson' as const,
      groupId: lesson.groupId,
      date,
      session: lesson.session,
      lessonId: lesson.id,
      staffId: lesson.staffIds[0] ?? null,
      registerId: registers.get(lesson.id)?.id ?? null,
      opensAt: lesson.startsAt,
      closesAt: lesson.endsAt,
      minutesOverdue: now - minutesOf(lesson.startsAt),
    }))
}

const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
