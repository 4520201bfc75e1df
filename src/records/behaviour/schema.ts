import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Id,
  Instant,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const fields = {
  pupilId: Id('The pupil.'),
  kind: oneOf(['achievement', 'incident'], {
    description: 'Achievement or incident.',
    examples: ['achievement'],
  }),
  type: Text("What happened, in the school's words.", 'Excellent homework', 100),
  points: Whole('Points: not below 0 for an achievement, not above 0 for an incident.', -1000, 1000, 2),
  occurredOn: Day('Day on which it happened.', '2026-11-20'),
  groupId: nullable(Id('Group in which it happened.')),
  staffId: nullable(Id('Member of staff who saw it.')),
  comment: nullable(Text('What must be known of it.', 'Helped a new pupil all week.', 4000)),
  publishesAt: nullable(Instant('From then on guardians and the pupil see it; null keeps it among staff.')),
}

export const BehaviourEvent = Type.Object({ ...recordFields, ...fields }, { title: 'BehaviourEvent' })
export const NewBehaviourEvent = Type.Object(
  {
    pupilId: fields.pupilId,
    kind: fields.kind,
    type: fields.type,
    points: fields.points,
    occurredOn: fields.occurredOn,
    groupId: Type.Optional(fields.groupId),
    staffId: Type.Optional(fields.staffId),
    comment: Type.Optional(fields.comment),
    publishesAt: Type.Optional(fields.publishesAt),
  },
  { additionalProperties: false, title: 'NewBehaviourEvent' },
)
export const BehaviourEventChange = changeOf(Type.Omit(NewBehaviourEvent, ['pupilId']), {
  title: 'BehaviourEventChange',
})
export const BehaviourEventFilter = Type.Object({
  pupilId: Type.Optional(fields.pupilId),
  kind: Type.Optional(fields.kind),
  groupId: Type.Optional(Id('Group in which it happened.')),
  staffId: Type.Optional(Id('Member of staff who saw it.')),
  from: Type.Optional(Day('First day.', '2026-09-01')),
  until: Type.Optional(Day('First day no longer wanted.', '2026-12-01')),
})
