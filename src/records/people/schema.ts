import { Type } from '@sinclair/typebox'
import { Day, nullable, oneOf, Text } from '../../foundation/resource/spoken.ts'

export const Address = Type.Object(
  {
    lines: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 6,
      description: 'Lines of the address above the postcode.',
      examples: [['12 Station Road', 'Ashford']],
    }),
    postcode: Type.Optional(
      Type.String({ pattern: '^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$', description: 'Postcode in capitals.', examples: ['TN23 1PP'] }),
    ),
  },
  { additionalProperties: false, description: 'Postal address.', examples: [{ lines: ['12 Station Road', 'Ashford'], postcode: 'TN23 1PP' }] },
)

/** Names by which a person is known: legal as on the birth certificate, preferred as used every day. */
export const nameFields = {
  legalGivenName: Text('Legal given name.', 'Amelia', 100),
  legalMiddleNames: nullable(Text('Legal middle names.', 'Rose', 200)),
  legalFamilyName: Text('Legal family name.', 'Okafor', 100),
  preferredGivenName: nullable(Text('Given name in everyday use, where it differs.', 'Millie', 100)),
  preferredFamilyName: nullable(Text('Family name in everyday use, where it differs.', 'Okafor-Lane', 100)),
}

/** The optional ones, for bodies. */
export const newNameFields = {
  legalGivenName: nameFields.legalGivenName,
  legalMiddleNames: Type.Optional(nameFields.legalMiddleNames),
  legalFamilyName: nameFields.legalFamilyName,
  preferredGivenName: Type.Optional(nameFields.preferredGivenName),
  preferredFamilyName: Type.Optional(nameFields.preferredFamilyName),
}

export const titleField = nullable(Text('Title, such as Mrs or Dr.', 'Mrs', 20))
export const birthDateField = nullable(Day('Birth date.', '2014-03-09'))
export const sexField = nullable(oneOf(['M', 'F', 'U'], { description: 'Sex as the school census writes it: M, F or U (unknown).', examples: ['F'] }))
export const emailField = nullable(Type.String({ format: 'email', maxLength: 254, description: 'E-mail address.', examples: ['a.okafor@example.org'] }))
export const phoneField = nullable(
  Type.String({ pattern: '^[+0-9() -]{5,30}( ?x[0-9]{1,8})?$', description: 'Telephone number.', examples: ['07700 900123'] }),
)
export const addressField = nullable(Address)
