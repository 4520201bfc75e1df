import { Type } from '@sinclair/typebox'
import { Day, Flag, Id, Instant, nullable, oneOf, Whole } from '../../../foundation/resource/spoken.ts'
import { dimensionNames } from './dimensions.ts'

const strict = { additionalProperties: false }
const sessions = (what: string, example: number) =>
  nullable(Type.Integer({ description: `Sessions: ${what}.`, examples: [example] }))
const percent = (what: string, example: number) =>
  nullable(
    Type.Number({
      description: `${what}, in per cent of possible sessions; null of none.`,
      examples: [example],
    }),
  )
const pupils = (what: string, example: number) =>
  nullable(Type.Integer({ description: `Pupils: ${what}.`, examples: [example] }))

export const sessionFigures = {
  present: sessions('present, late before the register closed included', 9_320),
  approvedEducationalActivity: sessions('at an approved educational activity', 80),
  attendance: sessions('present or at an approved educational activity ("overall attendance")', 9_400),
  authorised: sessions('absent with leave', 420),
  unauthorised: sessions('absent without leave', 180),
  absence: sessions('absent with leave or without ("overall absence")', 600),
  possible: sessions('possible: attendance + absence', 10_000),
  notPossible: sessions('that count as no possible attendance', 20),
  late: sessions('late, before or after the register closed (L, U)', 210),
  lateBeforeClose: sessions('late before it closed (L); part of present', 180),
  lateAfterClose: sessions('late after it closed (U); part of unauthorised', 30),
  attendancePercent: percent('attendance', 94),
  absencePercent: percent('absence', 6),
  authorisedPercent: percent('authorised absence', 4.2),
  unauthorisedPercent: percent('unauthorised absence', 1.8),
  approvedEducationalActivityPercent: percent('approved educational activity', 0.8),
  latePercent: percent('late', 2.1),
}

const pupilFigures = {
  persistentlyAbsent: pupils('who missed 10 % or more of their possible sessions', 21),
  persistentlyAbsentPercent: nullable(
    Type.Number({ description: 'Of the pupils, in per cent.', examples: [19.4] }),
  ),
  severelyAbsent: pupils('who missed 50 % or more', 2),
  severelyAbsentPercent: nullable(
    Type.Number({ description: 'Of the pupils, in per cent.', examples: [1.9] }),
  ),
}

const shareFigures = {
  sessions: sessions('with this code or category', 310),
  percentOfPossible: percent('these sessions', 3.1),
}

export const StatisticsFigures = Type.Object(
  {
    pupils: pupils('with a possible session; by code or category: with such a mark', 108),
    ...Type.Partial(Type.Object({ ...sessionFigures, ...pupilFigures, ...shareFigures })).properties,
  },
  {
    ...strict,
    title: 'StatisticsFigures',
    description:
      'Null where a figure is suppressed. Shares of pupils are left out of tables by session; tables by code or category have sessions and percentOfPossible alone.',
  },
)

export const StatisticsRow = Type.Object(
  {
    by: Type.Record(Type.String(), Type.String(), {
      description:
        'The value of each dimension; `unknown` where none is recorded. Weekdays are ISO numbers, weeks their Monday.',
      examples: [{ yearGroup: '7' }],
    }),
    isSuppressed: Flag(
      'Whether figures are null because they stand for few pupils, or would give away those that do.',
    ),
    figures: StatisticsFigures,
    compared: Type.Optional(StatisticsFigures),
    attendanceChange: Type.Optional(
      nullable(
        Type.Number({
          description: 'Attendance in the range less that of the compared range, in percentage points.',
          examples: [-0.6],
        }),
      ),
    ),
  },
  { ...strict, title: 'StatisticsRow' },
)

export const StatisticsQuery = Type.Object(
  {
    from: Type.Optional(
      Day('First day; the first of the present academic year when left out.', '2026-09-01'),
    ),
    until: Type.Optional(
      Day('First day no longer wanted; tomorrow when left out. At most 1,100 days.', '2026-11-24'),
    ),
    by: Type.Optional(
      Type.String({
        pattern: `^(${dimensionNames.join('|')})(,(${dimensionNames.join('|')}))?$`,
        maxLength: 60,
        description: `One or two dimensions, separated by a comma: ${dimensionNames.join(', ')}. Characteristics need the scope of their field group. Without it the whole is one row.`,
        examples: ['yearGroup'],
      }),
    ),
    session: Type.Optional(oneOf(['AM', 'PM'], { description: 'Only this session.', examples: ['AM'] })),
    weekday: Type.Optional(Whole('Only this ISO weekday: 1 is Monday.', 1, 7, 5)),
    pupilId: Type.Optional(Id('Only this pupil.')),
    yearGroup: Type.Optional(Whole('Only this National Curriculum year.', -2, 14, 7)),
    groupId: Type.Optional(Id('Only pupils who are in this group on the last day, or today.')),
    compareFrom: Type.Optional(Day('First day of a second range to compare with.', '2025-09-01')),
    compareUntil: Type.Optional(Day('First day no longer in the second range.', '2025-11-24')),
    asOf: Type.Optional(Instant('What the registers said at this instant.')),
    decimals: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 6,
        default: 1,
        description: 'Decimals of percentages.',
        examples: [1],
      }),
    ),
  },
  strict,
)

export const CodeTotals = Type.Object(
  {
    codes: Type.Record(Type.String({ pattern: '^.{1,2}$' }), Type.Integer({ minimum: 0, maximum: 1e12 }), {
      description: 'Sessions by attendance code, as a published table or another system counts them.',
      examples: [{ '/': 90, L: 4, I: 6 }],
    }),
    decimals: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 6,
        default: 1,
        description: 'Decimals of percentages.',
        examples: [1],
      }),
    ),
  },
  { ...strict, title: 'CodeTotals' },
)
export const SessionFigures = Type.Object(sessionFigures, { ...strict, title: 'SessionFigures' })
