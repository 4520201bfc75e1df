import { Type } from '@sinclair/typebox'
import { changeOf, Flag, Id, nullable, recordFields, Text, Whole } from '../../foundation/resource/spoken.ts'
import { nameFields, newNameFields, titleField } from '../people/schema.ts'
import { addressField, emailField, phoneField } from '../schools/schema.ts'

const own = {
  email: emailField,
  phone: phoneField,
  address: addressField,
  notes: nullable(Text('What staff must know when they call.', 'Works nights; call after 14:00.', 2000)),
}

export const Contact = Type.Object(
  { ...recordFields, title: titleField, ...nameFields, ...own },
  { title: 'Contact' },
)
export const NewContact = Type.Object(
  { title: Type.Optional(titleField), ...newNameFields, ...Type.Partial(Type.Object(own)).properties },
  { additionalProperties: false, title: 'NewContact' },
)
export const ContactChange = changeOf(NewContact, { title: 'ContactChange' })
export const ContactFilter = Type.Object({
  pupilId: Type.Optional(Id('Only contacts of this pupil.')),
  email: Type.Optional(
    Type.String({ format: 'email', description: 'E-mail address.', examples: ['a.okafor@example.org'] }),
  ),
  legalFamilyName: Type.Optional(nameFields.legalFamilyName),
})

const link = {
  pupilId: Id('The pupil.'),
  contactId: Id('The contact.'),
  relationship: Text('What the contact is to the pupil.', 'Mother', 50),
  priority: Whole('Order in which contacts are called; 1 first.', 1, 20, 1),
  hasParentalResponsibility: Flag('Holds parental responsibility (Children Act 1989, section 3).', true),
  isCourtOrderRestricted: Flag('A court order forbids or limits what this contact may be told.'),
  livesWithPupil: Flag('The pupil lives with this contact.', true),
}

export const PupilContact = Type.Object({ ...recordFields, ...link }, { title: 'PupilContact' })
export const NewPupilContact = Type.Object(
  {
    pupilId: link.pupilId,
    contactId: link.contactId,
    relationship: link.relationship,
    priority: link.priority,
    hasParentalResponsibility: Type.Optional(link.hasParentalResponsibility),
    isCourtOrderRestricted: Type.Optional(link.isCourtOrderRestricted),
    livesWithPupil: Type.Optional(link.livesWithPupil),
  },
  { additionalProperties: false, title: 'NewPupilContact' },
)
export const PupilContactChange = changeOf(Type.Omit(NewPupilContact, ['pupilId', 'contactId']), {
  title: 'PupilContactChange',
})
export const PupilContactFilter = Type.Object({
  pupilId: Type.Optional(link.pupilId),
  contactId: Type.Optional(link.contactId),
  hasParentalResponsibility: Type.Optional(link.hasParentalResponsibility),
})
