import type { TextRow, Tx } from '../../../foundation/db/transaction.ts'
import { readLastDetails } from '../history/acts.ts'
import { blank, positionOf } from '../packing.ts'
import { lockRegister, lockYears, readExpected } from '../queries.ts'
import { type AttendanceSettings, readSettings, settingsFrom } from '../settings.ts'
import { type RegisterState, registerFrom } from './register-state.ts'
import { type YearRow, yearRowsFrom } from './session-marks.ts'

/** A register under its lock, with all that a write of its marks depends on. */
export interface Standing {
  register: RegisterState
  settings: AttendanceSettings
  /** Pupils of the group on the day -> whether they are not yet on the roll. */
  expected: ReadonlyMap<string, boolean>
  /** Years of the pupils, locked. */
  years: Map<string, YearRow>
  /** Minutes and comment of each pupil's mark, where it has an entry. */
  details: Map<string, Details>
}

export interface Details {
  minutesLate: number | null
  comment: string | null
}

/** Reads in one flush what is needed for the pupils given, and in another what the rest of the group needs. */
export async function lockStanding(tx: Tx, id: string, pupils: readonly string[]): Promise<Standing> {
  const [locked, expectedRows, years, entries, settings] = await Promise.all([
    tx.rows(lockRegister, { id }),
    tx.rows(readExpected, { id }),
    tx.rows(lockYears, { id, pupils }),
    tx.rows(readLastDetails, { id, pupils }),
    tx.rows(readSettings),
  ])
  const standing: Standing = {
    register: registerFrom(locked),
    settings: settingsFrom(settings),
    expected: new Map(
      expectedRows.map(([pupilId, isProspective]) => [pupilId as string, isProspective === 't']),
    ),
    years: yearRowsFrom(years),
    details: detailsFrom(entries),
  }
  const given = new Set(pupils)
  const others = [...standing.expected.keys()].filter((pupilId) => !given.has(pupilId))
  if (others.length > 0) await addOthers(tx, standing, others)
  return standing
}

async function addOthers(tx: Tx, standing: Standing, pupils: readonly string[]): Promise<void> {
  const { id } = standing.register
  const [years, entries] = await Promise.all([
    tx.rows(lockYears, { id, pupils }),
    tx.rows(readLastDetails, { id, pupils }),
  ])
  for (const [pupilId, row] of yearRowsFrom(years)) standing.years.set(pupilId, row)
  for (const [pupilId, found] of detailsFrom(entries)) standing.details.set(pupilId, found)
}

const detailsFrom = (rows: readonly TextRow[]): Map<string, Details> =>
  new Map(
    rows.map(([pupilId, minutes = null, comment = null]) => [
      pupilId as string,
      { minutesLate: minutes === null ? null : Number(minutes), comment },
    ]),
  )

/** The packed session mark of a pupil. */
export function sessionMarkOf({ register, years }: Standing, pupilId: string): string {
  const row = years.get(pupilId)
  return row?.marks.charAt(positionOf(row.startsOn, register.date, register.session)) || blank
}

/** The packed mark that the register itself says of a pupil. */
export function currentMarkOf(standing: Standing, pupilId: string): string {
  return standing.register.kind === 'lesson'
    ? (standing.register.lessonMarks.get(pupilId) ?? blank)
    : sessionMarkOf(standing, pupilId)
}
