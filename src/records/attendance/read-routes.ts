import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { readInSchool, readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { IdParams } from '../../foundation/http/parameters.ts'
import { pageOf, wholeOf } from '../../foundation/resource/schemas.ts'
import { Day, Id, paging } from '../../foundation/resource/spoken.ts'
import { today } from '../../foundation/time/clock.ts'
import { readRange } from '../../foundation/time/range.ts'
import { attendanceCodes, codesOn } from './codes.ts'
import { attendancePercent, isPersistentlyAbsent, possibleOf } from './figures.ts'
import { readMarks } from './marks.ts'
import { expand, unpackCode } from './packing.ts'
import { readAmendments, readPupilYears, readSummaries } from './queries.ts'
import { Amendment, AttendanceCode, AttendanceSummary, SessionMark } from './schema.ts'
import { yearCountsFrom } from './session-marks.ts'

const strict = { additionalProperties: false }
const common = { method: 'GET', scope: 'attendance:read', tag: 'attendance', cost: 1 } as const

const listCodes = (): Mount => ({
  ...common,
  path: '/attendance-codes',
  operationId: 'listAttendanceCodes',
  summary: 'List the national attendance codes',
  description:
    'Codes with their legal category, what they count as and where the pupil is; those of a day when `asOf` is given.',
  query: Type.Object(
    { asOf: Type.Optional(Day('Only codes that may be written for this day.', '2026-11-23')) },
    strict,
  ),
  answers: { 200: { description: 'The codes.', schema: wholeOf(AttendanceCode) } },
  problems: [],
  async handler({ request, reply }) {
    const { asOf } = request.query as { asOf?: string }
    const codes = asOf === undefined ? attendanceCodes : codesOn(asOf)
    return sendJson(reply, JSON.stringify({ data: codes.map(({ instead: _, ...code }) => code), next: null }))
  },
})

const listAmendments = (): Mount => ({
  ...common,
  path: '/registers/{id}/amendments',
  operationId: 'listAmendments',
  summary: 'List what was changed in a register',
  description:
    'Every change of a mark after the register was first taken: before, after, why, when, by whom. Never overwritten.',
  params: IdParams,
  answers: { 200: { description: 'The amendments, oldest first.', schema: wholeOf(Amendment) } },
  problems: [404],
  handler: answerAmendments,
})

async function answerAmendments(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { id } = request.params as { id: string }
  const rows = await readInSchool(db, actor, async (tx) => {
    const { marks } = await readMarks(tx, id, undefined)
    return tx.rows(readAmendments, { id, pupils: marks.map(({ pupilId }) => pupilId) })
  })
  await disclose(
    context,
    rows.map(([, pupilId]) => pupilId),
  )
  const data = rows.map(([registerId, pupilId, date, session, was, becomes, reason, at, amendedBy]) => ({
    registerId,
    pupilId,
    date,
    session,
    was: unpackCode(was as string),
    becomes: unpackCode(becomes as string),
    reason,
    amendedAt: new Date(at as string).toISOString(),
    amendedBy,
  }))
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

const listMarks = (): Mount => ({
  ...common,
  path: '/marks',
  operationId: 'listMarks',
  summary: "List a pupil's session marks",
  description:
    'The session marks of one pupil over a range of days, in order. Sessions without a mark are left out.',
  query: Type.Object(
    {
      pupilId: Id('The pupil.'),
      from: Type.Optional(Day('First day; today when left out.', '2026-09-01')),
      until: Type.Optional(
        Day(
          'First day no longer wanted; the day after `from` when left out. At most 800 days.',
          '2026-11-24',
        ),
      ),
    },
    strict,
  ),
  answers: { 200: { description: 'The marks.', schema: wholeOf(SessionMark) } },
  problems: [],
  handler: answerPupilMarks,
})

async function answerPupilMarks(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { pupilId, ...asked } = request.query as { pupilId: string; from?: string; until?: string }
  const { from, until } = readRange(asked, db.clock, { days: 1, most: 800 })
  const [rows] = await readTogether(db, actor, [{ query: readPupilYears, values: { pupil: pupilId, until } }])
  const data = (rows ?? []).flatMap(([startsOn, marks]) =>
    expand(marks as string, startsOn as string, from, until),
  )
  if (data.length > 0) await disclose(context, [pupilId])
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

const listSummaries = (): Mount => ({
  ...common,
  path: '/attendance-summaries',
  operationId: 'listAttendanceSummaries',
  summary: 'List attendance of a year, pupil by pupil',
  description:
    'Counted sessions and attendance of each pupil in an academic year, defined as in the national statistics: attendance includes approved educational activity.',
  query: Type.Object(
    {
      academicYearId: Type.Optional(Id('The academic year; the present one when left out.')),
      groupId: Type.Optional(Id('Only pupils who are in this group today.')),
      ...paging,
    },
    strict,
  ),
  answers: { 200: { description: 'A page of pupils.', schema: pageOf(AttendanceSummary) } },
  problems: [],
  handler: answerSummaries,
})

const firstId = '00000000-0000-0000-0000-000000000000'

async function answerSummaries(context: Context): Promise<FastifyReply> {
  const { db, who, actor, cursors, request, reply } = context
  const {
    academicYearId = null,
    groupId = null,
    limit,
    after,
  } = request.query as {
    academicYearId?: string
    groupId?: string
    limit: number
    after?: string
  }
  const scope = JSON.stringify([who.schoolId, 'summaries', academicYearId, groupId])
  const position = after === undefined ? firstId : cursors.open(scope, after)[0]
  const values = {
    year: academicYearId,
    group: groupId,
    today: today(db.clock),
    after: position,
    limit: limit + 1,
  }
  const [rows = []] = await readTogether(db, actor, [{ query: readSummaries, values }])
  const data = rows.slice(0, limit).map(([pupilId, ...counters]) => {
    const counts = yearCountsFrom(counters)
    return {
      pupilId,
      ...counts,
      possible: possibleOf(counts),
      attendancePercent: attendancePercent(counts),
      isPersistentlyAbsent: isPersistentlyAbsent(counts),
    }
  })
  await disclose(
    context,
    data.map(({ pupilId }) => pupilId),
  )
  const next = rows.length > limit ? cursors.seal(scope, [data.at(-1)?.pupilId as string]) : null
  return sendJson(reply, JSON.stringify({ data, next }))
}

export const attendanceReadRoutes = (): Mount[] => [
  listAmendments(),
  listMarks(),
  listSummaries(),
  listCodes(),
]
