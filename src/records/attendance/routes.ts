import type { Static } from '@sinclair/typebox'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { speakRecord, wholeRecord } from '../../foundation/resource/record.ts'
import { deleteRow } from '../../foundation/resource/rows.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { fillingMounts } from './filling/mounts.ts'
import { historyRoutes } from './history/mounts.ts'
import { presenceMounts } from './presence/mounts.ts'
import { register } from './queries.ts'
import { attendanceReadRoutes } from './read-mounts.ts'
import { markRoutes } from './registers/mounts.ts'
import { occasionOf, openRegister } from './registers/open.ts'
import { returnMounts } from './returns/mounts.ts'
import { NewRegister } from './schema.ts'
import { settingsRoutes } from './settings-mounts.ts'
import { statisticsMounts } from './statistics/mounts.ts'
import { registers } from './table.ts'
import { workListMounts } from './work-lists/mounts.ts'

const createRegister = (): Mount => ({
  method: 'POST',
  path: '/registers',
  operationId: 'createRegister',
  scope: 'attendance:write',
  tag: 'attendance',
  summary: 'Open a register',
  description:
    'Opens the register of a group for a session, or of a lesson. Answers 200 with the open one when another device was first. Opening the register of a lesson reads the timetable, whatever the scopes.',
  headers: CreateHeaders,
  body: NewRegister,
  answers: {
    200: { description: 'The register was open already.', schema: answered(register), headers: etagHeader },
    201: {
      description: 'Opened.',
      schema: answered(register),
      headers: { ...etagHeader, ...locationHeader },
    },
  },
  problems: [409, 412, 413, 415, 422],
  cost: 5,
  async handler(context) {
    const occasion = await occasionOf(context, context.request.body as Static<typeof NewRegister>)
    return answerWrite(context, async (tx) => {
      const { id, isNew } = await openRegister(tx, occasion)
      if (isNew) tx.log({ resource: 'registers', recordId: id, action: 'created' })
      const { json, etag } = await speakRecord(tx, context, register, id)
      const headers = { etag, location: `/v1/registers/${id}` }
      return { status: isNew ? 201 : 200, headers, body: json, affected: isNew ? 1 : 0 }
    })
  },
})

export const attendanceRoutes = (): Mount[] => [
  list(register),
  read(register),
  createRegister(),
  remove(register, async (tx, id) => {
    const { takenAt } = await wholeRecord(tx, register, id)
    if (takenAt !== null)
      throw problem('in-use', {
        detail: 'A register that was taken is kept for six years (SI 2024/208, regulation 7).',
      })
    await deleteRow(tx, registers, id)
  }),
  ...markRoutes(),
  ...historyRoutes(),
  ...attendanceReadRoutes(),
  ...settingsRoutes(),
  ...fillingMounts(),
  ...presenceMounts(),
  ...workListMounts(),
  ...statisticsMounts(),
  ...returnMounts(),
]
