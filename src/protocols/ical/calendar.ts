import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { instantOfLocal } from '../../foundation/time/clock.ts'
import type { Feed, FeedLesson } from '../../operations/calendar-feeds/feeds.ts'

/** RFC 5545, 3.8.4.7: the same for ever, wherever the lesson goes. */
const uidOf = ({ lesson, child }: FeedLesson) => `${lesson.id}${child ? `.${child.id}` : ''}@open-mis`

/**
 * Lessons as iCalendar (RFC 5545). Times are written in UTC, so that no program needs to know when clocks change; nothing
 * depends on the moment of asking, so that an unchanged calendar has an unchanged ETag.
 */
export function calendarOf({ name, createdAt, lessons, labels }: Feed): string {
  const calendar = ical({
    name: `Lessons of ${name}`,
    method: ICalCalendarMethod.PUBLISH,
    prodId: '//open-mis//timetable//EN',
  })
  const stamp = new Date(createdAt)
  for (const one of lessons) {
    const { lesson, child } = one
    const named = [labels.groups[lesson.groupId], labels.subjects[lesson.subjectId ?? '']].filter(Boolean)
    const teacher = labels.staff[lesson.staffIds[0] ?? '']
    calendar.createEvent({
      id: uidOf(one),
      stamp,
      start: instantOfLocal(lesson.date, lesson.startsAt),
      end: instantOfLocal(lesson.date, lesson.endsAt),
      summary: `${child ? `${child.name}: ` : ''}${named.join(' ')}`,
      location: labels.rooms[lesson.roomId ?? ''] ?? null,
      description: [teacher, lesson.change?.reason].filter(Boolean).join('\n') || null,
      status: lesson.isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      // A change supersedes what was told before (RFC 5545, 3.8.7.4).
      sequence: lesson.change ? 1 : 0,
    })
  }
  return calendar.toString()
}
