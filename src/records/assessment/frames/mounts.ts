import { type Static, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { requireWholeSchool } from '../../../foundation/access/principal.ts'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../../foundation/http/answer.ts'
import type { Mount } from '../../../foundation/http/mount.ts'
import { CreateHeaders } from '../../../foundation/http/parameters.ts'
import { insertRow } from '../../../foundation/resource/rows.ts'
import { wholeOf } from '../../../foundation/resource/schemas.ts'
import { nullable, oneOf, Text } from '../../../foundation/resource/spoken.ts'
import { aspects, gradeSets, gradeSetVersions } from '../table.ts'
import { type Frame, type FrameGradeSet, frames } from './frames.ts'

const strict = { additionalProperties: false }
const name = oneOf(
  frames.map((frame) => frame.name),
  { description: 'The frame.', examples: ['gcse'] },
)

const FrameShape = Type.Object(
  {
    name,
    title: Text('Its title.', 'GCSE'),
    source: Text('Where it stands.', 'Ofqual, GCSE 9 to 1'),
    gradeSets: Type.Array(
      Type.Object(
        {
          code: Text('Code of the grade set.', 'GCSE-9-1', 20),
          name: Text('Its name.', 'GCSE 9 to 1'),
          grades: Type.Array(Type.String(), { description: 'Grades, best first.', examples: [['9', '8']] }),
        },
        strict,
      ),
      { description: 'Grade sets that it brings.' },
    ),
    aspects: Type.Array(
      Type.Object(
        {
          code: Text('Code of the aspect.', 'GCSE-MATHEMATICS', 40),
          name: Text('What is measured.', 'GCSE mathematics'),
          type: oneOf(['grade', 'integer', 'age'], {
            description: 'Type of its values.',
            examples: ['grade'],
          }),
          gradeSet: nullable(Text('Code of its grade set.', 'GCSE-9-1', 20)),
        },
        strict,
      ),
      { description: 'Aspects that it brings.' },
    ),
  },
  { ...strict, title: 'AssessmentFrame' },
)

const Taken = Type.Object(
  {
    gradeSets: Type.Array(Text('Code.', 'GCSE-9-1', 20), {
      description: 'Grade sets that are new.',
      examples: [['GCSE-9-1']],
    }),
    aspects: Type.Array(Text('Code.', 'GCSE-MATHEMATICS', 40), {
      description: 'Aspects that are new.',
      examples: [['GCSE-MATHEMATICS']],
    }),
  },
  { ...strict, title: 'FrameTaken' },
)

const speak = (frame: Frame) => ({
  ...frame,
  gradeSets: frame.gradeSets.map(({ code, name, grades }) => ({
    code,
    name,
    grades: grades.map(({ grade }) => grade),
  })),
  aspects: frame.aspects.map(({ code, name, type, gradeSet = null }) => ({ code, name, type, gradeSet })),
})

async function codesOf(tx: Tx, table: 'grade_sets' | 'aspects'): Promise<Map<string, string>> {
  const rows = await tx.sql<{ id: string; code: string }>(
    sql`select id, code from ${sql.identifier(table)} where school_id = ${tx.schoolId}`,
  )
  return new Map(rows.map(({ id, code }) => [code, id]))
}

/** Adds what the school does not have yet, by code; what it has stays as it is. */
async function takeFrame(tx: Tx, frame: Frame): Promise<Static<typeof Taken>> {
  const sets = await codesOf(tx, 'grade_sets')
  const known = await codesOf(tx, 'aspects')
  const newSets = frame.gradeSets.filter(({ code }) => !sets.has(code))
  for (const set of newSets) sets.set(set.code, await addGradeSet(tx, set))
  const newAspects = frame.aspects.filter(({ code }) => !known.has(code))
  for (const { gradeSet, ...aspect } of newAspects) {
    const gradeSetId = gradeSet === undefined ? null : sets.get(gradeSet)
    const recordId = await insertRow(tx, aspects, { ...aspect, gradeSetId })
    tx.log({ resource: 'aspects', recordId, action: 'created' })
  }
  return { gradeSets: newSets.map(({ code }) => code), aspects: newAspects.map(({ code }) => code) }
}

async function addGradeSet(tx: Tx, { code, name, validFrom, grades }: FrameGradeSet): Promise<string> {
  const gradeSetId = await insertRow(tx, gradeSets, { code, name })
  tx.log({ resource: 'grade-sets', recordId: gradeSetId, action: 'created' })
  const ranked = grades.map((grade, at) => ({ ...grade, rank: at + 1 }))
  const version = { gradeSetId, number: 1, validFrom, grades: ranked }
  const recordId = await insertRow(tx, gradeSetVersions, version)
  tx.log({ resource: 'grade-set-versions', recordId, action: 'created' })
  return gradeSetId
}

const common = { path: '/assessment-frames', tag: 'assessment' } as const

export const frameMounts = (): Mount[] => [
  {
    ...common,
    method: 'GET',
    operationId: 'listAssessmentFrames',
    scope: 'assessment:read',
    summary: 'List national frames of assessment',
    description:
      'Early years profile, phonics, multiplication check, key stage 2, GCSE, A level, standardised scores.',
    answers: { 200: { description: 'The frames.', schema: wholeOf(FrameShape) } },
    problems: [],
    cost: 1,
    handler: async ({ reply }) => sendJson(reply, JSON.stringify({ data: frames.map(speak), next: null })),
  },
  {
    ...common,
    method: 'POST',
    operationId: 'takeAssessmentFrame',
    scope: 'assessment:write',
    summary: 'Take over a national frame',
    description:
      'Adds the grade sets and aspects of a frame that the school does not have yet, by their codes.',
    headers: CreateHeaders,
    body: Type.Object({ name }, { ...strict, title: 'TakeFrame' }),
    answers: { 200: { description: 'What was added.', schema: Taken } },
    problems: [409, 412, 413, 415, 422],
    cost: 20,
    handler(context) {
      requireWholeSchool(context.who, 'assessment:write')
      const asked = (context.request.body as { name: string }).name
      const frame = frames.find((each) => each.name === asked) as Frame
      return answerWrite(context, async (tx) => {
        const taken = await takeFrame(tx, frame)
        const affected = taken.gradeSets.length + taken.aspects.length
        return { status: 200, headers: {}, body: JSON.stringify(taken), affected }
      })
    },
  },
]
