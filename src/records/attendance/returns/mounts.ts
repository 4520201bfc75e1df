import { type TSchema, Type } from '@sinclair/typebox'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { requireScope } from '../../../foundation/access/principal.ts'
import type { Scope } from '../../../foundation/access/scopes.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { Day } from '../../../foundation/resource/spoken.ts'
import { today } from '../../../foundation/time/clock.ts'
import { addDays } from '../../../foundation/time/days.ts'
import { type DayRange, readRange } from '../../../foundation/time/range.ts'
import { extractColumns, extractOf } from './extract.ts'
import { deletions, newPupils, sickness } from './lists.ts'
import { readExtract } from './queries.ts'
import { DeletionReturn, NewPupilReturn, SicknessReturn } from './schema.ts'

const strict = { additionalProperties: false }
const range = {
  from: Type.Optional(Day('First day; 30 days ago when left out.', '2026-11-01')),
  until: Type.Optional(
    Day('First day no longer wanted; tomorrow when left out. At most 400 days.', '2026-12-01'),
  ),
}

/** The range of a query; the days up to today when left out. */
function rangeOf({ db, request }: Context, days: number, most: number): DayRange {
  const tomorrow = addDays(today(db.clock), 1)
  const { from = addDays(tomorrow, -days), until = tomorrow } = request.query as Partial<DayRange>
  return readRange({ from, until }, db.clock, { days: 1, most })
}

/** A list for the local authority. */
function returnList(
  said: Pick<Mount, 'operationId' | 'summary' | 'description' | 'scope'> & {
    path: string
    row: TSchema
    query: Record<string, TSchema>
    /** Needed besides. */
    scopes?: readonly Scope[]
    find: (context: Context) => Promise<readonly { pupilId: string }[]>
  },
): Mount {
  const { path, row, query, scopes = [], find, ...rest } = said
  return {
    ...rest,
    method: 'GET',
    path: `/returns/${path}`,
    tag: 'attendance',
    query: Type.Object(query, strict),
    answers: { 200: { description: 'The list.', schema: wholeOf(row) } },
    problems: [422],
    cost: 5,
    async handler(context) {
      for (const scope of scopes) requireScope(context.who, scope)
      const data = await find(context)
      await disclose(
        context,
        data.map(({ pupilId }) => pupilId),
      )
      return sendJson(context.reply, JSON.stringify({ data, next: null }))
    },
  }
}

const extractScopes: readonly Scope[] = [
  'pupils:read',
  'pupils.identifiers:read',
  'pupils.demographics:read',
  'pupils.sen:read',
  'pupils.eligibility:read',
]

const dailyAttendance = (): Mount => ({
  method: 'GET',
  path: '/exports/daily-attendance',
  operationId: 'exportDailyAttendance',
  scope: 'attendance:read',
  tag: 'attendance',
  summary: "Export the Department's daily attendance data",
  description: `A row for each pupil (reception to year 13) and session with a mark, as CSV with the columns ${extractColumns.join(', ')}. The last seven days when no range is given, since marks change within that time. Needs also ${extractScopes.join(', ')}. Source: Department for Education, Share your daily school attendance data.`,
  query: Type.Object(
    {
      from: Type.Optional(Day('First day; six days ago when left out.', '2026-11-17')),
      until: Type.Optional(
        Day('First day no longer wanted; tomorrow when left out. At most 62 days.', '2026-11-24'),
      ),
    },
    strict,
  ),
  answers: {
    200: {
      description: 'The extract.',
      mediaType: 'text/csv',
      schema: Type.String({ examples: ['SchoolURN,LACode'] }),
    },
  },
  problems: [],
  cost: 20,
  async handler(context) {
    const { db, actor, who, reply } = context
    for (const scope of extractScopes) requireScope(who, scope)
    const asked = rangeOf(context, 7, 62)
    const [rows = []] = await readTogether(db, actor, [{ query: readExtract, values: { ...asked } }])
    await disclose(
      context,
      rows.map(([pupilId]) => pupilId),
      'demographics eligibility identifiers sen',
    )
    const name = `attendance-${asked.from}-${addDays(asked.until, -1)}.csv`
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(extractOf(rows))
  },
})

export const returnMounts = (): Mount[] => [
  returnList({
    path: 'new-pupils',
    operationId: 'listNewPupilReturns',
    scope: 'pupils:read',
    summary: 'List new pupils to return',
    description:
      'Pupils whose name was entered in the admission register, with the day by which the local authority is told (SI 2024/208, regulation 13(1) to (3)).',
    row: NewPupilReturn,
    query: range,
    find: (context) => newPupils(context.db, context.actor, rangeOf(context, 30, 400)),
  }),
  returnList({
    path: 'deletions',
    operationId: 'listDeletionReturns',
    scope: 'pupils:read',
    summary: 'List deleted names to return',
    description:
      'Pupils whose name was deleted from the admission register, with reason and destination (SI 2024/208, regulation 13(4)).',
    row: DeletionReturn,
    query: range,
    find: (context) => deletions(context.db, context.actor, rangeOf(context, 30, 400)),
  }),
  returnList({
    path: 'sickness',
    operationId: 'listSicknessReturns',
    scope: 'attendance:read',
    scopes: ['pupils:read'],
    summary: 'List pupils for the sickness return',
    description:
      'Pupils with code I on fifteen school days of the academic year, on end or in all (SI 2024/208, regulation 13). Needs also pupils:read.',
    row: SicknessReturn,
    query: { date: Type.Optional(Day('Up to this day; today when left out.', '2026-11-23')) },
    find: ({ db, actor, request }) => sickness(db, actor, (request.query as { date?: string }).date),
  }),
  dailyAttendance(),
]
