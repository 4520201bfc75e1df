import { Type } from '@sinclair/typebox'
import { Day, Flag, Id, nullable, oneOf, Text, TimeOfDay } from '../../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const session = oneOf(['AM', 'PM'], { description: 'Session of the day.', examples: ['AM'] })
const pupilId = Id('The pupil.')
const count = (what: string, example: number) => Type.Integer({ description: what, examples: [example] })

export const RegisterNotTaken = Type.Object(
  {
    kind: oneOf(['session', 'lesson'], { description: 'Kind of register.', examples: ['session'] }),
    groupId: Id('The group.'),
    date: Day('The day.', '2026-11-23'),
    session,
    lessonId: nullable(Text('The lesson.', '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.20261123', 45)),
    staffId: nullable(Id('Who teaches the lesson.')),
    registerId: nullable(Id('The register, where somebody has opened it.')),
    opensAt: nullable(
      TimeOfDay('When it opens: the school says so of sessions; a lesson begins then.', '08:40'),
    ),
    closesAt: nullable(TimeOfDay('When it closes; of a lesson its end.', '09:10')),
    minutesOverdue: nullable(
      count(
        'Minutes since it closed (of a lesson: since it began); 0 while there is time; null where the school has set no opening time.',
        12,
      ),
    ),
  },
  { ...strict, title: 'RegisterNotTaken' },
)

export const UnexplainedAbsence = Type.Object(
  {
    pupilId,
    date: Day('The day.', '2026-11-23'),
    session,
    code: Text('N, or O.', 'N', 2),
    isFirstDay: Flag('Whether the pupil was not absent on the school day before.', true),
    minutesSinceClose: nullable(
      count('Minutes since the register closed; null where the school has set no opening time.', 25),
    ),
  },
  { ...strict, title: 'UnexplainedAbsence' },
)

export const UnresolvedMark = Type.Object(
  {
    pupilId,
    date: Day('Day of the mark.', '2026-11-10'),
    session,
    schoolDays: count('School days since.', 9),
  },
  { ...strict, title: 'UnresolvedMark' },
)

export const thresholds = [
  'persistent-absence',
  'severe-absence',
  'ten-unauthorised-sessions',
  'fifteen-days-of-illness',
  'ten-days-unauthorised',
] as const

export const ThresholdCrossed = Type.Object(
  {
    pupilId,
    threshold: oneOf(thresholds, {
      description:
        'persistent-absence: 10 % of possible sessions missed; severe-absence: 50 %; ten-unauthorised-sessions: G, N, O or U ten times in ten school weeks (penalty notice framework); fifteen-days-of-illness: I on 15 school days of the year (sickness return, SI 2024/208, regulation 13); ten-days-unauthorised: ten school days on end without leave (the same regulation).',
      examples: ['persistent-absence'],
    }),
    reachedOn: nullable(
      Day('Day on which it was reached; null of the two shares, which may go down again.', '2026-11-12'),
    ),
    sessions: count('Sessions that count towards it.', 14),
    possible: nullable(count('Possible sessions, of the two shares.', 120)),
    percent: nullable(Type.Number({ description: 'Share missed, of the two shares.', examples: [11.7] })),
  },
  { ...strict, title: 'ThresholdCrossed' },
)
