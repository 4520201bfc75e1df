import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { readInSchool, readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { pageOf, wholeOf } from '../../foundation/resource/schemas.ts'
import { Day, Id, Instant, paging } from '../../foundation/resource/spoken.ts'
import { today } from '../../foundation/time/clock.ts'
import { type DayRange, readRange } from '../../foundation/time/range.ts'
import { attendanceCodes, codesOn } from './codes.ts'
import { attendancePercent, isPersistentlyAbsent, possibleOf, subtractCounts } from './figures.ts'
import { marksOf, readMarksAsOf } from './history/pupil-history.ts'
import { countMarks, type Mark } from './packing.ts'
import { readPupilYears, readSummaries } from './queries.ts'
import { yearCountsFrom } from './registers/session-marks.ts'
import { AttendanceCode, AttendanceSummary, SessionMark } from './schema.ts'

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
      asOf: Type.Optional(Instant('What the register said at this instant.')),
    },
    strict,
  ),
  answers: { 200: { description: 'The marks.', schema: wholeOf(SessionMark) } },
  problems: [],
  handler: answerPupilMarks,
})

async function answerPupilMarks(context: Context): Promise<FastifyReply> {
  const { db, actor, request, reply } = context
  const { pupilId, asOf, ...asked } = request.query as {
    pupilId: string
    from?: string
    until?: string
    asOf?: string
  }
  const range = readRange(asked, db.clock, { days: 1, most: 800 })
  const data =
    asOf === undefined
      ? await currentMarks(context, pupilId, range)
      : await readInSchool(db, actor, (tx) => readMarksAsOf(tx, pupilId, range, asOf))
  if (data.length > 0) await disclose(context, [pupilId])
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

async function currentMarks({ db, actor }: Context, pupilId: string, range: DayRange): Promise<Mark[]> {
  const values = { pupil: pupilId, until: range.until }
  const [rows] = await readTogether(db, actor, [{ query: readPupilYears, values }])
  return marksOf(rows ?? [], range)
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
  const data = rows.slice(0, limit).map(([pupilId, ahead, ...counters]) => {
    const counts = subtractCounts(yearCountsFrom(counters), countMarks(ahead ?? ''))
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

export const attendanceReadRoutes = (): Mount[] => [listMarks(), listSummaries(), listCodes()]
