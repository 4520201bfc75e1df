import type { RealLesson } from '../../records/timetable/changed-lessons.ts'

/** The moment that is asked about. */
export interface Moment {
  /** The instant. */
  at: string
  /** The day and the time of day in England. */
  date: string
  time: string
}

export interface LessonsOfDay {
  current: RealLesson | undefined
  next: RealLesson | undefined
}

/** Which lesson runs at a time of day and which is the next to begin. Cancelled ones do neither. */
export function lessonsAt(lessons: readonly RealLesson[], time: string): LessonsOfDay {
  const held = lessons.filter(({ isCancelled }) => !isCancelled)
  return {
    current: held.find(({ startsAt, endsAt }) => startsAt <= time && time < endsAt),
    next: held.find(({ startsAt }) => startsAt > time),
  }
}
