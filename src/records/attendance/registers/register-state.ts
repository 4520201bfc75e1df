import type { TextRow } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import type { Session } from '../../../foundation/time/days.ts'
import { blank } from '../packing.ts'

/** A register as its statements read it. */
export interface RegisterState {
  id: string
  version: number
  kind: 'session' | 'lesson'
  date: string
  session: Session
  takenAt: string | null
  /** The academic year in which the day lies. */
  year: { id: string; startsOn: string; endsOn: string } | undefined
  /** Name of the planned closure in which the session lies. */
  closure: string | null
  /** The timetable entry of a lesson. */
  entryId: string | null
  /** Packed marks of a lesson register by pupil. */
  lessonMarks: ReadonlyMap<string, string>
}

export function registerFrom(rows: readonly TextRow[]): RegisterState {
  const row = rows[0]
  if (!row) throw problem('not-found')
  const [
    id,
    version,
    kind,
    date,
    session,
    takenAt,
    yearId,
    startsOn,
    endsOn,
    closure,
    entryId,
    pupils,
    marks,
  ] = row
  return {
    id: id as string,
    version: Number(version),
    kind: kind as RegisterState['kind'],
    date: date as string,
    session: session as Session,
    takenAt: takenAt ?? null,
    year: yearId ? { id: yearId, startsOn: startsOn as string, endsOn: endsOn as string } : undefined,
    closure: closure ?? null,
    entryId: entryId ?? null,
    lessonMarks: lessonMarksOf(pupils ?? null, marks ?? null),
  }
}

function lessonMarksOf(pupils: string | null, marks: string | null): ReadonlyMap<string, string> {
  const ids = JSON.parse(pupils ?? '[]') as string[]
  return new Map(ids.map((id, at) => [id, marks?.charAt(at) ?? blank]))
}
