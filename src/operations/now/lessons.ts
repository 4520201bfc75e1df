import type { Static } from '@sinclair/typebox'
import { type Actor, type Database, readTogether, type TextRow } from '../../foundation/db/transaction.ts'
import type { RealLesson } from '../../records/timetable/changed-lessons.ts'
import { readLabels } from './queries.ts'
import type { BriefLesson } from './schema.ts'

/** Names of what lessons refer to, by id. */
export interface Labels {
  groups: Record<string, string>
  rooms: Record<string, string>
  subjects: Record<string, string>
  staff: Record<string, string>
}

const distinct = (ids: readonly (string | null)[]) => [...new Set(ids.filter((id) => id !== null))]

export const labelValues = (lessons: readonly RealLesson[], groups: readonly string[] = []) => ({
  groups: distinct([...lessons.map(({ groupId }) => groupId), ...groups]),
  rooms: distinct(lessons.map(({ roomId }) => roomId)),
  subjects: distinct(lessons.map(({ subjectId }) => subjectId)),
  staff: distinct(lessons.flatMap(({ staffIds }) => staffIds)),
})

export function labelsFrom([row]: readonly TextRow[]): Labels {
  const [groups, rooms, subjects, staff] = (row ?? []).map((text) => JSON.parse(text ?? '{}'))
  return { groups, rooms, subjects, staff }
}

export async function labelsOf(
  db: Database,
  who: Pick<Actor, 'schoolId' | 'reach'>,
  lessons: readonly RealLesson[],
): Promise<Labels> {
  const [rows = []] = await readTogether(db, who, [{ query: readLabels, values: labelValues(lessons) }])
  return labelsFrom(rows)
}

export function brief(lesson: RealLesson, labels: Labels): Static<typeof BriefLesson> {
  const { id, startsAt, endsAt, groupId, roomId, subjectId, staffIds, isCancelled, change } = lesson
  return {
    lessonId: id,
    startsAt,
    endsAt,
    group: labels.groups[groupId] ?? null,
    room: labels.rooms[roomId ?? ''] ?? null,
    subject: labels.subjects[subjectId ?? ''] ?? null,
    teacher: labels.staff[staffIds[0] ?? ''] ?? null,
    isCancelled,
    change: change?.kind ?? null,
  }
}
