import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { subject } from './queries.ts'
import { NewSubject, SubjectChange } from './schema.ts'
import { subjects } from './table.ts'

const { insert, update, erase } = plain(subjects)

export const subjectRoutes = (): Mount[] => [
  list(subject),
  read(subject),
  create(subject, { body: NewSubject, insert }),
  change(subject, { body: SubjectChange, update }),
  remove(subject, erase),
]
