import { Type } from '@sinclair/typebox'
import {
  Flag,
  Id,
  Instant,
  nullable,
  oneOf,
  paging,
  recordFields,
  TimeOfDay,
} from '../../foundation/resource/spoken.ts'
import { audiences, kinds } from './rules.ts'

const strict = { additionalProperties: false }
const kind = oneOf(Object.keys(kinds) as (keyof typeof kinds)[], {
  description:
    'late: came late today. reason-needed: absent without a reason yet. result-published, target-met: a result. lesson-changed: a lesson of today or later is moved, cancelled, covered, elsewhere or an exam.',
  examples: ['late'],
})
const audience = oneOf(audiences, {
  description:
    'guardian: with parental responsibility and not barred. pupil. tutor: of the registration group.',
  examples: ['guardian'],
})

const droplet = {
  ...recordFields,
  kind,
  audience,
  personId: Id('Whom it is for: a contact, a pupil or a member of staff.'),
  pupilId: Id('Whom it is about.'),
  resource: Type.String({ description: 'Resource of the record behind it.', examples: ['registers'] }),
  recordId: Id('The record behind it.'),
  facts: Type.Unsafe<Record<string, string | number | null>>({
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'null'] },
    description: 'What there is to say: date and session; aspect, value and target; group and change.',
    examples: [{ date: '2026-11-23', session: 'AM' }],
  }),
  happenedAt: Instant('When it became known.'),
  visibleAt: Instant('From when on it may be told.'),
}

export const Droplet = Type.Object(droplet, { title: 'Droplet' })
export const DropletFilter = Type.Object({
  kind: Type.Optional(kind),
  audience: Type.Optional(audience),
  personId: Type.Optional(Id('Whom they are for.')),
  pupilId: Type.Optional(Id('Whom they are about.')),
})

export const ToldDroplet = Type.Object(
  {
    ...droplet,
    text: Type.String({
      description: 'In one sentence.',
      examples: ['Ada was late on the morning of Monday 23 November.'],
    }),
  },
  { ...strict, title: 'ToldDroplet' },
)

export const DropletQuery = Type.Object({ limit: paging.limit, after: paging.after }, strict)

export const DropletSettings = Type.Object(
  {
    rules: Type.Array(Type.Object({ kind, audience }, strict), {
      maxItems: 15,
      description: 'Who is told what; everything else is told to nobody.',
    }),
    sendsEmail: Flag('Whether people are told by e-mail as well; needs SMTP_URL.', false),
    quietFrom: nullable(TimeOfDay('From then on nobody is written to, local time.', '20:00')),
    quietUntil: nullable(TimeOfDay('Until then.', '07:00')),
    digestAt: nullable(TimeOfDay('Time of one letter a day; null writes at once.', '16:00')),
  },
  { ...strict, title: 'DropletSettings' },
)
