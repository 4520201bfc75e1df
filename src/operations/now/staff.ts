import type { Static } from '@sinclair/typebox'
import { type Principal, requireScope } from '../../foundation/access/principal.ts'
import { reachesAsFar } from '../../foundation/access/reach.ts'
import { type Query, readTogether, systemActor, type TextRow } from '../../foundation/db/transaction.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { addDays } from '../../foundation/time/days.ts'
import { findCode } from '../../records/attendance/codes.ts'
import { blank, unpackCode } from '../../records/attendance/packing.ts'
import { sessionAt } from '../../records/attendance/presence/move.ts'
import { readSettings, settingsFrom } from '../../records/attendance/settings.ts'
import { calendarFrom, readCalendar } from '../../records/calendar/queries.ts'
import { type RealLesson, realLessons } from '../../records/timetable/changed-lessons.ts'
import {
  changesFrom,
  entriesFrom,
  noFilter,
  readChanges,
  readEntries,
} from '../../records/timetable/queries.ts'
import { brief, type Labels, labelsFrom, labelValues } from './lessons.ts'
import { lessonsAt, type Moment } from './moment.ts'
import {
  readClassBehaviour,
  readClasses,
  readLabels,
  readRegisters,
  readStaffMember,
  readSubjectResults,
} from './queries.ts'
import type { ClassNow, Now } from './schema.ts'
import { workListsFor } from './work-lists.ts'

type Said = Omit<Static<typeof Now>, 'at' | 'date' | 'time' | 'kind'>

/** The day of a member of staff: what nobody's data is in. */
interface StaffDay {
  roles: string[]
  tutored: string[]
  lessons: RealLesson[]
  isSchoolDay: boolean
  session: 'AM' | 'PM'
}

/** Two flushes: the day as the timetable has it, then what the caller may see of the classes in question. */
export async function nowOfStaff(context: Context, moment: Moment, personId: string): Promise<Said> {
  const { who } = context
  const day = await readDay(context, moment, personId)
  const { current, next } = lessonsAt(day.lessons, moment.time)
  const classes = await readClassesOf(context, moment, day, [current, next])
  const speak = (lesson: RealLesson | undefined, isCurrent: boolean) =>
    lesson ? classNow(who, lesson, classes, isCurrent) : null
  return {
    roles: day.roles,
    isSchoolDay: day.isSchoolDay,
    current: speak(current, true),
    next: speak(next, false),
    today: day.lessons.map((lesson) => brief(lesson, classes.labels)),
    ...(day.tutored.length > 0 && { forms: day.tutored.map((group) => formNow(day, group, classes)) }),
    workLists: await workListsFor(context, day.roles, moment.date),
  }
}

async function readDay({ db, who }: Context, { date, time }: Moment, personId: string): Promise<StaffDay> {
  const range = { from: date, until: addDays(date, 1) }
  const [days = [], entries = [], changes = [], member = [], settings = []] = await readTogether(
    db,
    systemActor(who.schoolId, 'now'),
    [
      { query: readCalendar, values: {} },
      { query: readEntries, values: { ...noFilter, ...range, staffId: personId } },
      { query: readChanges, values: { ...range, entryId: null } },
      { query: readStaffMember, values: { person: personId, date } },
      { query: readSettings, values: {} },
    ],
  )
  const { calendar } = calendarFrom(days)
  const [roles, tutored] = (member[0] ?? []).map((text) => JSON.parse(text ?? '[]') as string[])
  const lessons = realLessons(
    { ...entriesFrom(entries), calendar },
    changesFrom(changes),
    range.from,
    range.until,
  )
  return {
    roles: (roles ?? []).sort(),
    tutored: tutored ?? [],
    lessons: lessons.filter(({ staffIds }) => staffIds.includes(personId)),
    isSchoolDay: calendar.isSchoolDay(date),
    session: sessionAt(settingsFrom(settings), date, time),
  }
}

/** What is known of the pupils in question, as far as the caller may see it. */
interface Classes {
  labels: Labels
  pupils: readonly TextRow[]
  registers: readonly TextRow[]
  results: readonly TextRow[]
  behaviour: readonly TextRow[]
  session: 'AM' | 'PM'
}

async function readClassesOf(
  { db, actor, who }: Context,
  { date, at }: Moment,
  day: StaffDay,
  asked: readonly (RealLesson | undefined)[],
): Promise<Classes> {
  const [current] = asked
  const groups = [...asked.flatMap((lesson) => lesson?.groupId ?? []), ...day.tutored]
  const seesPupils = who.scopes.has('pupils:read') && who.scopes.has('groups:read')
  for (const scope of ['groups:read', 'pupils:read', 'attendance:read'] as const)
    if (who.scopes.has(scope)) requireScope(who, scope)
  const sees = (scope: string) => seesPupils && reachesAsFar(who, scope)
  const none: Query = { query: readLabels, values: { groups: [], rooms: [], subjects: [], staff: [] } }
  const queries: Query[] = [
    { query: readLabels, values: labelValues(day.lessons, day.tutored) },
    seesPupils ? { query: readClasses, values: { groups, date } } : none,
    who.scopes.has('attendance:read') ? { query: readRegisters, values: { groups, date } } : none,
    current?.subjectId && sees('assessment:read')
      ? {
          query: readSubjectResults,
          values: { group: current.groupId, subject: current.subjectId, date, at },
        }
      : none,
    current && sees('behaviour:read')
      ? { query: readClassBehaviour, values: { group: current.groupId, date } }
      : none,
  ]
  const found = await readTogether(db, actor, queries)
  const rows = (place: number) => (queries[place] === none ? [] : (found[place] ?? []))
  return {
    labels: labelsFrom(found[0] ?? []),
    pupils: rows(1),
    registers: rows(2),
    results: rows(3),
    behaviour: rows(4),
    session: day.session,
  }
}

function classNow(
  who: Principal,
  lesson: RealLesson,
  classes: Classes,
  isCurrent: boolean,
): Static<typeof ClassNow> {
  const pupils = classes.pupils.filter(([group]) => group === lesson.groupId)
  const register = classes.registers.find(
    ([, , kind, , lessonId]) => kind === 'lesson' && lessonId === lesson.id,
  )
  const lessonCodes = codesOf(register)
  const named = pupils.map((row) => {
    const sessionCode = sessionCodeOf(row, lesson.session)
    return { row, name: nameOf(row), sessionCode, lessonCode: lessonCodes.get(row[1] as string) ?? null }
  })
  const isAway = ({ sessionCode, lessonCode }: (typeof named)[number]) =>
    whereabouts(lessonCode ?? sessionCode) === 'off-site'
  return {
    lesson: brief(lesson, classes.labels),
    ...(who.scopes.has('attendance:read') && { register: registerNow(register) }),
    ...(who.scopes.has('pupils:read') && {
      size: pupils.length,
      ...(who.scopes.has('attendance:read') && {
        absent: named.filter(isAway).map(({ name }) => name),
        late: named.filter(({ sessionCode }) => whereabouts(sessionCode) === 'late').map(({ name }) => name),
      }),
      ...(isCurrent && { pupils: named.map((one) => pupilNow(who, one, classes)) }),
    }),
  }
}

function pupilNow(
  who: Principal,
  one: { row: TextRow; name: string; sessionCode: string | null; lessonCode: string | null },
  { results, behaviour }: Classes,
) {
  const [, pupilId, , , , senStatus = null, strategy = null] = one.row
  const own = results.filter(([id]) => id === pupilId)
  const result = (row: TextRow | undefined) => {
    if (!row) return null
    const [, type, aspect, value, recordedAt] = row as string[]
    return { type, aspect, value, recordedAt: new Date(recordedAt as string).toISOString() } as never
  }
  const points = behaviour.find(([id]) => id === pupilId)?.[1]
  const maySee = who.scopes.has('attendance:read')
  return {
    pupilId: pupilId as string,
    name: one.name,
    sessionCode: maySee ? one.sessionCode : null,
    lessonCode: maySee ? one.lessonCode : null,
    ...(reachesAsFar(who, 'pupils.sen:read') && { senStatus, strategy }),
    ...(reachesAsFar(who, 'assessment:read') && {
      latestResult: result(own.find(([, type]) => type !== 'T')),
      target: result(own.find(([, type]) => type === 'T')),
    }),
    ...(reachesAsFar(who, 'behaviour:read') && { behaviourPoints: Number(points ?? 0) }),
  }
}

function formNow(day: StaffDay, group: string, classes: Classes) {
  const pupils = classes.pupils.filter(([id]) => id === group)
  const register = classes.registers.find(
    ([, id, kind, session]) => id === group && kind === 'session' && session === day.session,
  )
  const codes = pupils.map((row) => ({ name: nameOf(row), code: sessionCodeOf(row, day.session) }))
  return {
    group: classes.labels.groups[group] ?? null,
    session: day.session,
    register: registerNow(register),
    absent: codes.filter(({ code }) => whereabouts(code) === 'off-site').map(({ name }) => name),
    unmarked: codes.filter(({ code }) => code === null).length,
  }
}

function registerNow(register: TextRow | undefined) {
  const registerId = register?.[0] ?? null
  return {
    registerId,
    isTaken: register?.[5] === 't',
    href: registerId === null ? '/v1/registers' : `/v1/registers/${registerId}/marks`,
  }
}

function codesOf(register: TextRow | undefined): Map<string, string | null> {
  const ids = JSON.parse(register?.[6] ?? '[]') as string[]
  return new Map(ids.map((id, at) => [id, unpackCode(register?.[7]?.charAt(at) || blank)]))
}

const nameOf = ([, , given, family]: TextRow) => `${given} ${family}`
const sessionCodeOf = (row: TextRow, session: 'AM' | 'PM') =>
  unpackCode(row[4]?.charAt(session === 'AM' ? 0 : 1) || blank)
const whereabouts = (code: string | null) => findCode(code ?? '')?.whereabouts
