import type { Static } from '@sinclair/typebox'
import { leanOn, type Principal, requireScope } from '../../../foundation/access/principal.ts'
import { type Actor, type Database, readTogether, type TextRow } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { addDays, daysBetween } from '../../../foundation/time/days.ts'
import { type DayRange, readRange } from '../../../foundation/time/range.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { takenBack } from './as-of.ts'
import { type StatisticsCell, tabulate } from './cells.ts'
import { type DimensionName, isPupilDimension, pupilDimensions } from './dimensions.ts'
import { readLaterEntries, readLaterFirsts, readTable } from './queries.ts'
import type { StatisticsQuery } from './schema.ts'

export type Asked = Static<typeof StatisticsQuery>

const mostDays = 1_100
/** Whoever may not see single pupils may not narrow a range down to a day of theirs either. */
const leastDaysAggregate = 28

/** What is asked for, within what the caller may see. */
export interface Question {
  by: readonly DimensionName[]
  range: DayRange
  compared: DayRange | undefined
  /** Whether the caller may see single pupils; else small numbers are suppressed. */
  seesPupils: boolean
}

export async function questionOf(
  { db, actor, who }: { db: Database; actor: Actor; who: Principal },
  asked: Asked,
): Promise<Question> {
  const by = [...new Set((asked.by ?? '').split(',').filter(Boolean))] as DimensionName[]
  const seesPupils = who.scopes.has('attendance:read')
  if (seesPupils) leanOn(who, 'attendance:read')
  for (const name of by.filter(isPupilDimension)) {
    const dimension = pupilDimensions[name]
    if ('scope' in dimension) requireScope(who, dimension.scope)
  }
  const [days = []] = await readTogether(db, actor, [{ query: readCalendar, values: {} }])
  const range = rangeOf(db, days, asked)
  const compared = comparedRange(db, asked)
  if (!seesPupils) requireAggregate(by, asked, [range, ...(compared ? [compared] : [])])
  return { by, range, compared, seesPupils }
}

function rangeOf(db: Database, days: readonly TextRow[], { from, until }: Asked): DayRange {
  const day = today(db.clock)
  const start = from ?? calendarFrom(days).calendar.yearOf(day)?.startsOn ?? day
  const tomorrow = addDays(day, 1)
  const end = until ?? (tomorrow > start ? tomorrow : addDays(start, 1))
  return readRange({ from: start, until: end }, db.clock, { days: 1, most: mostDays })
}

function comparedRange(db: Database, { compareFrom, compareUntil }: Asked): DayRange | undefined {
  if (compareFrom === undefined && compareUntil === undefined) return undefined
  if (compareFrom === undefined || compareUntil === undefined)
    throw problem('query-invalid', {
      errors: [{ path: '?compareFrom', message: 'compareFrom and compareUntil go together.' }],
    })
  return readRange({ from: compareFrom, until: compareUntil }, db.clock, { days: 1, most: mostDays })
}

/** Whole tables only, of one part of the pupils beside another: a filter would cut out what suppression must see. */
function requireAggregate(by: readonly DimensionName[], asked: Asked, ranges: readonly DayRange[]): void {
  const filters = (['pupilId', 'yearGroup', 'groupId', 'session', 'weekday', 'asOf'] as const).filter(
    (name) => asked[name] !== undefined,
  )
  const faults = [
    ...filters.map((name) => ({
      path: `?${name}`,
      message: 'Without the scope attendance:read ask for a whole table with `by`.',
    })),
    ...by
      .filter((name) => !isPupilDimension(name))
      .map(() => ({
        path: '?by',
        message: 'Without the scope attendance:read tables are by year, group or characteristic.',
      })),
    ...ranges
      .filter(({ from, until }) => daysBetween(from, until) < leastDaysAggregate)
      .map(() => ({
        path: '?until',
        message: `Without the scope attendance:read a range has at least ${leastDaysAggregate} days.`,
      })),
  ]
  if (faults.length > 0) throw problem('rule-broken', { errors: faults })
}

/** The cells of one range. */
export async function cellsOf(
  db: Database,
  who: Actor,
  { by }: Question,
  asked: Asked,
  range: DayRange,
): Promise<StatisticsCell[]> {
  const { asOf } = asked
  const day = today(db.clock)
  const last = addDays(range.until, -1)
  const values = {
    ...range,
    pupil: asked.pupilId ?? null,
    yearGroup: asked.yearGroup ?? null,
    group: asked.groupId ?? null,
    groupOn: last < day ? last : day,
  }
  const [rows = [], entries, firsts] = await readTogether(db, who, [
    { query: readTable(by.filter(isPupilDimension)), values },
    ...(asOf === undefined
      ? []
      : [
          { query: readLaterEntries, values: { ...range, asOf } },
          { query: readLaterFirsts, values: { ...range, asOf } },
        ]),
  ])
  const standing = asOf === undefined ? rows : takenBack(rows, entries ?? [], firsts ?? [], asOf)
  return tabulate(standing, by, asked)
}
