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
  lessonId: nullable(
    Type.String({
      pattern: '^[0-9a-f-]{36}\\.[0-9]{8}$',
      description: 'The lesson in which it happened, as GET /v1/lessons names it.',
      examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.20261120'],
    }),
  ),
  place: nullable(Text('Where it happened.', 'Playground', 100)),
  occurrenceId: nullable(
    Id('The same for the events of all pupils who were part of one occurrence; made by the caller.'),
  ),
  involvement: oneOf(['involved', 'affected', 'witness', 'helper'], {
    description: 'What the pupil was in it.',
    examples: ['involved'],
  }),
  action: nullable(Text('What was done.', 'Detention on Friday; parents rung.', 1000)),
  followUpOn: nullable(Day('Day on which somebody looks at it again.', '2026-11-27')),
  followedUpAt: nullable(Instant('When that was done.')),
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
    lessonId: Type.Optional(fields.lessonId),
    place: Type.Optional(fields.place),
    occurrenceId: Type.Optional(fields.occurrenceId),
    involvement: Type.Optional(fields.involvement),
    action: Type.Optional(fields.action),
    followUpOn: Type.Optional(fields.followUpOn),
    followedUpAt: Type.Optional(fields.followedUpAt),
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
  occurrenceId: Type.Optional(Id('Events of one occurrence.')),
  followUpBefore: Type.Optional(
    Day('Only events whose follow-up is before this day and not done yet.', '2026-11-30'),
  ),
  from: Type.Optional(Day('First day.', '2026-09-01')),
  until: Type.Optional(Day('First day no longer wanted.', '2026-12-01')),
})
