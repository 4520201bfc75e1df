import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { TextRow } from '../../foundation/db/transaction.ts'
import { type Session, weekday } from '../../foundation/time/days.ts'
import type { DatedOpening, WeekdayOpening } from './table.ts'

/** What the school has decided about its registers. */
export interface AttendanceSettings {
  /** 0 until the school has decided anything. */
  version: number
  /** Minutes for which every register stays open. */
  openMinutes: number
  opensAt: readonly WeekdayOpening[]
  exceptions: readonly DatedOpening[]
  derivesFrom: 'nothing' | 'first-lesson'
}

/** A register stays open for at most this long (Working together to improve school attendance). */
export const longestOpenMinutes = 30

export const undecided: AttendanceSettings = {
  version: 0,
  openMinutes: longestOpenMinutes,
  opensAt: [],
  exceptions: [],
  derivesFrom: 'nothing',
}

export const readSettings = compile(
  sql`select version, open_minutes, opens_at, exceptions, derives_from
      from attendance_settings where school_id = ${sql.placeholder('school')}`,
)

export function settingsFrom(rows: readonly TextRow[]): AttendanceSettings {
  const row = rows[0]
  if (!row) return undecided
  const [version, openMinutes, opensAt, exceptions, derivesFrom] = row as string[]
  return {
    version: Number(version),
    openMinutes: Number(openMinutes),
    opensAt: JSON.parse(opensAt as string),
    exceptions: JSON.parse(exceptions as string),
    derivesFrom: derivesFrom as AttendanceSettings['derivesFrom'],
  }
}

/** Local times of one register, in minutes since midnight. */
export interface Opening {
  opens: number
  closes: number
}

/** When the register of a session opens and closes; undefined where the school has not said. */
export function openingOf(
  { opensAt, exceptions, openMinutes }: AttendanceSettings,
  date: string,
  session: Session,
): Opening | undefined {
  const found =
    exceptions.find((each) => each.date === date && each.session === session) ??
    opensAt.find((each) => each.weekday === weekday(date) && each.session === session)
  if (!found) return undefined
  const opens = minutesOf(found.opensAt)
  return { opens, closes: opens + openMinutes }
}

/** Minutes since midnight of a local time HH:MM. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}
