import type { Static } from '@sinclair/typebox'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { requireWholeSchool } from '../../../foundation/access/principal.ts'
import { answerWrite } from '../../../foundation/http/answer.ts'
import type { Mount } from '../../../foundation/http/mount.ts'
import { CreateHeaders } from '../../../foundation/http/parameters.ts'
import { change } from '../../../foundation/resource/mounts/change.ts'
import { create } from '../../../foundation/resource/mounts/create.ts'
import { list } from '../../../foundation/resource/mounts/list.ts'
import { read } from '../../../foundation/resource/mounts/read.ts'
import { remove } from '../../../foundation/resource/mounts/remove.ts'
import { plain } from '../../../foundation/resource/rows.ts'
import { partTimeTimetables } from '../table.ts'
import { actOnGroup } from './act.ts'
import { cancelAbsence, planAbsence } from './planned.ts'
import { partTimeTimetable, plannedAbsence } from './queries.ts'
import {
  AttendanceActDone,
  NewAttendanceAct,
  NewPartTimeTimetable,
  NewPlannedAbsence,
  PartTimeTimetableChange,
  PlannedAbsencesMade,
} from './schema.ts'

const common = {
  method: 'POST',
  scope: 'attendance:write',
  tag: 'attendance',
  headers: CreateHeaders,
  problems: [409, 412, 413, 415, 422],
  cost: 20,
} as const

const planAbsences = (): Mount => ({
  ...common,
  path: '/planned-absences',
  operationId: 'createPlannedAbsences',
  summary: 'Plan an absence, or a trip',
  description:
    'Notes that one pupil or many will be away, or are, and fills their registers with the code: ahead of the day, and in place of N and O where a register was taken already. Marks of attendance and marks with a reason stay; `kept` names them.',
  body: NewPlannedAbsence,
  answers: { 201: { description: 'Planned.', schema: PlannedAbsencesMade } },
  handler: (context) =>
    answerWrite(context, async (tx) => {
      const body = context.request.body as Static<typeof NewPlannedAbsence>
      const { outingId, ids, written, kept } = await planAbsence(tx, body)
      await disclose(context, body.pupilIds)
      const answer = JSON.stringify({ outingId, ids, written: written.length, kept })
      return { status: 201, headers: {}, body: answer, affected: ids.length + written.length }
    }),
})

const actOnMany = (): Mount => ({
  ...common,
  path: '/attendance-acts',
  operationId: 'createAttendanceAct',
  summary: 'Mark many pupils at once',
  description:
    'One code for everybody, a year group, a group or a list of pupils over a range of sessions: the site closed (Y4), part of it (Y3), a trip (V), the days of a closure (#). Who was seen stays present unless `isOverriding`; `kept` names them.',
  body: NewAttendanceAct,
  answers: { 200: { description: 'Marked.', schema: AttendanceActDone } },
  handler: (context) => {
    const body = context.request.body as Static<typeof NewAttendanceAct>
    if (body.isEveryone) requireWholeSchool(context.who, 'attendance:write')
    return answerWrite(context, async (tx) => {
      const { pupils, written, kept } = await actOnGroup(tx, body)
      await disclose(
        context,
        kept.map(({ pupilId }) => pupilId),
      )
      const answer = JSON.stringify({ pupils, written: written.length, kept })
      return { status: 200, headers: {}, body: answer, affected: written.length }
    })
  },
})

const partTime = plain(partTimeTimetables)

export const fillingMounts = (): Mount[] => [
  list(plannedAbsence),
  read(plannedAbsence),
  planAbsences(),
  remove(plannedAbsence, cancelAbsence),
  actOnMany(),
  list(partTimeTimetable),
  read(partTimeTimetable),
  create(partTimeTimetable, { body: NewPartTimeTimetable, insert: partTime.insert }),
  change(partTimeTimetable, { body: PartTimeTimetableChange, update: partTime.update }),
  remove(partTimeTimetable, partTime.erase),
]
