import { addDays, eachDay, mondayOf, weekday } from '../../foundation/time/days.ts'
import { type SchoolCalendar, schoolCalendar } from '../../records/calendar/rules.ts'
import { bankHolidays, easterSunday, fridayUntil, mondayFrom } from './holidays.ts'
import { idsFrom } from './ids.ts'
import { at } from './random.ts'
import type { AcademicYearRow, ClosureRow, PeriodRow, TermRow } from './rows.ts'

export interface Calendar {
  /** Calendar year in which the academic year begins. */
  startYear: number
  year: AcademicYearRow
  terms: TermRow[]
  closures: ClosureRow[]
  periods: PeriodRow[]
  days: SchoolCalendar
  /** Every school day of the year for pupils. */
  schoolDays: string[]
}

/** Days on which teachers work, of which five are theirs alone (School Teachers' Pay and Conditions Document: 195 and 190). */
const teacherDays = 195

/** The academic year (September to August) in which a day lies. */
export function calendarOf(seed: number, today: string): Calendar {
  const startYear = Number(today.slice(0, 4)) - (today.slice(5, 7) < '09' ? 1 : 0)
  const startsOn = `${startYear}-09-01`
  const id = idsFrom(seed, 'calendar', startsOn)
  const year: AcademicYearRow = {
    id: id(),
    name: `${startYear}/${String((startYear + 1) % 100).padStart(2, '0')}`,
    startsOn,
    endsOn: `${startYear + 1}-08-31`,
    cycleWeeks: 2,
    cycleStartsOn: '',
    cycleSkipsClosedWeeks: true,
  }
  const holidays = holidaysOf(year)
  const terms = termsOf(startYear, holidays).map(
    (term): TermRow => ({ id: id(), academicYearId: year.id, ...term }),
  )
  const closures = [...holidays, ...insetDays(terms, holidays)]
    .sort((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
    .map((closure): ClosureRow => ({ id: id(), sessions: 'both', ...closure }))
  const firstDay = at(schoolCalendar({ years: [], terms, closures }).schoolDays(startsOn, year.endsOn), 0)
  year.cycleStartsOn = mondayOf(firstDay)
  const days = schoolCalendar({ years: [year], terms, closures })
  const schoolDays = days.schoolDays(startsOn, addDays(year.endsOn, 1))
  return { startYear, year, terms, closures, periods: periodsOf(id), days, schoolDays }
}

type Closed = Omit<ClosureRow, 'id' | 'sessions'>
type Span = Omit<TermRow, 'id' | 'academicYearId'>

/** Half-term weeks and bank holidays. */
function holidaysOf({ startsOn, endsOn }: AcademicYearRow): Closed[] {
  const year = Number(startsOn.slice(0, 4))
  const week = (name: string, monday: string): Closed => ({
    name,
    kind: 'holiday',
    startsOn: monday,
    endsOn: addDays(monday, 4),
  })
  const banks = [...bankHolidays(year), ...bankHolidays(year + 1)]
    .filter(({ date }) => startsOn <= date && date <= endsOn)
    .map(({ name, date }): Closed => ({ name, kind: 'bank-holiday', startsOn: date, endsOn: date }))
  return [
    week('Autumn half-term', mondayOf(`${year}-10-29`)),
    week('Spring half-term', mondayFrom(`${year + 1}-02-15`)),
    week('Summer half-term', mondayOf(`${year + 1}-05-31`)),
    ...banks,
  ]
}

function termsOf(year: number, holidays: readonly Closed[]): Span[] {
  const first = `${year}-09-01`
  const easter = easterHolidays(easterSunday(year + 1))
  const autumn: Span = {
    name: 'Autumn',
    // Nobody begins on a Friday or at a weekend.
    startsOn: weekday(first) >= 5 ? mondayFrom(first) : first,
    endsOn: fridayUntil(`${year}-12-22`),
  }
  const afterNewYear = mondayFrom(`${year + 1}-01-02`)
  const spring: Span = {
    name: 'Spring',
    startsOn: isClosed(afterNewYear, holidays) ? addDays(afterNewYear, 1) : afterNewYear,
    endsOn: addDays(easter.from, -3),
  }
  // The week before Easter Sunday ends with Good Friday; term then ends on the Thursday.
  if (isClosed(spring.endsOn, holidays)) spring.endsOn = addDays(spring.endsOn, -1)
  const worked = [autumn, spring].reduce((sum, span) => sum + workDays(span, holidays).length, 0)
  const summer = workDays({ name: '', startsOn: easter.until, endsOn: `${year + 1}-08-31` }, holidays)
  return [
    autumn,
    spring,
    { name: 'Summer', startsOn: at(summer, 0), endsOn: at(summer, teacherDays - worked - 1) },
  ]
}

/** Two weeks about Easter: after it when it is early, before it when it is late. Half-open, `from` is a Monday. */
function easterHolidays(easter: string): { from: string; until: string } {
  const day = easter.slice(5)
  const monday = addDays(easter, 1)
  if (day <= '04-01') return { from: monday, until: addDays(monday, 14) }
  if (day <= '04-16') return { from: addDays(monday, -7), until: addDays(monday, 7) }
  return { from: addDays(monday, -14), until: addDays(monday, 1) }
}

function isClosed(date: string, closures: readonly Closed[]): boolean {
  return closures.some((one) => one.startsOn <= date && date <= one.endsOn)
}

function workDays({ startsOn, endsOn }: Span, holidays: readonly Closed[]): string[] {
  return eachDay(startsOn, addDays(endsOn, 1)).filter(
    (date) => weekday(date) <= 5 && !isClosed(date, holidays),
  )
}

/** Two days before the pupils come in September, and the first day after Christmas and after two half-terms. */
function insetDays(terms: readonly Span[], holidays: readonly Closed[]): Closed[] {
  const [autumn, spring, summer] = [at(terms, 0), at(terms, 1), at(terms, 2)]
  const after = (name: string, term: Span) => {
    const halfTerm = holidays.find((one) => one.name === name)
    return at(
      workDays(term, holidays).filter((date) => halfTerm && date > halfTerm.endsOn),
      0,
    )
  }
  const dates = [
    ...workDays(autumn, holidays).slice(0, 2),
    after('Autumn half-term', autumn),
    at(workDays(spring, holidays), 0),
    after('Summer half-term', summer),
  ]
  return dates.map((date) => ({ name: 'INSET day', kind: 'inset', startsOn: date, endsOn: date }))
}

/** The day's pattern: name, kind, session, from, until. */
const dayPattern = [
  ['AM registration', 'registration', 'AM', '08:40:00', '09:00:00'],
  ['Period 1', 'lesson', 'AM', '09:00:00', '10:00:00'],
  ['Period 2', 'lesson', 'AM', '10:00:00', '11:00:00'],
  ['Break', 'break', 'AM', '11:00:00', '11:20:00'],
  ['Period 3', 'lesson', 'AM', '11:20:00', '12:20:00'],
  ['Period 4', 'lesson', 'AM', '12:20:00', '13:20:00'],
  ['Lunch', 'break', 'PM', '13:20:00', '14:00:00'],
  ['PM registration', 'registration', 'PM', '14:00:00', '14:05:00'],
  ['Period 5', 'lesson', 'PM', '14:05:00', '15:05:00'],
] as const

function periodsOf(id: () => string): PeriodRow[] {
  return [1, 2, 3, 4, 5].flatMap((day) =>
    dayPattern.map(
      ([name, kind, session, startsAt, endsAt]): PeriodRow => ({
        id: id(),
        name,
        weekday: day,
        startsAt,
        endsAt,
        kind,
        session,
      }),
    ),
  )
}

/** An instant of a time of day in England, which is an hour ahead from the last Sunday of March to that of October. */
export function instantAt(date: string, hour: number, minute: number): string {
  const year = date.slice(0, 4)
  const isSummer = date >= lastSunday(`${year}-03-31`) && date < lastSunday(`${year}-10-31`)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${date}T${two(hour - (isSummer ? 1 : 0))}:${two(minute)}:00.000Z`
}

function lastSunday(monthEnd: string): string {
  return addDays(monthEnd, -(weekday(monthEnd) % 7))
}
