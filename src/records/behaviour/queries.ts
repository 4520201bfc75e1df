import { sql } from 'drizzle-orm'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { pupil } from '../pupils/queries.ts'
import { pupils } from '../pupils/table.ts'
import { staffMember } from '../staff/queries.ts'
import { staff } from '../staff/table.ts'
import { BehaviourEvent, BehaviourEventFilter } from './schema.ts'
import { behaviourEvents } from './table.ts'

export const behaviourEvent = resource({
  path: '/behaviour-events',
  one: 'BehaviourEvent',
  phrase: 'a behaviour event',
  scope: 'behaviour',
  isPublished: true,
  row: BehaviourEvent,
  filter: BehaviourEventFilter,
  view: {
    table: behaviourEvents,
    fields: {
      id: behaviourEvents.id,
      updatedAt: behaviourEvents.updatedAt,
      pupilId: behaviourEvents.pupilId,
      kind: behaviourEvents.kind,
      type: behaviourEvents.type,
      points: behaviourEvents.points,
      occurredOn: behaviourEvents.occurredOn,
      groupId: behaviourEvents.groupId,
      staffId: behaviourEvents.staffId,
      comment: behaviourEvents.comment,
      lessonId: behaviourEvents.lessonId,
      place: behaviourEvents.place,
      occurrenceId: behaviourEvents.occurrenceId,
      involvement: behaviourEvents.involvement,
      action: behaviourEvents.action,
      followUpOn: behaviourEvents.followUpOn,
      followedUpAt: behaviourEvents.followedUpAt,
      publishesAt: behaviourEvents.publishesAt,
    },
    filters: {
      followUpBefore: (day) =>
        sql`${behaviourEvents.followUpOn} < ${day}::date and ${behaviourEvents.followedUpAt} is null`,
      from: (day) => sql`${behaviourEvents.occurredOn} >= ${day}::date`,
      until: (day) => sql`${behaviourEvents.occurredOn} < ${day}::date`,
    },
    sorts: { occurredOn: behaviourEvents.occurredOn, points: behaviourEvents.points },
  },
  constraints: {
    behaviour_events__points: {
      code: 'rule-broken',
      path: '/points',
      message: 'Points of an achievement are not below 0, those of an incident not above 0.',
    },
  },
})

relate(behaviourEvent, 'pupil', {
  target: pupil,
  isMany: false,
  on: sql`${pupils.id} = ${behaviourEvents.pupilId}`,
  description: 'The pupil.',
})
relate(behaviourEvent, 'staffMember', {
  target: staffMember,
  isMany: false,
  on: sql`${staff.id} = ${behaviourEvents.staffId}`,
  description: 'Member of staff who saw it.',
})
