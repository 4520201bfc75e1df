import type { TextRow, Tx } from '../../../foundation/db/transaction.ts'
import type { DayRange } from '../../../foundation/time/range.ts'
import { expand, type Mark, packCode, unpackCode } from '../packing.ts'
import { readPupilYears } from '../queries.ts'
import { type Entry, entriesFrom, readPupilEntries, readPupilFirstActs } from './acts.ts'
import { eventsOf, standingAt } from './events.ts'

const keyOf = ({ date, session }: Pick<Entry, 'date' | 'session'>) => `${date} ${session}`

/** Everything that happened to the session marks of a pupil in a range of days, oldest first. */
export async function readPupilHistory(tx: Tx, pupilId: string, range: DayRange): Promise<Entry[]> {
  const events = await eventsByPlace(tx, pupilId, range)
  return events.flat().sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** The session marks of a pupil as they stood at an instant, in order. */
export async function readMarksAsOf(tx: Tx, pupilId: string, range: DayRange, asOf: string): Promise<Mark[]> {
  const events = await eventsByPlace(tx, pupilId, range)
  return events.flatMap((own) => {
    const standing = standingAt(own, asOf)
    const code = standing ? unpackCode(standing.becomes) : null
    return code === null
      ? []
      : [{ date: own[0]?.date as string, session: own[0]?.session as Mark['session'], code }]
  })
}

/** The events of each session in which a mark stands or stood, in order of time. */
async function eventsByPlace(tx: Tx, pupilId: string, range: DayRange): Promise<Entry[][]> {
  const values = { pupil: pupilId, ...range }
  const [years, entryRows, actRows] = await Promise.all([
    tx.rows(readPupilYears, values),
    tx.rows(readPupilEntries, values),
    tx.rows(readPupilFirstActs, values),
  ])
  const entries = Map.groupBy(entriesFrom(entryRows), keyOf)
  const acts = Map.groupBy(entriesFrom(actRows), keyOf)
  const current = new Map(marksOf(years, range).map((mark) => [keyOf(mark), mark]))
  return [...new Set([...current.keys(), ...entries.keys()])].sort().map((key) => {
    const [date, session] = key.split(' ') as [string, string]
    const packed = packCode(current.get(key)?.code ?? null)
    return eventsOf(packed, entries.get(key) ?? [], acts.get(key) ?? [], { pupilId, date, session })
  })
}

export function marksOf(years: readonly TextRow[], { from, until }: DayRange): Mark[] {
  return years.flatMap(([startsOn, marks]) => expand(marks as string, startsOn as string, from, until))
}
