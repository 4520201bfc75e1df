import { Type } from '@sinclair/typebox'
import { refuse } from '../../foundation/http/problems.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { changeOf, Day, Id, nullable, oneOf, recordFields, Whole } from '../../foundation/resource/spoken.ts'
import { roleNamed, roles } from './roles.ts'
import { roleAssignments } from './table.ts'

const staffRoles = roles.filter(({ kind }) => kind === 'staff').map(({ name }) => name)

const assignment = {
  personId: Id('The member of staff.'),
  role: oneOf(staffRoles, {
    description: 'The role. Guardians and pupils hold theirs by being one.',
    examples: ['tutor'],
  }),
  yearGroup: nullable(Whole('For a head of year, and only for one: the year group.', -2, 14, 9)),
  validFrom: Day('First day.', '2026-09-01'),
  validUntil: nullable(Day('First day no longer.', '2027-09-01')),
}
const strict = { additionalProperties: false }

export const NewRoleAssignment = Type.Object(
  {
    personId: assignment.personId,
    role: assignment.role,
    validFrom: assignment.validFrom,
    yearGroup: Type.Optional(assignment.yearGroup),
    validUntil: Type.Optional(assignment.validUntil),
  },
  { ...strict, title: 'NewRoleAssignment' },
)

export const RoleAssignmentChange = changeOf(Type.Object({ validUntil: assignment.validUntil }), {
  title: 'RoleAssignmentChange',
})

export const roleAssignment = resource({
  path: '/role-assignments',
  one: 'RoleAssignment',
  phrase: 'a role assignment',
  scope: 'roles',
  row: Type.Object({ ...recordFields, ...assignment }, { ...strict, title: 'RoleAssignment' }),
  filter: Type.Object(
    { personId: Type.Optional(assignment.personId), role: Type.Optional(assignment.role) },
    strict,
  ),
  view: {
    table: roleAssignments,
    fields: {
      id: roleAssignments.id,
      updatedAt: roleAssignments.updatedAt,
      personId: roleAssignments.personId,
      role: roleAssignments.role,
      yearGroup: roleAssignments.yearGroup,
      validFrom: roleAssignments.validFrom,
      validUntil: roleAssignments.validUntil,
    },
  },
  constraints: {
    role_assignments__no_overlap: {
      code: 'already-exists',
      path: '/role',
      message: 'The person holds this role then.',
    },
    role_assignments__order: {
      code: 'rule-broken',
      path: '/validUntil',
      message: 'It lies after validFrom.',
    },
    role_assignments__year_group: {
      code: 'rule-broken',
      path: '/yearGroup',
      message: 'A head of year needs a year group, and nobody else has one.',
    },
  },
})

/** Throws 422 where the year group and the role do not go together. */
export function requireYearGroup({
  role,
  yearGroup = null,
}: {
  role: string
  yearGroup?: number | null
}): void {
  const isByYear = roleNamed.get(role)?.rows === 'year'
  if (isByYear !== (yearGroup !== null))
    refuse([{ path: '/yearGroup', message: 'A head of year needs a year group, and nobody else has one.' }])
}
