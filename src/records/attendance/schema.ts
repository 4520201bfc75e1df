import { Type } from '@sinclair/typebox'
import {
  Day,
  Flag,
  Id,
  Instant,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
export const session = oneOf(['AM', 'PM'], { description: 'Session of the day.', examples: ['AM'] })
const lessonId = Type.String({
  pattern: '^[0-9a-f-]{36}\\.[0-9]{8}$',
  description: 'The lesson, as GET /v1/lessons names it.',
  examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.20261123'],
})

export const Register = Type.Object(
  {
    ...recordFields,
    kind: oneOf(['session', 'lesson'], {
      description: 'The statutory register of a session, or that of a lesson.',
      examples: ['session'],
    }),
    date: Day('Day of the register.', '2026-11-23'),
    session,
    groupId: Id('The group whose register it is.'),
    lessonId: nullable(lessonId),
    takenAt: nullable(Instant('When it was first taken; null while it is not.')),
    takenBy: nullable(Text('The client that first took it.', 'app_4kZ1', 200)),
  },
  { title: 'Register' },
)
export const RegisterFilter = Type.Object({
  date: Type.Optional(Day('Day of the register.', '2026-11-23')),
  from: Type.Optional(Day('First day.', '2026-11-01')),
  until: Type.Optional(Day('First day no longer wanted.', '2026-12-01')),
  session: Type.Optional(session),
  kind: Type.Optional(
    oneOf(['session', 'lesson'], { description: 'Kind of register.', examples: ['session'] }),
  ),
  groupId: Type.Optional(Id('The group.')),
  isTaken: Type.Optional(Flag('Whether it has been taken.', false)),
})

/** Either a session register of a group, or the register of a lesson. */
export const NewRegister = Type.Object(
  {
    id: Type.Optional(
      Id(
        'Id made by the caller (UUIDv7), so that a device without a connection can go on; a new one when left out.',
      ),
    ),
    groupId: Type.Optional(Id('Group of a session register.')),
    date: Type.Optional(Day('Day of a session register; today or earlier.', '2026-11-23')),
    session: Type.Optional(session),
    lessonId: Type.Optional(lessonId),
  },
  {
    ...strict,
    title: 'NewRegister',
    description: 'groupId, date and session for a session register; lessonId alone for a lesson.',
  },
)

export const mark = {
  pupilId: Id('The pupil.'),
  code: Type.String({
    minLength: 1,
    maxLength: 2,
    description: 'National attendance code; GET /v1/attendance-codes lists those of a day.',
    examples: ['/'],
  }),
  minutesLate: nullable(Whole('Minutes late; with the codes L and U.', 1, 400, 7)),
  comment: nullable(Text('Comment on the mark.', 'Bus broke down.', 500)),
}

export const SessionMark = Type.Object(
  { date: Day('Day of the mark.', '2026-11-23'), session, code: mark.code },
  { ...strict, title: 'SessionMark' },
)

const sessions = (what: string, example: number) =>
  Type.Integer({ description: `Sessions: ${what}.`, examples: [example] })
export const AttendanceSummary = Type.Object(
  {
    pupilId: mark.pupilId,
    present: sessions('present', 120),
    educational: sessions('at an approved educational activity', 2),
    authorised: sessions('absent with leave', 5),
    unauthorised: sessions('absent without leave', 1),
    notPossible: sessions('that count as no possible attendance', 0),
    late: sessions('late (codes L and U)', 3),
    possible: sessions('possible: attended and missed', 128),
    attendancePercent: nullable(
      Type.Number({
        description: 'Attended of possible sessions, in per cent with one decimal; null of none.',
        examples: [95.3],
      }),
    ),
    isPersistentlyAbsent: Flag('Missed 10 % or more of the possible sessions.'),
  },
  { ...strict, title: 'AttendanceSummary' },
)

export const AttendanceCode = Type.Object(
  {
    code: mark.code,
    meaning: Text('What it means.', 'Present when the morning register began to be taken'),
    category: oneOf(
      ['present', 'approved-educational-activity', 'authorised', 'unauthorised', 'not-possible'],
      {
        description: 'Legal category.',
        examples: ['present'],
      },
    ),
    counts: oneOf(['attendance', 'absence', 'not-counted'], {
      description: 'What the session adds to in statistics.',
      examples: ['attendance'],
    }),
    isLate: Flag('Counts as late.'),
    whereabouts: oneOf(['on-site', 'late', 'off-site'], {
      description: 'Where the pupil is, for a fire register.',
      examples: ['on-site'],
    }),
    sessions: Type.Array(session, { description: 'Sessions in which it may stand.', examples: [['AM']] }),
    validFrom: nullable(
      Day('First day of the code; null where older than the regulations of 2024.', '2024-08-19'),
    ),
    validUntil: nullable(Day('First day on which it may no longer be written.', '2024-08-19')),
    source: Text('Where the rule stands.', 'SI 2024/208, regulation 10'),
  },
  { title: 'AttendanceCode' },
)
