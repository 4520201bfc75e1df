import { addDays, dayNumber, eachDay, mondayOf, type Session, weekday } from '../../foundation/time/days.ts'

/** Days here are inclusive: `endsOn` is the last day. */
export interface AcademicYear {
  id: string
  startsOn: string
  endsOn: string
  /** Weeks of the timetable cycle. */
  cycleWeeks: number
  /** A day of a week in which week 1 runs, usually its Monday. */
  cycleStartsOn: string
  /** Whether a week without a school day leaves the cycle where it was. */
  cycleSkipsClosedWeeks: boolean
}

export interface Term {
  startsOn: string
  endsOn: string
}

export interface Closure {
  /** holiday, inset, bank-holiday or other: every kind keeps the pupils at home. */
  kind: string
  startsOn: string
  endsOn: string
  /** AM, PM or both. */
  sessions: string
}

/** A school's days, worked out once so that each question is a look-up. */
export interface SchoolCalendar {
  /** The sessions that run on a day, AM before PM; none on a day without school. */
  sessionsOn(date: string): readonly Session[]
  /** Whether at least one session runs. */
  isSchoolDay(date: string): boolean
  /** School days from `from` up to but not including `until`. */
  schoolDays(from: string, until: string): string[]
  /** Week of the timetable cycle, 1 or 2; undefined outside every academic year. In a skipped week: the week to come. */
  weekOf(date: string): 1 | 2 | undefined
  /** The academic year in which a day lies, holidays included. */
  yearOf(date: string): AcademicYear | undefined
}

interface Days {
  years: readonly AcademicYear[]
  terms: readonly Term[]
  closures: readonly Closure[]
}

const both: readonly Session[] = ['AM', 'PM']
const none: readonly Session[] = []

export function schoolCalendar({ years, terms, closures }: Days): SchoolCalendar {
  const open = openSessions(terms, closures)
  const openWeeks = new Set([...open.keys()].map(mondayOf))
  const yearOf = (date: string) => years.find((year) => year.startsOn <= date && date <= year.endsOn)
  return {
    sessionsOn: (date) => open.get(date) ?? none,
    isSchoolDay: (date) => open.has(date),
    schoolDays: (from, until) => eachDay(from, until).filter((date) => open.has(date)),
    weekOf(date) {
      const year = yearOf(date)
      return year && cycleWeek(year, date, openWeeks)
    },
    yearOf,
  }
}

/** Weekdays within terms less the closures. A day whose two halves are closed separately is closed altogether. */
function openSessions(terms: readonly Term[], closures: readonly Closure[]): Map<string, readonly Session[]> {
  const open = new Map<string, readonly Session[]>()
  for (const term of terms) for (const date of inclusive(term)) if (weekday(date) <= 5) open.set(date, both)
  for (const closure of closures) {
    for (const date of within(closure, open)) {
      const left = (open.get(date) ?? none).filter(
        (one) => closure.sessions !== 'both' && closure.sessions !== one,
      )
      if (left.length > 0) open.set(date, left)
      else open.delete(date)
    }
  }
  return open
}

function inclusive({ startsOn, endsOn }: Term): string[] {
  return eachDay(startsOn, addDays(endsOn, 1))
}

/** The open days of a closure; one that is longer than all terms together is not walked day by day. */
function within(closure: Closure, open: ReadonlyMap<string, unknown>): string[] {
  if (dayNumber(closure.endsOn) - dayNumber(closure.startsOn) < open.size) return inclusive(closure)
  return [...open.keys()].filter((date) => closure.startsOn <= date && date <= closure.endsOn)
}

/** Steps from week 1's Monday to the day's Monday, over open weeks only where the school skips the closed ones. */
function cycleWeek(year: AcademicYear, date: string, openWeeks: ReadonlySet<string>): 1 | 2 {
  if (year.cycleWeeks !== 2) return 1
  const anchor = mondayOf(year.cycleStartsOn)
  const monday = mondayOf(date)
  const steps = year.cycleSkipsClosedWeeks
    ? openWeeksBetween(anchor, monday, openWeeks)
    : (dayNumber(monday) - dayNumber(anchor)) / 7
  return steps % 2 === 0 ? 1 : 2
}

/** Open weeks among those from the earlier Monday up to the later one, which itself does not count. */
function openWeeksBetween(one: string, other: string, openWeeks: ReadonlySet<string>): number {
  const [from, until] = one < other ? [one, other] : [other, one]
  let count = 0
  for (let monday = from; monday < until; monday = addDays(monday, 7)) if (openWeeks.has(monday)) count += 1
  return count
}

/** What is wrong with the days of an academic year and its terms, or undefined. */
export function faultOfYear(year: AcademicYear, terms: readonly Term[]): string | undefined {
  const inOrder = [...terms].sort((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
  for (const [index, term] of inOrder.entries()) {
    if (term.endsOn < term.startsOn) return 'A term ends before it starts.'
    if (term.startsOn < year.startsOn || term.endsOn > year.endsOn)
      return 'A term must lie within its academic year.'
    const before = inOrder[index - 1]
    if (before && before.endsOn >= term.startsOn) return 'Terms of one academic year must not overlap.'
  }
  return undefined
}
