import type { TextRow } from '../../../foundation/db/transaction.ts'
import { findCode } from '../codes.ts'
import { blank, unpackCode } from '../packing.ts'
import { instantOf } from '../registers/marks.ts'

export interface PresenceOf {
  pupilId: string
  state: 'on-site' | 'off-site' | 'unknown'
  since: string | null
  by: 'session-mark' | 'lesson-mark' | 'movement' | null
  code: string | null
  groupId: string | null
  isExpected: boolean
}

type Sign = Pick<PresenceOf, 'state' | 'since' | 'by' | 'code'>

/**
 * Where everybody is, by the latest sign of them: a session mark, a lesson mark or a movement through the gate. Who
 * has given no sign is `unknown`, and is looked for as long as no mark says that they are away.
 */
export function fireList(
  pupils: readonly TextRow[],
  taken: readonly TextRow[],
  now: { session: 'AM' | 'PM' },
): PresenceOf[] {
  const lessonSigns = signsOfLessons(taken)
  const sessionTimes = timesOfSessions(taken)
  return pupils.map(([pupilId, marks, groupId = null, movement]) => {
    const signs = [
      ...sessionSigns(marks ?? '', now, sessionTimes, groupId),
      ...(lessonSigns.get(pupilId as string) ?? []),
      ...(movement ? [movementSign(JSON.parse(movement))] : []),
    ]
    const latest = signs.sort((a, b) => Date.parse(a.since ?? '') - Date.parse(b.since ?? '')).at(-1)
    return {
      pupilId: pupilId as string,
      ...(latest ?? { state: 'unknown', since: null, by: null, code: null }),
      groupId,
      isExpected: latest?.state !== 'off-site',
    }
  })
}

const stateOf = (code: string): Sign['state'] =>
  findCode(code)?.whereabouts === 'off-site' ? 'off-site' : 'on-site'

/** Marks of sessions that have begun; one that was filled ahead counts from the beginning of the day. */
function sessionSigns(
  marks: string,
  { session }: { session: 'AM' | 'PM' },
  times: ReadonlyMap<string, string>,
  groupId: string | null,
): Sign[] {
  return (['AM', 'PM'] as const)
    .filter((each) => each <= session)
    .flatMap((each, at) => {
      const code = unpackCode(marks.charAt(at) || blank)
      if (code === null) return []
      const since = times.get(`${groupId} ${each}`) ?? '1970-01-01T00:00:00.000Z'
      return [{ state: stateOf(code), since, by: 'session-mark' as const, code }]
    })
}

/** When the session registers of each group were taken. */
function timesOfSessions(taken: readonly TextRow[]): Map<string, string> {
  return new Map(
    taken
      .filter(([kind]) => kind === 'session')
      .map(([, session, takenAt, , , , groupId]) => [`${groupId} ${session}`, instantOf(takenAt as string)]),
  )
}

function signsOfLessons(taken: readonly TextRow[]): Map<string, Sign[]> {
  const signs = new Map<string, Sign[]>()
  for (const [kind, , takenAt, , ids, marks] of taken) {
    if (kind !== 'lesson') continue
    for (const [at, pupilId] of (JSON.parse(ids ?? '[]') as string[]).entries()) {
      const code = unpackCode(marks?.charAt(at) || blank)
      if (code === null) continue
      const sign = {
        state: stateOf(code),
        since: instantOf(takenAt as string),
        by: 'lesson-mark' as const,
        code,
      }
      signs.set(pupilId, [...(signs.get(pupilId) ?? []), sign])
    }
  }
  return signs
}

function movementSign([direction, at]: [string, string]): Sign {
  return {
    state: direction === 'in' ? 'on-site' : 'off-site',
    since: instantOf(at),
    by: 'movement',
    code: null,
  }
}
