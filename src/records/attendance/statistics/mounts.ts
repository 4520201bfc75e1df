import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { refuse } from '../../../foundation/http/problems.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { findCode } from '../codes.ts'
import { type Asked, cellsOf, type Question, questionOf } from './answer.ts'
import type { StatisticsCell } from './cells.ts'
import { figuresOfCodes } from './counts.ts'
import { isMarkDimension } from './dimensions.ts'
import { type Hidden, protect } from './protect.ts'
import { CodeTotals, SessionFigures, StatisticsQuery, StatisticsRow } from './schema.ts'
import { type Figures, possibleSessions, spokenFigures, spokenKeys, spokenShare } from './speak.ts'

const common = { scope: 'attendance.statistics:read', tag: 'attendance' } as const

const listStatistics = (): Mount => ({
  ...common,
  method: 'GET',
  path: '/attendance-statistics',
  operationId: 'listAttendanceStatistics',
  summary: 'List attendance figures of any cut',
  description:
    'Sessions and rates of a pupil, a group, a year or the school, by up to two dimensions, over any range, and compared with another. Defined as in the national statistics: attendance is present plus approved educational activity. Callers who do not hold `attendance:read` get whole tables with small numbers suppressed (fewer than five pupils behind a figure), and so many others that none can be worked out.',
  query: StatisticsQuery,
  answers: { 200: { description: 'The table.', schema: wholeOf(StatisticsRow) } },
  problems: [422],
  cost: 5,
  handler: answerStatistics,
})

async function answerStatistics(context: Context): Promise<FastifyReply> {
  const { request, reply } = context
  const asked = request.query as Asked
  const question = await questionOf(context, asked)
  const beside = question.compared && (await tableOf(context, question, asked, question.compared))
  const data = tableRows(await tableOf(context, question, asked, question.range), beside, asked)
  if (question.by.includes('pupil') || asked.pupilId !== undefined)
    await disclose(context, [...new Set([asked.pupilId, ...data.map(({ by }) => by.pupil)])])
  return sendJson(reply, JSON.stringify({ data, next: null }))
}

function hiddenIn({ by, seesPupils }: Question, cells: readonly StatisticsCell[]): (Hidden | undefined)[] {
  if (seesPupils) return cells.map(() => undefined)
  return protect(
    cells,
    by.map((name) => (name === 'registrationGroup' ? (key) => key.split('|')[1] ?? '' : undefined)),
  )
}

interface Shown {
  by: Record<string, string>
  figures: Figures
  isSuppressed: boolean
}

/** The rows of one range by their keys. */
async function tableOf(
  { db, actor }: Context,
  question: Question,
  asked: Asked,
  range: Question['range'],
): Promise<Map<string, Shown>> {
  const { by } = question
  const { decimals = 1 } = asked
  const cells = await cellsOf(db, actor, question, asked, range)
  const hidden = hiddenIn(question, cells)
  const possibleOf = possibleSessions(by, cells)
  const speak = (cell: StatisticsCell, at: number) =>
    by.some(isMarkDimension)
      ? spokenShare(cell, possibleOf(cell), decimals)
      : spokenFigures(cell, by, decimals, hidden[at])
  return new Map(
    cells.map((cell, at) => [
      JSON.stringify(cell.keys),
      {
        by: spokenKeys(by, cell.keys),
        figures: speak(cell, at),
        isSuppressed: (hidden[at]?.size ?? 0) > 0,
      },
    ]),
  )
}

function tableRows(
  table: ReadonlyMap<string, Shown>,
  beside: ReadonlyMap<string, Shown> | undefined,
  { decimals = 1 }: Asked,
) {
  return [...table].map(([key, { by, figures, isSuppressed }]) => {
    const other = beside?.get(key)
    return {
      by,
      isSuppressed: isSuppressed || other?.isSuppressed === true,
      figures,
      ...(other && {
        compared: other.figures,
        attendanceChange: changeOf(figures.attendancePercent, other.figures.attendancePercent, decimals),
      }),
    }
  })
}

function changeOf(now: number | null | undefined, then: number | null | undefined, decimals: number) {
  if (now == null || then == null) return null
  return Number((now - then).toFixed(decimals))
}

const calculateFigures = (): Mount => ({
  ...common,
  method: 'POST',
  path: '/attendance-figures',
  operationId: 'calculateAttendanceFigures',
  summary: 'Work out totals and rates of counted codes',
  description:
    'Sessions by code in, totals and rates out, by the definitions with which every other figure is made. Nothing is stored. Fed with a row of published counts it gives the published totals and rates.',
  body: CodeTotals,
  answers: { 200: { description: 'The figures.', schema: SessionFigures } },
  problems: [413, 415, 422],
  cost: 1,
  async handler({ request, reply }) {
    const { codes, decimals = 1 } = request.body as Static<typeof CodeTotals>
    refuse(
      Object.keys(codes)
        .filter((code) => !findCode(code))
        .map((code) => ({
          path: `/codes/${code.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          message: 'This is not an attendance code; see the list of attendance codes.',
        })),
    )
    return sendJson(reply, JSON.stringify(figuresOfCodes(Object.entries(codes), decimals)))
  },
})

export const statisticsMounts = (): Mount[] => [listStatistics(), calculateFigures()]
