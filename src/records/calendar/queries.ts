import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { compile } from '../../foundation/db/compiled.ts'
import type { TextRow } from '../../foundation/db/transaction.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { type SchoolCalendar, schoolCalendar } from './rules.ts'
import {
  AcademicYear,
  AcademicYearFilter,
  Closure,
  ClosureFilter,
  Period,
  PeriodFilter,
  Term,
  TermFilter,
} from './schema.ts'
import { academicYears, closures, periods, terms } from './table.ts'

/** Days are inclusive at both ends. */
const within = (from: PgColumn, until: PgColumn) => (day: SQL) =>
  sql`${day}::date between ${from} and ${until}`

const ends = {
  code: 'rule-broken',
  path: '/endsOn',
  message: 'The last day does not lie before the first.',
} as const

export const academicYear = resource({
  path: '/academic-years',
  one: 'AcademicYear',
  phrase: 'an academic year',
  scope: 'calendar',
  row: AcademicYear,
  filter: AcademicYearFilter,
  view: {
    table: academicYears,
    fields: {
      id: academicYears.id,
      updatedAt: academicYears.updatedAt,
      name: academicYears.name,
      startsOn: academicYears.startsOn,
      endsOn: academicYears.endsOn,
      cycleWeeks: academicYears.cycleWeeks,
      cycleStartsOn: academicYears.cycleStartsOn,
      cycleSkipsClosedWeeks: academicYears.cycleSkipsClosedWeeks,
    },
    filters: { asOf: within(academicYears.startsOn, academicYears.endsOn) },
    sorts: { startsOn: academicYears.startsOn },
  },
  constraints: {
    academic_years__starts_on: {
      code: 'already-exists',
      path: '/startsOn',
      message: 'Another academic year starts on this day.',
    },
    academic_years__no_overlap: {
      code: 'periods-overlap',
      path: '/startsOn',
      message: 'Another academic year covers some of these days.',
    },
    academic_years__order: ends,
    academic_years__length: {
      code: 'rule-broken',
      path: '/endsOn',
      message: 'An academic year has at most 372 days.',
    },
  },
})

export const term = resource({
  path: '/terms',
  one: 'Term',
  phrase: 'a term',
  scope: 'calendar',
  row: Term,
  filter: TermFilter,
  view: {
    table: terms,
    fields: {
      id: terms.id,
      updatedAt: terms.updatedAt,
      academicYearId: terms.academicYearId,
      name: terms.name,
      startsOn: terms.startsOn,
      endsOn: terms.endsOn,
    },
    filters: { asOf: within(terms.startsOn, terms.endsOn) },
    sorts: { startsOn: terms.startsOn },
  },
  constraints: { terms__order: ends },
})

export const closure = resource({
  path: '/closures',
  one: 'Closure',
  phrase: 'a closure',
  scope: 'calendar',
  row: Closure,
  filter: ClosureFilter,
  view: {
    table: closures,
    fields: {
      id: closures.id,
      updatedAt: closures.updatedAt,
      name: closures.name,
      kind: closures.kind,
      startsOn: closures.startsOn,
      endsOn: closures.endsOn,
      sessions: closures.sessions,
    },
    filters: { asOf: within(closures.startsOn, closures.endsOn) },
    sorts: { startsOn: closures.startsOn },
  },
  constraints: { closures__order: ends },
})

/** Seconds are never spoken. */
const clockTime = (column: PgColumn) => sql`to_char(${column}, 'HH24:MI')`

export const period = resource({
  path: '/periods',
  one: 'Period',
  phrase: 'a period',
  scope: 'calendar',
  row: Period,
  filter: PeriodFilter,
  view: {
    table: periods,
    fields: {
      id: periods.id,
      updatedAt: periods.updatedAt,
      name: periods.name,
      weekday: periods.weekday,
      startsAt: clockTime(periods.startsAt),
      endsAt: clockTime(periods.endsAt),
      kind: periods.kind,
      session: periods.session,
    },
    sorts: { weekday: periods.weekday, startsAt: periods.startsAt },
  },
  constraints: {
    periods__name: {
      code: 'already-exists',
      path: '/name',
      message: 'This weekday has a period of this name.',
    },
    periods__order: { code: 'rule-broken', path: '/endsAt', message: 'A period ends after it starts.' },
  },
})

/** Everything the school's days follow from, in one row of JSON. */
export const readCalendar = compile(
  sql`select
        (select coalesce(json_agg(json_build_object('id', id, 'startsOn', starts_on, 'endsOn', ends_on, 'cycleWeeks', cycle_weeks,
           'cycleStartsOn', cycle_starts_on, 'cycleSkipsClosedWeeks', cycle_skips_closed_weeks)), '[]')
         from academic_years where school_id = ${sql.placeholder('school')}),
        (select coalesce(json_agg(json_build_object('startsOn', starts_on, 'endsOn', ends_on)), '[]')
         from terms where school_id = ${sql.placeholder('school')}),
        (select coalesce(json_agg(json_build_object('name', name, 'kind', kind, 'startsOn', starts_on, 'endsOn', ends_on,
           'sessions', sessions)), '[]')
         from closures where school_id = ${sql.placeholder('school')})`,
)

export interface NamedClosure {
  name: string
  kind: string
  startsOn: string
  endsOn: string
  sessions: string
}

export type { SchoolCalendar }

interface SchoolDays {
  calendar: SchoolCalendar
  closures: NamedClosure[]
}

/** Working out a year of days takes longer than reading it; the same text always makes the same days. */
const remembered = new Map<string, SchoolDays>()
const mostRemembered = 200

/** The school's days from the row that `readCalendar` gives. */
export function calendarFrom(rows: readonly TextRow[]): SchoolDays {
  const key = (rows[0] as string[]).join('\n')
  const known = remembered.get(key)
  if (known) return known
  const [years, terms, closures] = (rows[0] as string[]).map((text) => JSON.parse(text))
  const made = { calendar: schoolCalendar({ years, terms, closures }), closures }
  if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value as string)
  remembered.set(key, made)
  return made
}
