import { Type } from '@sinclair/typebox'
import { changeOf, nullable, oneOf, recordFields, Text, Whole } from '../../foundation/resource/spoken.ts'

export const Address = Type.Object(
  {
    lines: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 6,
      description: 'Lines of the address above the postcode.',
      examples: [['12 Station Road', 'Ashford']],
    }),
    postcode: Type.Optional(
      Type.String({
        pattern: '^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$',
        description: 'Postcode in capitals.',
        examples: ['TN23 1PP'],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Postal address.',
    examples: [{ lines: ['12 Station Road', 'Ashford'], postcode: 'TN23 1PP' }],
  },
)

export const emailField = nullable(
  Type.String({
    format: 'email',
    maxLength: 254,
    description: 'E-mail address.',
    examples: ['a.okafor@example.org'],
  }),
)
export const phoneField = nullable(
  Type.String({
    pattern: '^[+0-9(). -]{5,30}( ?x[0-9]{1,8})?$',
    description: 'Telephone number.',
    examples: ['07700 900123'],
  }),
)
export const addressField = nullable(Address)

const fields = {
  name: Text('Name of the school.', 'Ashford Academy'),
  laestab: nullable(
    Type.String({
      pattern: '^[0-9]{7}$',
      description: 'Number of the local authority (3 digits) and of the establishment (4 digits).',
      examples: ['8864012'],
    }),
  ),
  urn: nullable(Whole('Unique reference number of the school.', 100000, 999999, 118884)),
  phase: nullable(
    oneOf(['nursery', 'primary', 'secondary', 'all-through', 'sixteen-plus', 'special'], {
      description: 'Phase of education.',
      examples: ['secondary'],
    }),
  ),
  email: emailField,
  phone: phoneField,
  website: nullable(
    Type.String({
      format: 'uri',
      maxLength: 200,
      description: 'Web site.',
      examples: ['https://school.example.org'],
    }),
  ),
  address: addressField,
}

export const School = Type.Object({ ...recordFields, ...fields }, { title: 'School' })
export const SchoolChange = changeOf(Type.Object(fields, { additionalProperties: false }), {
  title: 'SchoolChange',
})
export const SchoolFilter = Type.Object({})
