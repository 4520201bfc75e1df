import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { type Fault, problem, refuse } from '../../foundation/http/problems.ts'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { insertRow, updateRow } from '../../foundation/resource/rows.ts'
import { addDays, isDate } from '../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../calendar/queries.ts'
import { staffMember } from '../staff/queries.ts'
import { staff } from '../staff/table.ts'
import { type LessonChange as Change, changed, type RealLesson, realLessons } from './changed-lessons.ts'
import { refuseClashes } from './clashes.ts'
import { changesFrom, entriesFrom, noFilter, readChanges, readEntries } from './queries.ts'
import { lessonsBetween, partsOfLessonId } from './rules.ts'
import { LessonChange, LessonChangeFilter, type NewLessonChange } from './schema.ts'
import { lessonChanges } from './table.ts'

export const lessonChange = resource({
  path: '/lesson-changes',
  one: 'LessonChange',
  phrase: 'a lesson change',
  scope: 'timetable',
  row: LessonChange,
  filter: LessonChangeFilter,
  view: {
    table: lessonChanges,
    fields: {
      id: lessonChanges.id,
      updatedAt: lessonChanges.updatedAt,
      lessonId: sql`${lessonChanges.entryId}::text || '.' || to_char(${lessonChanges.date}, 'YYYYMMDD')`,
      kind: lessonChanges.kind,
      toDate: lessonChanges.toDate,
      periodId: lessonChanges.periodId,
      roomId: lessonChanges.roomId,
      staffId: lessonChanges.staffId,
      reason: lessonChanges.reason,
      clashOverride: lessonChanges.clashOverride,
    },
    filters: {
      from: (day) => sql`${lessonChanges.date} >= ${day}::date`,
      until: (day) => sql`${lessonChanges.date} < ${day}::date`,
    },
    sorts: { date: lessonChanges.date },
  },
  constraints: {
    lesson_changes__lesson: {
      code: 'already-exists',
      path: '/lessonId',
      message: 'The lesson has a change already: change that one.',
    },
    lesson_changes__kind: {
      code: 'rule-broken',
      path: '/kind',
      message:
        'cancelled stands alone; moved needs toDate or periodId; room needs roomId; cover needs staffId.',
    },
  },
})

relate(lessonChange, 'staffMember', {
  target: staffMember,
  isMany: false,
  on: sql`${staff.id} = ${lessonChanges.staffId}`,
  description: 'Who covers.',
})

type New = Static<typeof NewLessonChange>

/** Stores what is different about a lesson, unless it clashes with others of its day. */
export async function insertLessonChange(tx: Tx, body: New): Promise<string> {
  const { lessonId, ...said } = body
  const parts = partsOfLessonId(lessonId)
  const unknown = () =>
    problem('reference-unknown', { errors: [{ path: '/lessonId', message: 'There is no such lesson.' }] })
  if (!parts || !isDate(parts.date)) throw unknown()
  const id = await insertRow(tx, lessonChanges, { ...said, ...parts })
  const lesson = await lessonAfter(tx, parts)
  if (!lesson) throw unknown()
  await check(tx, lesson, body.clashOverride ?? null)
  return id
}

/** Changes what is different; the lesson itself stays the same. */
export async function updateLessonChange(tx: Tx, id: string, change: object): Promise<void> {
  await updateRow(tx, lessonChanges, id, change)
  const [row] = await tx.sql<{ entryId: string; date: string; clashOverride: string | null }>(
    sql`select entry_id as "entryId", date::text as date, clash_override as "clashOverride" from lesson_changes
        where school_id = ${tx.schoolId} and id = ${id}`,
  )
  const lesson = row && (await lessonAfter(tx, row))
  if (lesson) await check(tx, lesson, row.clashOverride)
}

async function check(tx: Tx, lesson: RealLesson, override: string | null): Promise<void> {
  const { calendar } = calendarFrom(await tx.rows(readCalendar))
  const faults: Fault[] = []
  if (!lesson.isCancelled && !calendar.sessionsOn(lesson.date).includes(lesson.session))
    faults.push({
      path: '/toDate',
      message: `The ${lesson.session} session does not run on ${lesson.date}.`,
    })
  if (lesson.change?.kind === 'cover' && lesson.staffIds[0] === lesson.change.plannedStaffId)
    faults.push({ path: '/staffId', message: 'The teacher of the lesson does not cover it.' })
  refuse(faults)
  if (override === null && !lesson.isCancelled)
    await refuseClashes(tx, lesson, await lessonsOf(tx, lesson.date))
}

/** The lesson as the transaction has it now. */
async function lessonAfter(
  tx: Tx,
  { entryId, date }: { entryId: string; date: string },
): Promise<RealLesson | undefined> {
  const range = { from: date, until: addDays(date, 1) }
  const [days, entries, changes] = await Promise.all([
    tx.rows(readCalendar),
    tx.rows(readEntries, { ...noFilter, entryId, ...range }),
    tx.rows(readChanges, { entryId, ...range }),
  ])
  const timetable = { ...entriesFrom(entries), calendar: calendarFrom(days).calendar }
  const [found] = lessonsBetween(timetable, range.from, range.until)
  return (
    found &&
    changed(
      found,
      changesFrom(changes).find((each: Change) => each.date === date),
    )
  )
}

/** Every lesson of a day as it really is. */
async function lessonsOf(tx: Tx, date: string): Promise<RealLesson[]> {
  const range = { from: date, until: addDays(date, 1) }
  const [days, entries, changes] = await Promise.all([
    tx.rows(readCalendar),
    tx.rows(readEntries, { ...noFilter, from: addDays(date, -120), until: addDays(date, 120) }),
    tx.rows(readChanges, { entryId: null, ...range }),
  ])
  const timetable = { ...entriesFrom(entries), calendar: calendarFrom(days).calendar }
  return realLessons(timetable, changesFrom(changes), range.from, range.until)
}
