import { type Static, Type } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { type BatchOutcome, batch } from '../../foundation/resource/mounts/batch.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { deleteRow, newId, plain } from '../../foundation/resource/rows.ts'
import { refuseEntryClashes } from './clashes.ts'
import { coverMounts } from './cover.ts'
import { insertLessonChange, lessonChange, updateLessonChange } from './lesson-change.ts'
import { answerLesson, answerLessons } from './lessons.ts'
import { timetableEntry } from './queries.ts'
import {
  Lesson,
  LessonChangeChange,
  LessonId,
  LessonQuery,
  NewLessonChange,
  NewTimetableEntry,
  TimetableEntryChange,
} from './schema.ts'
import { lessonChanges, timetableEntries } from './table.ts'

const stored = plain(timetableEntries)

const listLessons = (): Mount => ({
  method: 'GET',
  path: '/lessons',
  operationId: 'listLessons',
  scope: 'timetable:read',
  tag: 'timetable',
  summary: 'List the lessons of a day or range',
  description:
    'The timetable read for real days: terms, closures and the week of the cycle are taken into account. In order of time.',
  query: LessonQuery,
  answers: {
    200: {
      description: 'A page of lessons.',
      schema: Type.Object(
        {
          data: Type.Array(Lesson),
          next: Type.Union([Type.String(), Type.Null()], {
            description: 'Cursor of the next page; null on the last.',
            examples: [null],
          }),
        },
        { additionalProperties: false },
      ),
    },
  },
  problems: [],
  cost: 1,
  handler: answerLessons,
})

const readLesson = (): Mount => ({
  method: 'GET',
  path: '/lessons/{id}',
  operationId: 'readLesson',
  scope: 'timetable:read',
  tag: 'timetable',
  summary: 'Read a lesson',
  description: 'One lesson by its id. Not found when the entry does not meet on that day.',
  params: Type.Object({ id: LessonId }),
  answers: { 200: { description: 'The lesson.', schema: Lesson } },
  problems: [404],
  cost: 1,
  handler: answerLesson,
})

async function insertEntries(tx: Tx, items: Static<typeof NewTimetableEntry>[]): Promise<BatchOutcome[]> {
  const updatedAt = tx.clock.now().toISOString()
  const rows = items.map((item) => ({ ...item, schoolId: tx.schoolId, id: newId(), updatedAt }))
  await tx.orm.insert(timetableEntries).values(rows)
  const ids = rows.map(({ id }) => id)
  await refuseEntryClashes(tx, ids, (at) => `/items/${at}`)
  return ids.map((id) => ({ id, action: 'created' }))
}

export const timetableRoutes = (): Mount[] => [
  list(timetableEntry),
  read(timetableEntry),
  create(timetableEntry, {
    body: NewTimetableEntry,
    insert: async (tx, body) => {
      const id = await stored.insert(tx, body)
      await refuseEntryClashes(tx, [id])
      return id
    },
  }),
  change(timetableEntry, {
    body: TimetableEntryChange,
    update: async (tx, change) => {
      await stored.update(tx, change)
      await refuseEntryClashes(tx, [change.id])
    },
  }),
  batch(timetableEntry, {
    body: NewTimetableEntry,
    insert: insertEntries,
    insertOne: stored.insert,
    summary: 'Create many timetable entries',
    description:
      'A whole timetable, such as that of next September, in few requests. Clashes are looked for once everything is in place.',
  }),
  remove(timetableEntry, stored.erase),
  listLessons(),
  readLesson(),
  list(lessonChange),
  read(lessonChange),
  create(lessonChange, { body: NewLessonChange, insert: insertLessonChange }),
  change(lessonChange, {
    body: LessonChangeChange,
    update: (tx, { id, change }) => updateLessonChange(tx, id, change),
  }),
  remove(lessonChange, (tx, id) => deleteRow(tx, lessonChanges, id)),
  ...coverMounts(),
]
