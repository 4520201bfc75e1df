import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Flag,
  Id,
  oneOf,
  recordFields,
  Text,
  TimeOfDay,
  Whole,
} from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }

const year = {
  name: Text('Name of the academic year.', '2026/27', 50),
  startsOn: Day('First day.', '2026-09-01'),
  endsOn: Day('Last day, inclusive; at most 372 days after the first.', '2027-08-31'),
  cycleWeeks: Whole('Weeks of the timetable cycle: 1 or 2.', 1, 2, 2),
  cycleStartsOn: Day('A day of a week in which week 1 runs, usually a Monday.', '2026-08-31'),
  cycleSkipsClosedWeeks: Flag('Whether a week without a school day leaves the cycle where it was.', true),
}
export const AcademicYear = Type.Object({ ...recordFields, ...year }, { title: 'AcademicYear' })
export const NewAcademicYear = Type.Object(
  {
    name: year.name,
    startsOn: year.startsOn,
    endsOn: year.endsOn,
    cycleWeeks: Type.Optional(year.cycleWeeks),
    cycleStartsOn: year.cycleStartsOn,
    cycleSkipsClosedWeeks: Type.Optional(year.cycleSkipsClosedWeeks),
  },
  { ...strict, title: 'NewAcademicYear' },
)
export const AcademicYearChange = changeOf(NewAcademicYear, { title: 'AcademicYearChange' })
export const AcademicYearFilter = Type.Object({
  asOf: Type.Optional(Day('Only the academic year in which this day lies.', '2026-11-23')),
})

const term = {
  academicYearId: Id('Academic year of the term.'),
  name: Text('Name of the term.', 'Autumn', 50),
  startsOn: Day('First day.', '2026-09-03'),
  endsOn: Day('Last day, inclusive.', '2026-12-18'),
}
export const Term = Type.Object({ ...recordFields, ...term }, { title: 'Term' })
export const NewTerm = Type.Object(term, { ...strict, title: 'NewTerm' })
export const TermChange = changeOf(NewTerm, { title: 'TermChange' })
export const TermFilter = Type.Object({
  academicYearId: Type.Optional(term.academicYearId),
  asOf: Type.Optional(Day('Only the term in which this day lies.', '2026-11-23')),
})

const closure = {
  name: Text('Name of the closure.', 'Autumn half-term', 100),
  kind: oneOf(['holiday', 'inset', 'bank-holiday', 'other'], {
    description: 'Why there is no school: holiday, staff training (inset), bank holiday or another reason.',
    examples: ['holiday'],
  }),
  startsOn: Day('First day.', '2026-10-26'),
  endsOn: Day('Last day, inclusive.', '2026-10-30'),
  sessions: oneOf(['both', 'AM', 'PM'], { description: 'The sessions that do not run.', examples: ['both'] }),
}
export const Closure = Type.Object({ ...recordFields, ...closure }, { title: 'Closure' })
export const NewClosure = Type.Object(
  { ...closure, sessions: Type.Optional(closure.sessions) },
  { ...strict, title: 'NewClosure' },
)
export const ClosureChange = changeOf(NewClosure, { title: 'ClosureChange' })
export const ClosureFilter = Type.Object({
  kind: Type.Optional(closure.kind),
  asOf: Type.Optional(Day('Only closures in force on this day.', '2026-10-28')),
})

const period = {
  name: Text('Name of the period; unique on its weekday.', 'P1', 50),
  weekday: Whole('ISO weekday: 1 is Monday, 7 Sunday.', 1, 7, 1),
  startsAt: TimeOfDay('Start, local time.', '08:50'),
  endsAt: TimeOfDay('End, local time.', '09:50'),
  kind: oneOf(['lesson', 'registration', 'break'], {
    description: 'What happens in it.',
    examples: ['lesson'],
  }),
  session: oneOf(['AM', 'PM'], {
    description: 'Session of the attendance register in which it lies.',
    examples: ['AM'],
  }),
}
export const Period = Type.Object({ ...recordFields, ...period }, { title: 'Period' })
export const NewPeriod = Type.Object(
  { ...period, kind: Type.Optional(period.kind) },
  { ...strict, title: 'NewPeriod' },
)
export const PeriodChange = changeOf(NewPeriod, { title: 'PeriodChange' })
export const PeriodFilter = Type.Object({
  weekday: Type.Optional(period.weekday),
  kind: Type.Optional(period.kind),
})

export const CalendarDay = Type.Object(
  {
    date: Day('The day.', '2026-11-23'),
    isSchoolDay: Flag('Whether at least one session runs.', true),
    sessions: Type.Array(Type.String({ enum: ['AM', 'PM'] }), {
      description: 'Sessions that run.',
      examples: [['AM', 'PM']],
    }),
    week: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Week of the timetable cycle; null outside every academic year.',
      examples: [1],
    }),
    closures: Type.Array(Type.String(), { description: 'Names of the closures in force.', examples: [[]] }),
  },
  { ...strict, title: 'CalendarDay' },
)
