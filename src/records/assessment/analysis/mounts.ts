import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import { disclose } from '../../../foundation/access/disclosure.ts'
import { requireScope } from '../../../foundation/access/principal.ts'
import type { Scope } from '../../../foundation/access/scopes.ts'
import { readTogether, type TextRow } from '../../../foundation/db/transaction.ts'
import { sendJson } from '../../../foundation/http/answer.ts'
import type { Context, Mount } from '../../../foundation/http/mount.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { Id, oneOf } from '../../../foundation/resource/spoken.ts'
import { today } from '../../../foundation/time/clock.ts'
import { dayNumber } from '../../../foundation/time/days.ts'
import { distributionOf, flightPathAt, trendOf, valueAdded } from './numbers.ts'
import { type characteristics, readGrades, readPairs, readProgress, readValues } from './queries.ts'
import { DistributionRow, ProgressRow, resultType, ValueAddedAnswer } from './schema.ts'

const strict = { additionalProperties: false }
const groupId = Type.Optional(Id('Only pupils who are in this group today.'))

/** Characteristics need the scope of their field group, as everywhere. */
const scopeOf: Record<keyof typeof characteristics, Scope> = {
  sex: 'pupils.demographics:read',
  yearGroup: 'pupils:read',
  senStatus: 'pupils.sen:read',
  isFreeSchoolMeals: 'pupils.eligibility:read',
  isPupilPremium: 'pupils.eligibility:read',
  isInCare: 'pupils.eligibility:read',
}
const names = Object.keys(scopeOf) as (keyof typeof characteristics)[]
const statements = new Map([undefined, ...names].map((name) => [name, readValues(name)]))

type Asked = Record<string, string>

function analysis(
  said: Pick<Mount, 'operationId' | 'summary' | 'description' | 'problems'> & {
    path: string
    query: TObject
    schema: TSchema
    find: (context: Context, asked: Asked) => Promise<{ answer: object; pupilIds: readonly string[] }>
  },
): Mount {
  const { path, query, schema, find, ...rest } = said
  return {
    ...rest,
    method: 'GET',
    path: `/assessment-analysis/${path}`,
    scope: 'assessment:read',
    tag: 'assessment',
    query,
    answers: { 200: { description: 'The analysis.', schema } },
    cost: 5,
    async handler(context) {
      const { answer, pupilIds } = await find(context, context.request.query as Asked)
      await disclose(context, pupilIds)
      return sendJson(context.reply, JSON.stringify(answer))
    },
  }
}

/** A comparison shows no fewer pupils than this. */
const least = 5

async function distribution({ db, actor, who }: Context, asked: Asked) {
  const by = asked.by as keyof typeof characteristics | undefined
  if (by !== undefined) requireScope(who, scopeOf[by])
  const values = {
    aspect: asked.aspectId,
    set: asked.resultSetId,
    type: asked.type ?? 'R',
    group: asked.groupId ?? null,
    today: today(db.clock),
  }
  const [rows = [], grades = []] = await readTogether(db, actor, [
    { query: statements.get(by) as ReturnType<typeof readValues>, values },
    { query: readGrades, values: { aspect: asked.aspectId } },
  ])
  const order = grades.map(([grade]) => grade as string)
  const cells = [...Map.groupBy(rows, ([, , , of]) => (by === undefined ? null : (of ?? 'unknown')))].sort(
    ([a], [b]) => String(a).localeCompare(String(b), 'en', { numeric: true }),
  )
  const hidden =
    by === undefined ? new Set<string | null>() : tooSmall(cells.map(([of, own]) => [of, own.length]))
  const data = cells.map(([of, own]) =>
    hidden.has(of) ? suppressedRow(of) : distributionRow(of, own, order),
  )
  return { answer: { data, next: null }, pupilIds: [] }
}

/** Small groups, and with a single one the next smallest, or the total would tell of it. */
function tooSmall(sizes: readonly (readonly [string | null, number])[]): Set<string | null> {
  const inOrder = [...sizes].sort(([, a], [, b]) => a - b)
  const small = inOrder.filter(([, pupils]) => pupils < least)
  const hiddenPupils = small.reduce((sum, [, pupils]) => sum + pupils, 0)
  const isTold = small.length > 0 && (small.length < 2 || hiddenPupils < least)
  return new Set(inOrder.slice(0, small.length + Number(isTold)).map(([of]) => of))
}

const suppressedRow = (of: string | null) => ({
  of,
  pupils: null,
  mean: null,
  values: null,
  isSuppressed: true,
})

function distributionRow(of: string | null, rows: readonly TextRow[], order: readonly string[]) {
  const numbers = rows.flatMap(([, , number]) => (number == null ? [] : [Number(number)]))
  const sum = numbers.reduce((total, number) => total + number, 0)
  return {
    of,
    pupils: rows.length,
    mean: numbers.length === 0 ? null : Number((sum / numbers.length).toFixed(4)),
    values: distributionOf(
      rows.map(([, value]) => value as string),
      order,
    ),
    isSuppressed: false,
  }
}

async function progress({ db, actor }: Context, asked: Asked) {
  const values = {
    aspect: asked.aspectId,
    pupil: asked.pupilId ?? null,
    group: asked.groupId ?? null,
    today: today(db.clock),
  }
  const [rows = []] = await readTogether(db, actor, [{ query: readProgress, values }])
  const data = [...Map.groupBy(rows, ([pupilId]) => pupilId as string)].map(([pupilId, own]) =>
    progressRow(pupilId, own),
  )
  return { answer: { data, next: null }, pupilIds: data.map(({ pupilId }) => pupilId) }
}

/** A prediction looks a term ahead where no target says when. */
const daysAhead = 90

function progressRow(pupilId: string, rows: readonly TextRow[]) {
  const points = rows
    .filter(([, , , , type]) => type !== 'T')
    .map(([, resultSetId, name, on, , value, number]) => ({
      resultSetId: resultSetId as string,
      name: name as string,
      on: on as string,
      value: value as string,
      number: number == null ? null : Number(number),
    }))
  const told = points.flatMap(({ on, number }) =>
    number === null ? [] : [{ at: dayNumber(on), value: number }],
  )
  const [first, last] = [told[0], told.at(-1)]
  const goal = rows.findLast(([, , , , type, , number]) => type === 'T' && number != null)
  const target = goal ? { at: dayNumber(goal[3] as string), value: Number(goal[6]) } : undefined
  const expected = first && last && target ? flightPathAt(first, target, last.at) : null
  return {
    pupilId,
    points,
    target: target?.value ?? null,
    expected,
    isOnTarget: expected === null || !last ? null : last.value >= expected,
    prediction: last ? trendOf(told, Math.max(target?.at ?? 0, last.at + daysAhead)) : null,
  }
}

async function addedValue({ db, actor }: Context, asked: Asked) {
  const values = {
    aspect: asked.aspectId,
    set: asked.resultSetId,
    type: asked.type ?? 'R',
    baselineAspect: asked.baselineAspectId,
    baselineSet: asked.baselineResultSetId,
    group: asked.groupId ?? null,
    today: today(db.clock),
  }
  const [rows = []] = await readTogether(db, actor, [{ query: readPairs, values }])
  const found = valueAdded(
    rows.map(([id, baseline, outcome]) => ({
      id: id as string,
      baseline: Number(baseline),
      outcome: Number(outcome),
    })),
  )
  if (!found)
    throw problem('rule-broken', {
      detail:
        'Value added needs at least five pupils with a baseline and an outcome, and baselines that differ.',
    })
  const answer = { ...found, rows: found.rows.map(({ id, ...row }) => ({ pupilId: id, ...row })) }
  return { answer, pupilIds: found.rows.map(({ id }) => id) }
}

const measured = {
  aspectId: Id('What was measured.'),
  resultSetId: Id('The result set.'),
  type: Type.Optional(resultType),
  groupId,
}

export const analysisMounts = (): Mount[] => [
  analysis({
    path: 'distribution',
    operationId: 'readDistribution',
    summary: 'Read how many pupils reached which value',
    description:
      'Of an aspect in a result set, by grade in the order of its set; by a characteristic with `by`, which needs the scope of its field group. Groups of fewer than five pupils are suppressed, and the next one where the total would tell of them.',
    query: Type.Object(
      {
        ...measured,
        by: Type.Optional(oneOf(names, { description: 'Compare by this.', examples: ['senStatus'] })),
      },
      strict,
    ),
    schema: wholeOf(DistributionRow),
    problems: [],
    find: distribution,
  }),
  analysis({
    path: 'progress',
    operationId: 'readProgress',
    summary: 'Read the progress of a pupil or a group',
    description:
      'Results of an aspect in order of time, the way to the target, and what the trend foresees with its interval and method.',
    query: Type.Object(
      { aspectId: measured.aspectId, pupilId: Type.Optional(Id('Only this pupil.')), groupId },
      strict,
    ),
    schema: wholeOf(ProgressRow),
    problems: [],
    find: progress,
  }),
  analysis({
    path: 'value-added',
    operationId: 'readValueAdded',
    summary: 'Read value added against a baseline',
    description:
      'What each pupil reached beside what pupils of the same baseline reached in this cohort. At least five pupils; the method is named in the answer.',
    query: Type.Object(
      {
        ...measured,
        baselineAspectId: Id('Aspect of the baseline.'),
        baselineResultSetId: Id('Result set of the baseline.'),
      },
      strict,
    ),
    schema: ValueAddedAnswer,
    problems: [422],
    find: addedValue,
  }),
]
