import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Flag,
  Id,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../../foundation/resource/spoken.ts'
import { circumstances } from '../registers/mark-schema.ts'

const strict = { additionalProperties: false }
const session = (what: string) => oneOf(['AM', 'PM'], { description: what, examples: ['AM'] })
const code = Type.String({
  minLength: 1,
  maxLength: 2,
  description: 'National attendance code; GET /v1/attendance-codes lists those of a day.',
  examples: ['V'],
})
const comment = nullable(Text('What staff should know.', 'Geography field trip.', 500))

const span = {
  startsOn: Day('First day.', '2026-12-01'),
  startsSession: session('First session of the first day.'),
  endsOn: Day('Last day, inclusive.', '2026-12-02'),
  endsSession: session('Last session of the last day.'),
}
const reason = Type.Optional(
  Text('Why recorded marks of earlier days change; required where they do.', 'Parent called.', 500),
)
const isOverriding = Type.Optional(
  Flag(
    'Replaces every mark. Left out, marks of attendance and marks with a reason stay and are answered in `kept`.',
  ),
)

export const PlannedAbsence = Type.Object(
  {
    ...recordFields,
    pupilId: Id('The pupil.'),
    code,
    ...span,
    comment,
    outingId: nullable(Id('The same for all pupils of one trip.')),
  },
  { title: 'PlannedAbsence' },
)
export const PlannedAbsenceFilter = Type.Object({
  pupilId: Type.Optional(Id('The pupil.')),
  outingId: Type.Optional(Id('The trip.')),
  code: Type.Optional(code),
  asOf: Type.Optional(Day('Only those of this day.', '2026-12-01')),
  from: Type.Optional(Day('Only those that end on this day or later.', '2026-12-01')),
  until: Type.Optional(Day('Only those that start before this day.', '2027-01-01')),
})

const pupilIds = Type.Array(Id('A pupil.'), {
  minItems: 1,
  maxItems: 1000,
  uniqueItems: true,
  description: 'The pupils.',
})

/** What may be said of every filling. */
const filled = {
  startsSession: Type.Optional(span.startsSession),
  endsOn: Type.Optional(span.endsOn),
  endsSession: Type.Optional(span.endsSession),
  comment: Type.Optional(comment),
  reason,
  isOverriding,
  ...circumstances,
}

export const NewPlannedAbsence = Type.Object(
  {
    pupilIds,
    code,
    startsOn: span.startsOn,
    ...filled,
  },
  {
    ...strict,
    title: 'NewPlannedAbsence',
    description:
      'From the morning of `startsOn` until the afternoon of `endsOn` (the same day), unless said.',
  },
)

const keptMarks = Type.Array(
  Type.Object(
    {
      pupilId: Id('The pupil.'),
      date: Day('Day of the mark.', '2026-11-23'),
      session: session('Session of the mark.'),
      code: { ...code, description: 'The mark that stayed.' },
    },
    { ...strict, title: 'KeptMark' },
  ),
  { description: 'Marks that did not yield: what was seen, or has a reason, stays.' },
)
const written = Type.Integer({ description: 'Marks that are different now.', examples: [120] })

export const PlannedAbsencesMade = Type.Object(
  {
    outingId: nullable(Id('Names the trip where it has several pupils.')),
    ids: Type.Array(Id('A planned absence.'), { description: 'One for each pupil, in the order sent.' }),
    written,
    kept: keptMarks,
  },
  { ...strict, title: 'PlannedAbsencesMade' },
)

export const NewAttendanceAct = Type.Object(
  {
    code,
    isEveryone: Type.Optional(
      Type.Literal(true, { description: 'Every pupil on the roll.', examples: [true] }),
    ),
    yearGroup: Type.Optional(Whole('Every pupil of a National Curriculum year.', -2, 14, 7)),
    groupId: Type.Optional(Id('Every pupil who is in this group.')),
    pupilIds: Type.Optional(pupilIds),
    closureId: Type.Optional(Id('With #: every session of this closure.')),
    startsOn: Type.Optional(span.startsOn),
    ...filled,
  },
  {
    ...strict,
    title: 'NewAttendanceAct',
    description: 'Exactly one of isEveryone, yearGroup, groupId and pupilIds; days, or with # a closure.',
  },
)
export const AttendanceActDone = Type.Object(
  { pupils: Type.Integer({ description: 'Pupils concerned.', examples: [60] }), written, kept: keptMarks },
  { ...strict, title: 'AttendanceActDone' },
)

const partTime = {
  pupilId: Id('The pupil.'),
  validFrom: Day('First day.', '2026-11-02'),
  validUntil: Day(
    'First day on which it no longer holds: it is for a short time and reviewed.',
    '2026-12-14',
  ),
  attends: Type.Array(
    Type.String({
      pattern: '^[1-7](AM|PM)$',
      description: 'ISO weekday and session, such as 1AM for Monday morning.',
      examples: ['1AM'],
    }),
    { uniqueItems: true, maxItems: 14, description: 'Sessions in which the pupil is expected.' },
  ),
  reviewOn: nullable(Day('When it is looked at again.', '2026-11-30')),
  reason: nullable(Text('Why, as agreed with the parents.', 'Return after an operation.', 500)),
}
export const PartTimeTimetable = Type.Object({ ...recordFields, ...partTime }, { title: 'PartTimeTimetable' })
export const NewPartTimeTimetable = Type.Object(
  { ...partTime, reviewOn: Type.Optional(partTime.reviewOn), reason: Type.Optional(partTime.reason) },
  { ...strict, title: 'NewPartTimeTimetable' },
)
export const PartTimeTimetableChange = changeOf(Type.Omit(NewPartTimeTimetable, ['pupilId']), {
  title: 'PartTimeTimetableChange',
})
export const PartTimeFilter = Type.Object({
  pupilId: Type.Optional(partTime.pupilId),
  asOf: Type.Optional(Day('Only those in force on this day.', '2026-11-23')),
})
