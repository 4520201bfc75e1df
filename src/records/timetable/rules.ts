import { eachDay, type Session, weekday } from '../../foundation/time/days.ts'

/** A group meets in a period, in every week or in one week of the cycle, from a day until a day (half-open). */
export interface Entry {
  id: string
  groupId: string
  staffIds: readonly string[]
  roomId: string | null
  subjectId: string | null
  periodId: string
  /** Week of the cycle, 1 or 2; null meets in every week. */
  week: number | null
  /** Classes of one block meet at the same time. */
  block?: string | null
  /** Why the school lets it clash with others. */
  clashOverride?: string | null
  validFrom: string
  validUntil: string | null
}

export interface Period {
  id: string
  /** ISO weekday: 1 is Monday. */
  weekday: number
  /** Local time, hours first, as PostgreSQL writes it: compared as text. */
  startsAt: string
  endsAt: string
  /** The session in which it lies: an afternoon closure drops the afternoon's lessons only. */
  session: Session
}

/** What lessons need to know of the school's days (records/calendar/rules.ts answers it). */
export interface Calendar {
  sessionsOn(date: string): readonly Session[]
  weekOf(date: string): number | undefined
}

export interface Lesson extends Omit<Entry, 'id' | 'week' | 'validFrom' | 'validUntil' | 'clashOverride'> {
  id: string
  entryId: string
  date: string
  /** Week of the cycle that the day belongs to. */
  week: number
  startsAt: string
  endsAt: string
  session: Session
}

const lessonIdShape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{4})(\d{2})(\d{2})$/

/**
 * A lesson's id: the entry's id, a point and the day without hyphens. Lessons are not stored, so the id itself must
 * lead back to the entry and the day without a look-up; a hash could not, and an entry's UUID and a day do not fit
 * into another UUID. It costs no hashing when a week of lessons is read.
 */
export function lessonId(entryId: string, date: string): string {
  return `${entryId}.${date.slice(0, 4)}${date.slice(5, 7)}${date.slice(8)}`
}

/** The entry and the day of a lesson id, or undefined for a text of another shape. The day may not exist. */
export function partsOfLessonId(id: string): { entryId: string; date: string } | undefined {
  const [, entryId, year, month, day] = lessonIdShape.exec(id) ?? []
  return entryId === undefined ? undefined : { entryId, date: `${year}-${month}-${day}` }
}

/** The lessons of the days from `from` up to but not including `until`, by day and time. */
export function lessonsBetween(
  timetable: { entries: readonly Entry[]; periods: readonly Period[]; calendar: Calendar },
  from: string,
  until: string,
): Lesson[] {
  const placed = byWeekday(timetable.entries, timetable.periods)
  return eachDay(from, until).flatMap((date) => {
    const sessions = timetable.calendar.sessionsOn(date)
    const week = sessions.length > 0 ? timetable.calendar.weekOf(date) : undefined
    if (week === undefined) return []
    return (placed.get(weekday(date)) ?? [])
      .filter(({ entry, period }) => sessions.includes(period.session) && meetsOn(entry, date, week))
      .map(({ entry, period }) => lessonOf(entry, period, date, week))
  })
}

interface Placed {
  entry: Entry
  period: Period
}

/** Entries with their periods by weekday, each weekday in the order of the day. Entries of unknown periods are left out. */
function byWeekday(entries: readonly Entry[], periods: readonly Period[]): Map<number, Placed[]> {
  const known = new Map(periods.map((period) => [period.id, period]))
  const placed = entries.flatMap((entry) => {
    const period = known.get(entry.periodId)
    return period ? [{ entry, period }] : []
  })
  placed.sort((a, b) => compare(a.period.startsAt, b.period.startsAt) || compare(a.entry.id, b.entry.id))
  return Map.groupBy(placed, ({ period }) => period.weekday)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Whether an entry's validity and week let it meet on a day of the given week. */
function meetsOn(entry: Entry, date: string, week: number): boolean {
  if (date < entry.validFrom || (entry.validUntil !== null && date >= entry.validUntil)) return false
  return entry.week === null || entry.week === week
}

function lessonOf(entry: Entry, period: Period, date: string, week: number): Lesson {
  return {
    id: lessonId(entry.id, date),
    entryId: entry.id,
    date,
    week,
    startsAt: period.startsAt,
    endsAt: period.endsAt,
    session: period.session,
    periodId: period.id,
    groupId: entry.groupId,
    staffIds: entry.staffIds,
    roomId: entry.roomId,
    subjectId: entry.subjectId,
    block: entry.block ?? null,
  }
}

/** Two entries that need the same member of staff, room, group or pupils at the same time. */
export interface Clash {
  kind: 'staff' | 'room' | 'group' | 'pupils'
  /** Id of what is needed twice. */
  of: string
  entryIds: readonly [string, string]
}

/**
 * Clashes between entries, each pair once per thing that it needs twice. Periods of one weekday that overlap in time
 * clash as one period does. Two entries of one group in one room are one lesson taught together (co-teaching is
 * entered once per teacher): only a teacher entered twice is a clash there.
 */
export function clashesBetween(
  entries: readonly Entry[],
  periods: readonly Period[],
  /** Only clashes of these entries. */
  only?: ReadonlySet<string>,
): Clash[] {
  const needs = new Map<string, { kind: Clash['kind']; of: string; placed: Placed[] }>()
  for (const placed of [...byWeekday(entries, periods).values()].flat()) {
    for (const [kind, of] of needsOf(placed.entry)) {
      const key = `${kind} ${of} ${placed.period.weekday}`
      const need = needs.get(key) ?? { kind, of, placed: [] }
      need.placed.push(placed)
      needs.set(key, need)
    }
  }
  return [...needs.values()].flatMap(({ kind, of, placed }) =>
    pairs(placed)
      .filter(([a, b]) => !only || only.has(a.entry.id) || only.has(b.entry.id))
      .filter(([a, b]) => meetTogether(a, b) && (kind === 'staff' || !isTaughtTogether(a.entry, b.entry)))
      .map(([a, b]): Clash => ({ kind, of, entryIds: [a.entry.id, b.entry.id] })),
  )
}

/** Two groups that have a pupil in common from a day until a day (half-open). */
export interface Shared {
  groupIds: readonly [string, string]
  validFrom: string
  validUntil: string | null
}

/** Clashes of some entries with those of other groups in which the same pupils are, each pair once. */
export function pupilClashes(
  entries: readonly Entry[],
  periods: readonly Period[],
  only: ReadonlySet<string>,
  shared: readonly Shared[],
): Clash[] {
  const sharedBy = Map.groupBy(shared, ({ groupIds: [one] }) => one)
  const days = byWeekday(entries, periods)
  const found = new Map<string, Clash>()
  for (const own of [...days.values()].flat()) {
    if (!only.has(own.entry.id)) continue
    const ranges = Map.groupBy(sharedBy.get(own.entry.groupId) ?? [], ({ groupIds: [, other] }) => other)
    for (const other of days.get(own.period.weekday) ?? []) {
      const among = ranges.get(other.entry.groupId)
      if (!among || !meetTogether(own, other)) continue
      const key = [own.entry.id, other.entry.id].sort().join(' ')
      if (!found.has(key) && among.some((range) => overlapsBoth(range, own.entry, other.entry)))
        found.set(key, { kind: 'pupils', of: other.entry.groupId, entryIds: [own.entry.id, other.entry.id] })
    }
  }
  return [...found.values()]
}

const overlapsBoth = (range: Validity, one: Validity, other: Validity) =>
  overlap(range, one) && overlap(range, other)

function needsOf(entry: Entry): (readonly [Clash['kind'], string])[] {
  const staff = [...new Set(entry.staffIds)].map((id) => ['staff', id] as const)
  const room = entry.roomId === null ? [] : [['room', entry.roomId] as const]
  return [...staff, ...room, ['group', entry.groupId] as const]
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]))
}

function meetTogether(a: Placed, b: Placed): boolean {
  if (a.period.startsAt >= b.period.endsAt || b.period.startsAt >= a.period.endsAt) return false
  if (a.entry.week !== null && b.entry.week !== null && a.entry.week !== b.entry.week) return false
  return overlap(a.entry, b.entry)
}

type Validity = Pick<Entry, 'validFrom' | 'validUntil'>

const overlap = (a: Validity, b: Validity) => startsBeforeEnd(a, b) && startsBeforeEnd(b, a)

function startsBeforeEnd(one: Validity, other: Validity): boolean {
  return other.validUntil === null || one.validFrom < other.validUntil
}

function isTaughtTogether(a: Entry, b: Entry): boolean {
  return a.groupId === b.groupId && a.roomId === b.roomId && a.periodId === b.periodId
}
