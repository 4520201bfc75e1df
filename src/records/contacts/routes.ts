import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { contact, deleteContact, insertContact, pupilContact, updateContact } from './queries.ts'
import { ContactChange, NewContact, NewPupilContact, PupilContactChange } from './schema.ts'
import { pupilContacts } from './table.ts'

const links = plain(pupilContacts)

export const contactRoutes = (): Mount[] => [
  list(contact),
  read(contact),
  create(contact, { body: NewContact, insert: insertContact }),
  change(contact, { body: ContactChange, update: updateContact }),
  remove(contact, deleteContact),
  list(pupilContact),
  read(pupilContact),
  create(pupilContact, { body: NewPupilContact, insert: links.insert }),
  change(pupilContact, { body: PupilContactChange, update: links.update }),
  remove(pupilContact, links.erase),
]
