import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { Day } from '../../foundation/resource/spoken.ts'
import { eachDay } from '../../foundation/time/days.ts'
import { readRange } from '../../foundation/time/range.ts'
import { academicYear, calendarFrom, closure, period, readCalendar, term } from './queries.ts'
import {
  AcademicYearChange,
  CalendarDay,
  ClosureChange,
  NewAcademicYear,
  NewClosure,
  NewPeriod,
  NewTerm,
  PeriodChange,
  TermChange,
} from './schema.ts'
import { academicYears, closures, periods, terms } from './table.ts'

const stored = {
  years: plain(academicYears),
  terms: plain(terms),
  closures: plain(closures),
  periods: plain(periods),
}

/** Days that one request may ask for: a school year. */
const mostDays = 400

const listDays = (): Mount => ({
  method: 'GET',
  path: '/calendar-days',
  operationId: 'listCalendarDays',
  scope: 'calendar:read',
  tag: 'calendar',
  summary: 'List days with sessions and week',
  description:
    'Every day of a range: whether there is school, which sessions run and which week of the cycle it is.',
  query: Type.Object(
    {
      from: Type.Optional(Day('First day; today when left out.', '2026-11-23')),
      until: Type.Optional(
        Day(
          `First day no longer wanted; one week after \`from\` when left out. At most ${mostDays} days.`,
          '2026-11-30',
        ),
      ),
    },
    { additionalProperties: false },
  ),
  answers: {
    200: {
      description: 'The days.',
      schema: wholeOf(CalendarDay),
    },
  },
  problems: [],
  cost: 1,
  handler: answerDays,
})

async function answerDays({ db, actor, request, reply }: Context): Promise<FastifyReply> {
  const { from, until } = readRange(request.query as object, db.clock, { days: 7, most: mostDays })
  const [rows] = await readTogether(db, actor, [{ query: readCalendar, values: {} }])
  const { calendar, closures } = calendarFrom(rows ?? [])
  const data = eachDay(from, until).map((date) => ({
    date,
    isSchoolDay: calendar.isSchoolDay(date),
    sessions: calendar.sessionsOn(date),
    week: calendar.weekOf(date) ?? null,
    closures: closures.filter((each) => each.startsOn <= date && date <= each.endsOn).map(({ name }) => name),
  }))
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

export const calendarRoutes = (): Mount[] => [
  list(academicYear),
  read(academicYear),
  create(academicYear, { body: NewAcademicYear, insert: stored.years.insert }),
  change(academicYear, { body: AcademicYearChange, update: stored.years.update }),
  remove(academicYear, stored.years.erase),
  list(term),
  read(term),
  create(term, { body: NewTerm, insert: stored.terms.insert }),
  change(term, { body: TermChange, update: stored.terms.update }),
  remove(term, stored.terms.erase),
  list(closure),
  read(closure),
  create(closure, { body: NewClosure, insert: stored.closures.insert }),
  change(closure, { body: ClosureChange, update: stored.closures.update }),
  remove(closure, stored.closures.erase),
  list(period),
  read(period),
  create(period, { body: NewPeriod, insert: stored.periods.insert }),
  change(period, { body: PeriodChange, update: stored.periods.update }),
  remove(period, stored.periods.erase),
  listDays(),
]
