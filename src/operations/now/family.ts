import type { Static } from '@sinclair/typebox'
import { requireScope } from '../../foundation/access/principal.ts'
import { reachesAsFar } from '../../foundation/access/reach.ts'
import { type Query, readTogether, type TextRow } from '../../foundation/db/transaction.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { addDays } from '../../foundation/time/days.ts'
import { blank, unpackCode } from '../../records/attendance/packing.ts'
import { calendarFrom, readCalendar } from '../../records/calendar/queries.ts'
import { type RealLesson, realLessons } from '../../records/timetable/changed-lessons.ts'
import { changesFrom, entriesFrom, readChanges } from '../../records/timetable/queries.ts'
import { brief, type Labels, labelsOf } from './lessons.ts'
import { lessonsAt, type Moment } from './moment.ts'
import { readChildren, readChildrenEntries, readRecentBehaviour, readRecentResults } from './queries.ts'
import type { Now } from './schema.ts'

type Said = Omit<Static<typeof Now>, 'at' | 'date' | 'time' | 'kind'>

/** Each child of a guardian, or a pupil themself: row-level security says who that is. */
export async function nowOfFamily(
  context: Context,
  moment: Moment,
  role: 'guardian' | 'pupil',
): Promise<Said> {
  const { db, actor, who } = context
  const { date, at } = moment
  requireScope(who, 'pupils:read')
  const range = { from: date, until: addDays(date, 1) }
  const queries: Query[] = [
    { query: readCalendar, values: {} },
    { query: readChildren, values: { date } },
    { query: readChildrenEntries, values: { date } },
    { query: readChanges, values: { ...range, entryId: null } },
    ...(reachesAsFar(who, 'assessment:read') ? [{ query: readRecentResults, values: { at } }] : []),
    ...(reachesAsFar(who, 'behaviour:read') ? [{ query: readRecentBehaviour, values: { date } }] : []),
  ]
  const found = await readTogether(db, actor, queries)
  const rowsOf = (query: Query['query']) => found[queries.findIndex((each) => each.query === query)]
  const { calendar } = calendarFrom(found[0] ?? [])
  const timetable = { ...entriesFrom(found[2] ?? []), calendar }
  const maySeeLessons = who.scopes.has('timetable:read')
  const lessons = maySeeLessons
    ? realLessons(timetable, changesFrom(found[3] ?? []), range.from, range.until)
    : []
  const labels = await labelsOf(db, actor, lessons)
  const beside = { results: rowsOf(readRecentResults), behaviour: rowsOf(readRecentBehaviour) }
  return {
    roles: [role],
    isSchoolDay: calendar.isSchoolDay(date),
    children: (found[1] ?? []).map((row) =>
      childNow(
        row,
        { lessons, labels, time: moment.time, maySeeMarks: who.scopes.has('attendance:read') },
        beside,
      ),
    ),
  }
}

function childNow(
  [pupilId, given, family, marks, groups]: TextRow,
  day: { lessons: readonly RealLesson[]; labels: Labels; time: string; maySeeMarks: boolean },
  { results, behaviour }: { results: TextRow[] | undefined; behaviour: TextRow[] | undefined },
) {
  const own = new Set(JSON.parse(groups ?? '[]') as string[])
  const lessons = day.lessons.filter(({ groupId }) => own.has(groupId))
  const { current, next } = lessonsAt(lessons, day.time)
  const code = (place: number) => unpackCode(marks?.charAt(place) || blank)
  return {
    pupilId: pupilId as string,
    name: `${given} ${family}`,
    ...(day.maySeeMarks && { marks: { AM: code(0), PM: code(1) } }),
    current: current ? brief(current, day.labels) : null,
    next: next ? brief(next, day.labels) : null,
    today: lessons.map((lesson) => brief(lesson, day.labels)),
    ...(results && { results: results.filter(([id]) => id === pupilId).map(resultOf) }),
    ...(behaviour && { behaviour: behaviour.filter(([id]) => id === pupilId).map(eventOf) }),
  }
}

function resultOf([, aspect, type, value, recordedAt]: TextRow) {
  return {
    aspect: aspect as string,
    type: type as string,
    value: value as string,
    recordedAt: new Date(recordedAt as string).toISOString(),
  }
}

function eventOf([, kind, type, points, occurredOn]: TextRow) {
  return {
    kind: kind as 'achievement' | 'incident',
    type: type as string,
    points: Number(points),
    occurredOn: occurredOn as string,
  }
}
