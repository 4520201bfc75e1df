import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Id,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const fields = {
  kind: oneOf(['year', 'registration', 'teaching', 'house'], {
    description: 'What the group is for.',
    examples: ['teaching'],
  }),
  code: Text('Short code; unique among groups of its kind in its academic year.', '7A/Ma1', 40),
  name: Text('Name of the group.', 'Year 7 Mathematics set 1'),
  academicYearId: nullable(Id('Academic year of the group; null for one that lasts, such as a house.')),
  subjectId: nullable(Id('Subject of a teaching group.')),
  yearGroup: nullable(Whole('National Curriculum year.', -2, 14, 7)),
}

export const Group = Type.Object({ ...recordFields, ...fields }, { title: 'Group' })
export const NewGroup = Type.Object(
  {
    kind: fields.kind,
    code: fields.code,
    name: fields.name,
    academicYearId: Type.Optional(fields.academicYearId),
    subjectId: Type.Optional(fields.subjectId),
    yearGroup: Type.Optional(fields.yearGroup),
  },
  { additionalProperties: false, title: 'NewGroup' },
)
export const GroupChange = changeOf(NewGroup, { title: 'GroupChange' })
export const GroupFilter = Type.Object({
  kind: Type.Optional(fields.kind),
  code: Type.Optional(fields.code),
  academicYearId: Type.Optional(Id('Academic year of the group.')),
  subjectId: Type.Optional(Id('Subject of a teaching group.')),
  yearGroup: Type.Optional(Whole('National Curriculum year.', -2, 14, 7)),
})

const membership = {
  groupId: Id('The group.'),
  pupilId: nullable(Id('The pupil; null where staffId is given.')),
  staffId: nullable(Id('The member of staff; null where pupilId is given.')),
  role: oneOf(['pupil', 'tutor', 'teacher', 'assistant'], {
    description: 'What the person is in the group; `pupil` goes with pupilId, the others with staffId.',
    examples: ['pupil'],
  }),
  validFrom: Day('First day in the group.'),
  validUntil: nullable(Day('First day no longer in the group; null while open.', '2027-01-04')),
}

export const Membership = Type.Object({ ...recordFields, ...membership }, { title: 'Membership' })
export const NewMembership = Type.Object(
  {
    groupId: membership.groupId,
    pupilId: Type.Optional(membership.pupilId),
    staffId: Type.Optional(membership.staffId),
    role: membership.role,
    validFrom: membership.validFrom,
    validUntil: Type.Optional(membership.validUntil),
  },
  { additionalProperties: false, title: 'NewMembership' },
)
export const MembershipChange = Type.Object(
  { validFrom: Type.Optional(membership.validFrom), validUntil: Type.Optional(membership.validUntil) },
  { additionalProperties: false, title: 'MembershipChange' },
)
export const MembershipFilter = Type.Object({
  groupId: Type.Optional(membership.groupId),
  pupilId: Type.Optional(Id('The pupil.')),
  staffId: Type.Optional(Id('The member of staff.')),
  role: Type.Optional(membership.role),
  asOf: Type.Optional(Day('Only memberships in force on this day.', '2026-11-23')),
})
