import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { ChangeOf } from '../../foundation/resource/mounts/change.ts'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { deleteRow, insertRow, updateRow } from '../../foundation/resource/rows.ts'
import { deletePersonIfUnused, insertPerson, nameSources, updatePerson } from '../people/queries.ts'
import { people } from '../people/table.ts'
import { pupil } from '../pupils/queries.ts'
import { pupils } from '../pupils/table.ts'
import { Contact, ContactFilter, PupilContact, PupilContactFilter } from './schema.ts'
import { contacts, pupilContacts } from './table.ts'

export const contact = resource({
  path: '/contacts',
  one: 'Contact',
  phrase: 'a contact',
  scope: 'contacts',
  row: Contact,
  filter: ContactFilter,
  view: {
    table: contacts,
    from: sql`${contacts} join ${people} on ${people.schoolId} = ${contacts.schoolId} and ${people.id} = ${contacts.id}`,
    fields: {
      id: contacts.id,
      updatedAt: contacts.updatedAt,
      title: people.title,
      ...nameSources,
      email: people.email,
      phone: people.phone,
      address: people.address,
      notes: contacts.notes,
    },
    filters: {
      pupilId: (id) =>
        sql`exists (select from ${pupilContacts} where ${pupilContacts.schoolId} = ${contacts.schoolId}
          and ${pupilContacts.contactId} = ${contacts.id} and ${pupilContacts.pupilId} = ${id}::uuid)`,
    },
    sorts: { legalFamilyName: people.legalFamilyName, legalGivenName: people.legalGivenName },
  },
})

export const pupilContact = resource({
  path: '/pupil-contacts',
  one: 'PupilContact',
  phrase: 'what a contact is to a pupil',
  scope: 'contacts',
  row: PupilContact,
  filter: PupilContactFilter,
  view: {
    table: pupilContacts,
    fields: {
      id: pupilContacts.id,
      updatedAt: pupilContacts.updatedAt,
      pupilId: pupilContacts.pupilId,
      contactId: pupilContacts.contactId,
      relationship: pupilContacts.relationship,
      priority: pupilContacts.priority,
      hasParentalResponsibility: pupilContacts.hasParentalResponsibility,
      isCourtOrderRestricted: pupilContacts.isCourtOrderRestricted,
      livesWithPupil: pupilContacts.livesWithPupil,
    },
    sorts: { priority: pupilContacts.priority },
  },
  constraints: {
    pupil_contacts__pupil_contact: {
      code: 'already-exists',
      path: '/contactId',
      message: 'The pupil has this contact already.',
    },
  },
})

relate(pupil, 'contacts', {
  target: pupilContact,
  isMany: true,
  on: sql`${pupilContacts.pupilId} = ${pupils.id}`,
  order: sql`${pupilContacts.priority}, ${pupilContacts.id}`,
  description: 'What each contact is to the pupil, first to call first.',
})
relate(pupilContact, 'contact', {
  target: contact,
  isMany: false,
  on: sql`${contacts.id} = ${pupilContacts.contactId}`,
  description: 'The contact.',
})
relate(pupilContact, 'pupil', {
  target: pupil,
  isMany: false,
  on: sql`${pupils.id} = ${pupilContacts.pupilId}`,
  description: 'The pupil.',
})

export async function insertContact(tx: Tx, body: object): Promise<string> {
  return insertRow(tx, contacts, body, await insertPerson(tx, body))
}

export async function updateContact(tx: Tx, { id, change }: ChangeOf<object>): Promise<void> {
  await updatePerson(tx, id, change, 'contacts')
  await updateRow(tx, contacts, id, change)
}

export async function deleteContact(tx: Tx, id: string): Promise<void> {
  await deleteRow(tx, contacts, id)
  await deletePersonIfUnused(tx, id)
}
