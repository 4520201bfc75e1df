import type { TextRow } from '../../../foundation/db/transaction.ts'
import type { Session } from '../../../foundation/time/days.ts'
import { type Amendment, historyOf } from '../history/events.ts'
import { blank, positionOf } from '../packing.ts'

interface Later extends Omit<Amendment, 'position'> {
  date: string
  session: Session
}

/** Takes back what was written after an instant, row by row of the table. */
export function takenBack(
  rows: readonly TextRow[],
  entries: readonly TextRow[],
  firsts: readonly TextRow[],
  asOf: string,
): TextRow[] {
  const later = laterByPupil(entries, firsts)
  return rows.map((row) => {
    const [pupilId, startsOn, marks] = row as [string, string, string]
    const own = (later.get(pupilId) ?? []).flatMap(({ date, session, ...amendment }) => {
      const position = positionOf(startsOn, date, session)
      return position >= 0 && position < marks.length ? [{ ...amendment, position }] : []
    })
    return own.length === 0 ? row : row.with(2, historyOf(marks, own, asOf))
  })
}

function laterByPupil(entries: readonly TextRow[], firsts: readonly TextRow[]): Map<string, Later[]> {
  const later = new Map<string, Later[]>()
  const add = ([pupilId, date, session, ...rest]: TextRow, was: string, becomes: string) => {
    const own = later.get(pupilId as string) ?? []
    own.push({
      date: date as string,
      session: session as Session,
      was,
      becomes,
      at: rest.at(-1) as string,
    })
    later.set(pupilId as string, own)
  }
  // A first mark is older than what became of it, whatever is known of the latter.
  for (const row of firsts) add(row, blank, '')
  for (const row of entries) add(row, row[3] as string, row[4] as string)
  return later
}
