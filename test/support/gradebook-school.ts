import type { RosterClient, Row } from './oneroster-client.ts'
import type { Version } from './oneroster-schemas.ts'
import { makeRosterSchool, type RosterSchool } from './roster-school.ts'
import type { TestSchool } from './service.ts'

/** A roster school that assesses mathematics: a test out of 60, a GCSE grade, and a target for one pupil. */
export interface GradebookSchool extends RosterSchool {
  gradeSet: string
  /** Marks of a test, 0 to 60: pupils 1 and 2 have 42 and 51. */
  test: string
  /** Grades 1 to 9 and U: pupil 1 has the target 8. */
  grade: string
  /** Open in November 2026. */
  term: string
  autumn: string
}

export async function makeGradebookSchool(school: TestSchool): Promise<GradebookSchool> {
  const roster = await makeRosterSchool(school)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const gradeSet = await made('/grade-sets', { code: 'GCSE', name: 'GCSE 9-1' })
  await made('/grade-set-versions', {
    gradeSetId: gradeSet,
    number: 1,
    validFrom: '2026-09-01',
    grades: [...'987654321U'].map((grade, at) => ({ grade, value: 9 - at, rank: at + 1 })),
  })
  const subjectId = roster.subject
  const test = await made('/aspects', {
    code: 'TEST',
    name: 'Algebra test',
    type: 'integer',
    minimum: 0,
    maximum: 60,
    subjectId,
  })
  const grade = await made('/aspects', {
    code: 'GRADE',
    name: 'Mathematics',
    type: 'grade',
    gradeSetId: gradeSet,
    subjectId,
  })
  const autumn = await made('/result-sets', {
    code: 'AUT',
    name: 'Autumn',
    opensOn: '2026-11-01',
    closesOn: '2026-11-30',
  })
  const [, second, third] = roster.pupils
  const items = [
    { pupilId: second, aspectId: test, type: 'R', value: '42' },
    { pupilId: third, aspectId: test, type: 'R', value: '51' },
    { pupilId: second, aspectId: grade, type: 'T', value: '8' },
  ]
  await school.post('/results/batch', { items: items.map((each) => ({ ...each, resultSetId: autumn })) })
  return { ...roster, gradeSet, test, grade, autumn }
}

const scopes = [
  'gradebook.createput',
  'gradebook.createpost',
  'gradebook.delete',
  'assessment.createput',
  'assessment.delete',
]

/** What a VLE does to a gradebook. */
export function gradebookOf(client: RosterClient, version: Version) {
  const write = (method: string, path: string, body?: unknown) =>
    client.call(version, path, { method, body, scopes })
  const ref = (sourcedId: string) => ({ sourcedId })
  return {
    version,
    put: (path: string, body: unknown) => write('PUT', path, body),
    post: (path: string, body: unknown) => write('POST', path, body),
    remove: (path: string) => write('DELETE', path),
    rows: (path: string) => client.rows(version, path),
    one: (path: string) => client.one(version, path) as Promise<Row>,
    read: (path: string) => client.call(version, path),
    ref,
    /** A body as clients send it: without status, dates of change, hrefs and types. */
    lineItem: (classId: string, category: string, more: object = {}) => ({
      lineItem: {
        title: 'Homework 1',
        assignDate: '2026-11-16T09:00:00.000Z',
        dueDate: '2026-11-23T09:00:00.000Z',
        class: ref(classId),
        category: ref(category),
        ...(version === 'v1p1' && { resultValueMin: 0, resultValueMax: 10 }),
        ...more,
      },
    }),
    result: (lineItem: string, student: string, more: object = {}) => ({
      result: {
        lineItem: ref(lineItem),
        student: ref(student),
        scoreStatus: 'fully graded',
        score: 7.5,
        scoreDate: '2026-11-23',
        ...more,
      },
    }),
  }
}
export type Gradebook = ReturnType<typeof gradebookOf>
