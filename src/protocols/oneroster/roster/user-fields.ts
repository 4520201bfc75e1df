import { type Field, refers } from '../resource.ts'
import { common, refersTo } from './common.ts'

const roles = ['student', 'teacher', 'aide', 'guardian'] as const

const userIds = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'identifier'],
    properties: {
      type: {
        type: 'string',
        enum: ['admissionNumber', 'UPN', 'ULN', 'staffCode'],
        description: 'What kind of number it is.',
      },
      identifier: { type: 'string', description: 'The number.' },
    },
  },
}

const rolesShape = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['roleType', 'role', 'org'],
    properties: {
      roleType: {
        type: 'string',
        enum: ['primary', 'secondary'],
        description: 'One role of a person is primary.',
      },
      role: { type: 'string', enum: roles, description: 'What the person is at the school.' },
      org: refers('org'),
    },
  },
}

export const userFields: readonly Field[] = [
  ...common,
  {
    name: 'username',
    kind: 'text',
    column: 'username',
    isRequired: true,
    about: 'The e-mail address where it may be seen, else the identifier in small letters.',
  },
  {
    name: 'userIds',
    kind: 'json',
    column: 'user_ids',
    below: { identifier: 'user_id_identifiers' },
    shape: userIds,
    about: 'Admission number and staff code; UPN and ULN where the agreement grants pupils.identifiers:read.',
  },
  {
    name: 'enabledUser',
    kind: 'flag',
    column: 'is_enabled',
    isRequired: true,
    about: 'Whether the person is at the school.',
  },
  {
    name: 'givenName',
    kind: 'text',
    column: 'given_name',
    isRequired: true,
    about: 'Given name: the legal one in 1.2, the preferred one in 1.1.',
  },
  {
    name: 'familyName',
    kind: 'text',
    column: 'family_name',
    isRequired: true,
    about: 'Family name: the legal one in 1.2, the preferred one in 1.1.',
  },
  { name: 'middleName', kind: 'text', column: 'middle_name', about: 'Legal middle names.' },
  {
    name: 'preferredFirstName',
    kind: 'text',
    column: 'preferred_given_name',
    only: 'v1p2',
    about: 'The given name by which the person is called.',
  },
  {
    name: 'preferredLastName',
    kind: 'text',
    column: 'preferred_family_name',
    only: 'v1p2',
    about: 'The family name by which the person is called.',
  },
  {
    name: 'roles',
    kind: 'json',
    column: 'roles',
    hasAddresses: true,
    below: { role: 'role_names' },
    only: 'v1p2',
    isRequired: true,
    shape: rolesShape,
    about: 'What the person is at the school, the primary role first.',
  },
  {
    name: 'primaryOrg',
    kind: 'reference',
    column: 'org',
    to: refersTo.org,
    only: 'v1p2',
    about: 'The school.',
  },
  {
    name: 'role',
    kind: 'exact',
    column: 'role',
    only: 'v1p1',
    isRequired: true,
    words: roles,
    about: 'What the person is at the school: the primary role.',
  },
  {
    name: 'orgs',
    kind: 'references',
    column: 'orgs',
    to: refersTo.org,
    only: 'v1p1',
    isRequired: true,
    about: 'The school.',
  },
  {
    name: 'identifier',
    kind: 'text',
    column: 'identifier',
    isRequired: true,
    about: 'Admission number, staff code, or the id of a guardian; as a username in 1.1.',
  },
  {
    name: 'email',
    kind: 'text',
    column: 'email',
    about: "E-mail address; a pupil's where the agreement grants pupils.contacts:read.",
  },
  {
    name: 'phone',
    kind: 'text',
    column: 'phone',
    about:
      'Telephone number of a guardian, and of a pupil where the agreement grants pupils.contacts:read; never that of a member of staff.',
  },
  {
    name: 'agents',
    kind: 'references',
    column: 'agents',
    to: refersTo.user,
    about: "A pupil's guardians, first to call first; a guardian's children.",
  },
  { name: 'grades', kind: 'texts', column: 'grades', about: 'The year group: 1 to 14, R, N2 or N1.' },
]
