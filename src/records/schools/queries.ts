import { resource } from '../../foundation/resource/resource.ts'
import { School, SchoolFilter } from './schema.ts'
import { schools } from './table.ts'

/** The school of the token: its own id is the tenant's. */
export const school = resource({
  path: '/schools',
  one: 'School',
  phrase: 'the school',
  scope: 'schools',
  row: School,
  filter: SchoolFilter,
  view: {
    table: { ...schools, schoolId: schools.schoolId, id: schools.schoolId },
    fields: {
      id: schools.schoolId,
      updatedAt: schools.updatedAt,
      name: schools.name,
      laestab: schools.laestab,
      urn: schools.urn,
      phase: schools.phase,
      email: schools.email,
      phone: schools.phone,
      website: schools.website,
      address: schools.address,
    },
  },
})
