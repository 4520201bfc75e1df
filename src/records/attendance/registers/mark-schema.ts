import { Type } from '@sinclair/typebox'
import { Day, Id, Instant, nullable, oneOf, Text, TimeOfDay } from '../../../foundation/resource/spoken.ts'
import { mark, session } from '../schema.ts'

const strict = { additionalProperties: false }

/** Who wrote a mark, and by which app. */
export const RecordedBy = Type.Object(
  {
    app: Text('The app, or the command.', 'app_4kZ1', 200),
    name: nullable(Text('Name of the person; null where the app acts for nobody.', 'Jo Smith', 200)),
    position: nullable(Text('Their position at the time.', 'Attendance officer', 200)),
  },
  { ...strict, title: 'RecordedBy' },
)
const origin = oneOf(['taken', 'amended', 'derived', 'filled', 'closed', 'arrived'], {
  description:
    'How it came: taken or amended in a register, derived from a lesson, filled ahead or for a group, closed by the calendar, arrived at sign-in.',
  examples: ['taken'],
})
const provenance = {
  recordedAt: Instant('When the server wrote it.'),
  recordedBy: RecordedBy,
  deviceTime: Instant("What the device's clock said, when the mark was made without a connection."),
}

export const Mark = Type.Object(
  {
    ...mark,
    code: nullable({ ...mark.code, description: 'Attendance code; null while there is no mark.' }),
    recordedAt: nullable(provenance.recordedAt),
    recordedBy: Type.Union([RecordedBy, Type.Null()], { description: 'Who wrote it.' }),
    deviceTime: nullable(provenance.deviceTime),
    origin: nullable(origin),
  },
  { ...strict, title: 'Mark' },
)
export const WrittenMark = Type.Object(mark, { ...strict, title: 'WrittenMark' })

const newMark = {
  pupilId: mark.pupilId,
  code: Type.Optional(mark.code),
  arrivedAt: Type.Optional(
    TimeOfDay('Local time of arrival: present, L or U and the minutes follow from it.', '08:52'),
  ),
  minutesLate: Type.Optional(mark.minutesLate),
  comment: Type.Optional(mark.comment),
}
export const NewMark = Type.Object(newMark, { ...strict, title: 'NewMark' })
const reason = Text(
  'Why recorded marks change; required once the day of the register is over.',
  'Parent called: medical appointment.',
  500,
)
/** What may be said about any write of marks. */
export const circumstances = {
  deviceTime: Type.Optional(
    Instant(
      "What the device's clock says, for marks made without a connection; kept beside the server's time.",
    ),
  ),
  decidedBy: Type.Optional(
    Type.Object(
      {
        name: Text('Name.', 'Jo Smith', 200),
        position: Text('Position in the school.', 'Attendance officer', 200),
      },
      {
        ...strict,
        title: 'Decider',
        description:
          'Who decided, where the app acts for nobody who has signed in (SI 2024/208, regulation 6); refused where somebody has.',
      },
    ),
  ),
}

export const NewMarks = Type.Object(
  {
    marks: Type.Array(NewMark, {
      minItems: 1,
      maxItems: 2000,
      description:
        'A mark for every pupil of the group. Who is left out keeps a mark that stands already, such as a planned absence.',
    }),
    reason: Type.Optional(reason),
    ...circumstances,
  },
  { ...strict, title: 'NewMarks' },
)
export const MarkChanges = Type.Object(
  {
    marks: Type.Array(
      Type.Object(
        {
          ...newMark,
          was: Type.Optional(
            nullable({
              ...mark.code,
              description:
                'The code that the caller has seen; null for none. It takes the place of If-Match.',
            }),
          ),
        },
        { ...strict, title: 'MarkChange' },
      ),
      { minItems: 1, maxItems: 2000, description: 'The marks that change.' },
    ),
    reason: Type.Optional(reason),
    ...circumstances,
  },
  { ...strict, title: 'MarkChanges' },
)

export const Amendment = Type.Object(
  {
    registerId: nullable(
      Id('Register through which the mark was changed; null where it was changed without one.'),
    ),
    pupilId: mark.pupilId,
    date: Day('Day of the mark.', '2026-11-23'),
    session,
    was: nullable({ ...mark.code, description: 'Code before; null where there was no mark.' }),
    becomes: nullable({ ...mark.code, description: 'Code after.' }),
    reason: nullable(Text('Why.', 'Parent called: medical appointment.', 500)),
    amendedAt: Instant('When.'),
    amendedBy: Text('The client that did it.', 'app_4kZ1', 200),
  },
  { ...strict, title: 'Amendment' },
)

/** One event in the life of a mark. */
export const MarkEvent = Type.Object(
  {
    pupilId: mark.pupilId,
    date: Day('Day of the mark.', '2026-11-23'),
    session,
    was: nullable({ ...mark.code, description: 'Code before; null where there was no mark.' }),
    becomes: nullable({ ...mark.code, description: 'Code after.' }),
    minutesLate: mark.minutesLate,
    comment: mark.comment,
    origin,
    registerId: nullable(Id('Register through which it was written; of a derived mark that of the lesson.')),
    reason: nullable(Text('Why.', 'Parent called: medical appointment.', 500)),
    recordedAt: provenance.recordedAt,
    recordedBy: provenance.recordedBy,
    deviceTime: nullable(provenance.deviceTime),
  },
  { ...strict, title: 'MarkEvent' },
)
