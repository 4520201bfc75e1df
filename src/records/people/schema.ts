import { Type } from '@sinclair/typebox'
import { Day, nullable, oneOf, Text } from '../../foundation/resource/spoken.ts'

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
export const sexField = nullable(
  oneOf(['M', 'F', 'U'], {
    description: 'Sex as the school census writes it: M, F or U (unknown).',
    examples: ['F'],
  }),
)
