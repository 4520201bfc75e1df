import type { Session } from '../../foundation/time/days.ts'
import { addDays } from '../../foundation/time/days.ts'
import { type Calendar, type Entry, type Lesson, lessonId, lessonsBetween, type Period } from './rules.ts'

/** What is different about one lesson; null leaves it as the timetable says. */
export interface LessonChange {
  id: string
  entryId: string
  /** The day for which the timetable has it. */
  date: string
  kind: 'cancelled' | 'moved' | 'room' | 'cover' | 'exam'
  toDate: string | null
  /** The period to which it goes, with its times. */
  periodId: string | null
  startsAt: string | null
  endsAt: string | null
  session: Session | null
  roomId: string | null
  staffId: string | null
  reason: string | null
}

/** How the timetable has a lesson that was changed. */
export interface Planned {
  id: string
  kind: LessonChange['kind']
  reason: string | null
  plannedDate: string
  plannedStartsAt: string
  plannedStaffId: string | null
  plannedRoomId: string | null
}

export interface RealLesson extends Lesson {
  isCancelled: boolean
  /** null where it is as the timetable says. */
  change: Planned | null
}

interface Timetable {
  entries: readonly Entry[]
  periods: readonly Period[]
  calendar: Calendar
}

/** The lessons of a range as they are: moved ones stand where they were moved to, cancelled ones where they would be. */
export function realLessons(
  timetable: Timetable,
  changes: readonly LessonChange[],
  from: string,
  until: string,
): RealLesson[] {
  const byLesson = new Map(changes.map((change) => [lessonId(change.entryId, change.date), change]))
  const planned = lessonsBetween(timetable, from, until).map((lesson) =>
    changed(lesson, byLesson.get(lesson.id)),
  )
  const movedIn = changes
    .filter(({ date, toDate }) => toDate !== null && (date < from || date >= until))
    .flatMap((change) => lessonOf(timetable, change))
  return [...planned, ...movedIn].filter(({ date }) => date >= from && date < until).sort(byTime)
}

/** The lesson of a change, wherever it stands now. */
function lessonOf(timetable: Timetable, change: LessonChange): RealLesson[] {
  const entries = timetable.entries.filter(({ id }) => id === change.entryId)
  const [lesson] = lessonsBetween({ ...timetable, entries }, change.date, addDays(change.date, 1))
  return lesson ? [changed(lesson, change)] : []
}

export function changed(lesson: Lesson, change: LessonChange | undefined): RealLesson {
  if (!change) return { ...lesson, isCancelled: false, change: null }
  return {
    ...lesson,
    date: change.toDate ?? lesson.date,
    periodId: change.periodId ?? lesson.periodId,
    startsAt: change.startsAt ?? lesson.startsAt,
    endsAt: change.endsAt ?? lesson.endsAt,
    session: change.session ?? lesson.session,
    roomId: change.roomId ?? lesson.roomId,
    staffIds: change.staffId === null ? lesson.staffIds : [change.staffId],
    isCancelled: change.kind === 'cancelled',
    change: {
      id: change.id,
      kind: change.kind,
      reason: change.reason,
      plannedDate: lesson.date,
      plannedStartsAt: lesson.startsAt,
      plannedStaffId: lesson.staffIds[0] ?? null,
      plannedRoomId: lesson.roomId,
    },
  }
}

function byTime(one: Lesson, other: Lesson): number {
  const [a, b] = [orderOf(one), orderOf(other)]
  return a < b ? -1 : Number(a > b)
}

/** Sorts as the lessons are listed: by day, time and id. */
export const orderOf = ({ date, startsAt, id }: Lesson) => `${date} ${startsAt} ${id}`

/** Something that two lessons of one time both need. */
export interface LessonClash {
  kind: 'staff' | 'room' | 'group' | 'pupils'
  lesson: RealLesson
}

/**
 * What stands in the way of a lesson among the lessons of its day. `sharing`: groups that have pupils in common with its
 * own. Two lessons of one group in one room and period are one that is taught together.
 */
export function clashesOf(
  lesson: RealLesson,
  others: readonly RealLesson[],
  sharing: ReadonlySet<string>,
): LessonClash[] {
  return others
    .filter(
      (other) =>
        other.id !== lesson.id &&
        !other.isCancelled &&
        other.date === lesson.date &&
        other.startsAt < lesson.endsAt &&
        lesson.startsAt < other.endsAt,
    )
    .flatMap((other) => {
      const isTogether = other.groupId === lesson.groupId && other.roomId === lesson.roomId
      const kinds: [LessonClash['kind'], boolean][] = [
        ['staff', lesson.staffIds.some((id) => other.staffIds.includes(id))],
        ['room', !isTogether && lesson.roomId !== null && lesson.roomId === other.roomId],
        ['group', !isTogether && lesson.groupId === other.groupId],
        ['pupils', lesson.groupId !== other.groupId && sharing.has(other.groupId)],
      ]
      return kinds.filter(([, isSo]) => isSo).map(([kind]) => ({ kind, lesson: other }))
    })
}
