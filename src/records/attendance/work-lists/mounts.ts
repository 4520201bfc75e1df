import { type TSchema, Type } from '@sinclair/typebox'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { Day, oneOf } from '../../../foundation/resource/spoken.ts'
import { today } from '../../../foundation/time/clock.ts'
import { unexplainedOn, unresolved } from './absences.ts'
import { lessonsNotTaken, sessionsNotTaken } from './not-taken.ts'
import {
  RegisterNotTaken,
  ThresholdCrossed,
  thresholds,
  UnexplainedAbsence,
  UnresolvedMark,
} from './schema.ts'
import { crossedBy } from './thresholds.ts'

const strict = { additionalProperties: false }
const day = Type.Optional(Day('The day; today when left out.', '2026-11-23'))

/** A list that somebody works through: always whole, always of this moment. */
function workList(
  said: Pick<Mount, 'operationId' | 'summary' | 'description'> & {
    path: string
    row: TSchema
    query?: Record<string, TSchema>
    find: (context: Context, query: Record<string, string>) => Promise<readonly object[]>
  },
): Mount {
  const { path, row, query = {}, find, ...rest } = said
  return {
    ...rest,
    method: 'GET',
    path: `/work-lists/${path}`,
    scope: 'attendance:read',
    tag: 'attendance',
    query: Type.Object(query, strict),
    answers: { 200: { description: 'The list.', schema: wholeOf(row) } },
    problems: [422],
    cost: 5,
    async handler(context) {
      const data = await find(context, context.request.query as Record<string, string>)
      await disclose(
        context,
        data.map((one) => (one as { pupilId?: string }).pupilId),
      )
      return sendJson(context.reply, JSON.stringify({ data, next: null }))
    },
  }
}

export const workListMounts = (): Mount[] => [
  workList({
    path: 'registers-not-taken',
    operationId: 'listRegistersNotTaken',
    summary: 'List registers that are not yet taken',
    description:
      'Registration groups whose session register is missing, or lessons that have begun, with the minutes overdue. A group in which everybody has a mark, as when the site is closed, is not listed.',
    row: RegisterNotTaken,
    query: {
      date: day,
      kind: Type.Optional(
        oneOf(['session', 'lesson'], { description: 'session when left out.', examples: ['session'] }),
      ),
    },
    find: ({ db, actor }, { date = today(db.clock), kind }) =>
      (kind === 'lesson' ? lessonsNotTaken : sessionsNotTaken)(db, actor, date),
  }),
  workList({
    path: 'unexplained-absences',
    operationId: 'listUnexplainedAbsences',
    summary: 'List absences without a reason',
    description:
      'Pupils marked N or O on a day: those to ring up, first days first. With the minutes since the register closed.',
    row: UnexplainedAbsence,
    query: { date: day },
    find: ({ db, actor }, { date = today(db.clock) }) => unexplainedOn(db, actor, date),
  }),
  workList({
    path: 'unresolved-marks',
    operationId: 'listUnresolvedMarks',
    summary: 'List N that stands too long',
    description:
      'Marks N of more than five school days ago, the oldest first: to be replaced by the reason, or O.',
    row: UnresolvedMark,
    find: ({ db, actor }) => unresolved(db, actor),
  }),
  workList({
    path: 'attendance-thresholds',
    operationId: 'listAttendanceThresholds',
    summary: 'List pupils who have crossed a threshold',
    description:
      'Of the academic year up to a day: persistent and severe absence, ten unauthorised sessions in ten school weeks (these may reach back into the year before), fifteen days of illness, ten days on end without leave.',
    row: ThresholdCrossed,
    query: {
      date: day,
      threshold: Type.Optional(
        oneOf(thresholds, { description: 'Only this one.', examples: [thresholds[0]] }),
      ),
    },
    find: ({ db, actor }, { date, threshold }) =>
      crossedBy(db, actor, date, threshold as (typeof thresholds)[number] | undefined),
  }),
]
