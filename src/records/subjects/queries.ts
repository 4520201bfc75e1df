import { resource } from '../../foundation/resource/resource.ts'
import { Subject, SubjectFilter } from './schema.ts'
import { subjects } from './table.ts'

export const subject = resource({
  path: '/subjects',
  one: 'Subject',
  phrase: 'a subject',
  scope: 'subjects',
  row: Subject,
  filter: SubjectFilter,
  view: {
    table: subjects,
    fields: {
      id: subjects.id,
      updatedAt: subjects.updatedAt,
      code: subjects.code,
      name: subjects.name,
      isActive: subjects.isActive,
    },
    sorts: { code: subjects.code, name: subjects.name },
  },
})
