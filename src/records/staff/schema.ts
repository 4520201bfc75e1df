import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  inGroup,
  nullable,
  oneOf,
  recordFields,
  Text,
} from '../../foundation/resource/spoken.ts'
import { birthDateField, nameFields, newNameFields, sexField, titleField } from '../people/schema.ts'
import { addressField, emailField, phoneField } from '../schools/schema.ts'

const core = {
  code: Text('Staff code; unique in the school.', 'JSM', 20),
  role: Text('The post, in the words of the school.', 'Teacher of History', 100),
  kind: oneOf(['teaching', 'support'], { description: 'Teaching or support staff.', examples: ['teaching'] }),
  employedFrom: nullable(Day('First day of employment.', '2021-09-01')),
  employedUntil: nullable(Day('First day no longer employed; null while employed.', '2027-09-01')),
}
const email = { ...emailField, description: 'Work e-mail address.' }
const own = {
  ...inGroup('demographics', { birthDate: birthDateField, sex: sexField }),
  ...inGroup('contacts', { phone: phoneField, address: addressField }),
}

export const StaffMember = Type.Object(
  {
    ...recordFields,
    code: core.code,
    title: titleField,
    ...nameFields,
    role: core.role,
    kind: core.kind,
    employedFrom: core.employedFrom,
    employedUntil: core.employedUntil,
    email,
    ...own,
  },
  { title: 'StaffMember' },
)
export const NewStaffMember = Type.Object(
  {
    code: core.code,
    title: Type.Optional(titleField),
    ...newNameFields,
    role: core.role,
    kind: Type.Optional(core.kind),
    employedFrom: Type.Optional(core.employedFrom),
    employedUntil: Type.Optional(core.employedUntil),
    email: Type.Optional(email),
    ...Type.Partial(Type.Object(own)).properties,
  },
  { additionalProperties: false, title: 'NewStaffMember' },
)
export const StaffMemberChange = changeOf(NewStaffMember, { title: 'StaffMemberChange' })
export const StaffFilter = Type.Object({
  code: Type.Optional(core.code),
  kind: Type.Optional(core.kind),
  email: Type.Optional(
    Type.String({
      format: 'email',
      description: 'Work e-mail address.',
      examples: ['j.smith@school.example.org'],
    }),
  ),
  asOf: Type.Optional(Day('Only staff employed on this day.', '2026-11-23')),
})
