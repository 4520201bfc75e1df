import type { Static } from '@sinclair/typebox'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader, IdParams } from '../../foundation/http/parameters.ts'
import { batch } from '../../foundation/resource/mounts/batch.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { speakRecord, wholeRecord } from '../../foundation/resource/record.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { deleteEnrolment, endEnrolment, enrolment, insertEnrolment, updateEnrolment } from './enrolments.ts'
import { pupil } from './queries.ts'
import { EnrolmentChange, Leaving, NewEnrolment, NewPupil, PupilChange } from './schema.ts'
import { deletePupil, insertPupil, insertPupils, updatePupil } from './write.ts'

/** POST /pupils/{id}/leave: ends the open enrolment. */
const leaveSchool = (): Mount => ({
  method: 'POST',
  path: '/pupils/{id}/leave',
  operationId: 'leaveSchool',
  scope: 'pupils:write',
  tag: 'pupils',
  summary: 'A pupil leaves the school',
  description: 'Ends the open enrolment of the pupil and notes why and where to. The pupil stays readable.',
  params: IdParams,
  headers: CreateHeaders,
  body: Leaving,
  answers: {
    200: { description: 'The pupil as they are now.', schema: answered(pupil), headers: etagHeader },
  },
  problems: [404, 409, 412, 413, 415, 422],
  cost: 5,
  handler: (context) =>
    answerWrite(context, async (tx) => {
      const { id } = context.request.params as { id: string }
      await speakRecord(tx, context, pupil, id)
      const enrolmentId = await endEnrolment(tx, id, context.request.body as Static<typeof Leaving>)
      tx.log({
        resource: 'enrolments',
        recordId: enrolmentId,
        action: 'changed',
        fields: ['validUntil'],
        pupilIds: [id],
      })
      const { json, etag } = await speakRecord(tx, context, pupil, id)
      return { status: 200, headers: { etag }, body: json, affected: 1 }
    }),
})

export const pupilRoutes = (): Mount[] => [
  list(pupil),
  read(pupil),
  create(pupil, { body: NewPupil, insert: insertPupil }),
  change(pupil, { body: PupilChange, update: updatePupil }),
  remove(pupil, deletePupil),
  batch(pupil, {
    body: NewPupil,
    insert: insertPupils,
    insertOne: insertPupil,
    summary: 'Create many pupils',
    description: 'Creates up to 1,000 pupils, each with the first enrolment.',
  }),
  leaveSchool(),
]

export const enrolmentRoutes = (): Mount[] => [
  list(enrolment),
  read(enrolment),
  create(enrolment, { body: NewEnrolment, insert: insertEnrolment }),
  change(enrolment, {
    body: EnrolmentChange,
    update: (tx, { id, change, before }) => updateEnrolment(tx, id, String(before.pupilId), change),
  }),
  remove(enrolment, async (tx, id) => {
    const { pupilId } = await wholeRecord(tx, enrolment, id)
    await deleteEnrolment(tx, id, String(pupilId))
  }),
]
