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
} from '../../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const direction = oneOf(['in', 'out'], { description: 'Onto the site or off it.', examples: ['in'] })
const reason = nullable(Text('Why.', 'Dentist at 10:30.', 300))

export const SiteMovement = Type.Object(
  {
    ...recordFields,
    pupilId: Id('The pupil.'),
    direction,
    movedAt: Instant('When.'),
    date: Day('The day in England.', '2026-11-23'),
    reason,
  },
  { title: 'SiteMovement' },
)
export const SiteMovementFilter = Type.Object({
  pupilId: Type.Optional(Id('The pupil.')),
  date: Type.Optional(Day('The day.', '2026-11-23')),
  direction: Type.Optional(direction),
})
export const NewSiteMovement = Type.Object(
  {
    id: Type.Optional(Id('Id made by the caller (UUIDv7); a new one when left out.')),
    pupilId: Id('The pupil.'),
    direction,
    movedAt: Type.Optional(Instant('When; now when left out. Not later than now, and today.')),
    reason: Type.Optional(reason),
  },
  { ...strict, title: 'NewSiteMovement' },
)

export const Presence = Type.Object(
  {
    pupilId: Id('The pupil.'),
    state: oneOf(['on-site', 'off-site', 'unknown'], {
      description:
        'Where the pupil is as far as marks and movements tell; unknown until a register or a movement does.',
      examples: ['on-site'],
    }),
    since: nullable(Instant('When that became known.')),
    by: nullable(
      oneOf(['session-mark', 'lesson-mark', 'movement'], {
        description: 'What tells it: the latest of them decides.',
        examples: ['lesson-mark'],
      }),
    ),
    code: nullable(Text('The mark that tells it.', '/', 2)),
    groupId: nullable(Id('The registration group, to call the roll by.')),
    isExpected: Flag('Whether the pupil should be on site: no mark says that they are away.', true),
  },
  { ...strict, title: 'Presence' },
)
