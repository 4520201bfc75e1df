import { type SQL, sql } from 'drizzle-orm'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { pupil } from '../pupils/queries.ts'
import { pupils } from '../pupils/table.ts'
import { staffMember } from '../staff/queries.ts'
import { staff } from '../staff/table.ts'
import { subject } from '../subjects/queries.ts'
import { subjects } from '../subjects/table.ts'
import { Group, GroupFilter, Membership, MembershipFilter } from './schema.ts'
import { groups, memberships } from './table.ts'

export const group = resource({
  path: '/groups',
  one: 'Group',
  phrase: 'a group',
  scope: 'groups',
  row: Group,
  filter: GroupFilter,
  view: {
    table: groups,
    fields: {
      id: groups.id,
      updatedAt: groups.updatedAt,
      kind: groups.kind,
      code: groups.code,
      name: groups.name,
      academicYearId: groups.academicYearId,
      subjectId: groups.subjectId,
      yearGroup: groups.yearGroup,
    },
    sorts: { code: groups.code, name: groups.name },
  },
  constraints: {
    groups__code: {
      code: 'already-exists',
      path: '/code',
      message: 'Another group of this kind and academic year has this code.',
    },
  },
})

/** Half-open: a membership that ends on a day is no longer in force on it. */
export const inForce = (day: SQL) =>
  sql`${memberships.validFrom} <= ${day}::date and (${memberships.validUntil} is null or ${memberships.validUntil} > ${day}::date)`

const overlap = {
  code: 'periods-overlap',
  path: '/validFrom',
  message: 'The person is already in the group in this time.',
} as const

export const membership = resource({
  path: '/memberships',
  one: 'Membership',
  phrase: 'a membership',
  scope: 'groups',
  row: Membership,
  filter: MembershipFilter,
  view: {
    table: memberships,
    fields: {
      id: memberships.id,
      updatedAt: memberships.updatedAt,
      groupId: memberships.groupId,
      pupilId: memberships.pupilId,
      staffId: memberships.staffId,
      role: memberships.role,
      validFrom: memberships.validFrom,
      validUntil: memberships.validUntil,
    },
    filters: { asOf: inForce },
    sorts: { validFrom: memberships.validFrom },
  },
  constraints: {
    memberships__pupil_overlap: overlap,
    memberships__staff_overlap: overlap,
    memberships__one_person: {
      code: 'rule-broken',
      path: '/pupilId',
      message: 'Send either pupilId or staffId.',
    },
    memberships__role: {
      code: 'rule-broken',
      path: '/role',
      message: 'The role pupil goes with pupilId, every other role with staffId.',
    },
    memberships__order: {
      code: 'rule-broken',
      path: '/validUntil',
      message: 'validUntil lies after validFrom: it is the first day no longer in the group.',
    },
  },
})

relate(group, 'subject', {
  target: subject,
  isMany: false,
  on: sql`${subjects.id} = ${groups.subjectId}`,
  description: 'Subject of a teaching group.',
})
relate(group, 'memberships', {
  target: membership,
  isMany: true,
  on: sql`${memberships.groupId} = ${groups.id}`,
  description: 'Everybody who is, was or will be in the group.',
})
relate(pupil, 'memberships', {
  target: membership,
  isMany: true,
  on: sql`${memberships.pupilId} = ${pupils.id}`,
  description: 'The groups that the pupil is, was or will be in.',
})
relate(membership, 'group', {
  target: group,
  isMany: false,
  on: sql`${groups.id} = ${memberships.groupId}`,
  description: 'The group.',
})
relate(membership, 'pupil', {
  target: pupil,
  isMany: false,
  on: sql`${pupils.id} = ${memberships.pupilId}`,
  description: 'The pupil, where it is one.',
})
relate(membership, 'staffMember', {
  target: staffMember,
  isMany: false,
  on: sql`${staff.id} = ${memberships.staffId}`,
  description: 'The member of staff, where it is one.',
})
