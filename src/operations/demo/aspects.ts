import { subjectList } from './curriculum.ts'
import { idsFrom } from './ids.ts'
import { at, of } from './random.ts'
import type { AspectRow, GradeSetRow, GradeSetVersionRow, SubjectRow } from './rows.ts'

/** Tests on entry: code, name, least and greatest value. Standard age scores have mean 100 and deviation 15. */
export const entryTests: readonly { code: string; name: string; minimum: number; maximum: number }[] = [
  { code: 'ENTRY-VERBAL', name: 'Verbal reasoning, standard age score', minimum: 59, maximum: 141 },
  { code: 'ENTRY-NUMBER', name: 'Quantitative reasoning, standard age score', minimum: 59, maximum: 141 },
  { code: 'ENTRY-SPATIAL', name: 'Spatial reasoning, standard age score', minimum: 59, maximum: 141 },
  { code: 'KS2-READING', name: 'Key stage 2 reading, scaled score', minimum: 80, maximum: 120 },
  { code: 'KS2-MATHS', name: 'Key stage 2 mathematics, scaled score', minimum: 80, maximum: 120 },
]
export const readingAge = 'READING-AGE'

/** From 5 years to 17 years, in months. */
const readingAgeRange = { minimum: 60, maximum: 204 }
/** GCSE numbers were first taught for from that day. */
const gradesSince = 2015

const scales = [
  {
    code: 'GCSE',
    name: 'GCSE grades 9 to 1',
    grades: ['9', '8', '7', '6', '5', '4', '3', '2', '1', 'U'],
    lowest: 0,
  },
  {
    code: 'KS3',
    name: 'Key stage 3 scale',
    grades: ['Mastering', 'Exceeding', 'Secure', 'Developing', 'Emerging'],
    lowest: 1,
  },
] as const
export type Scale = (typeof scales)[number]['code']

export interface Aspects {
  gradeSets: GradeSetRow[]
  versions: GradeSetVersionRow[]
  aspects: AspectRow[]
  byCode: Map<string, AspectRow>
  versionOf: Map<Scale, GradeSetVersionRow>
}

export function aspectsOf(seed: number, subjects: readonly SubjectRow[], startYear: number): Aspects {
  const id = idsFrom(seed, 'aspects', `${startYear}-09-01`)
  const gradeSets = scales.map(({ code, name }): GradeSetRow => ({ id: id(), code, name }))
  const setIds = new Map(gradeSets.map((set) => [set.code, set.id]))
  const versions = versionsOf(setIds, startYear, id)
  const graded = scales.flatMap(({ code, name }) =>
    subjects
      .filter((subject) => isGraded(subject.code, code))
      .map((subject) => ({
        ...plain,
        id: id(),
        code: `${code}-${subject.code}`,
        name: `${subject.name}, ${name}`,
        subjectId: subject.id,
        type: 'grade',
        gradeSetId: of(setIds, code),
      })),
  )
  const tests = entryTests.map((test) => ({ ...plain, id: id(), type: 'integer', ...test }))
  const age = { ...plain, id: id(), code: readingAge, name: 'Reading age', type: 'age', ...readingAgeRange }
  const aspects: AspectRow[] = [...graded, ...tests, age]
  return {
    gradeSets,
    versions,
    aspects,
    byCode: new Map(aspects.map((aspect) => [aspect.code, aspect])),
    versionOf: new Map(scales.map(({ code }, place) => [code, at(versions, place)])),
  }
}

function versionsOf(
  setIds: ReadonlyMap<string, string>,
  startYear: number,
  id: () => string,
): GradeSetVersionRow[] {
  const validFrom = `${Math.min(gradesSince, startYear - 5)}-09-01`
  return scales.map(({ code, grades, lowest }) => ({
    id: id(),
    gradeSetId: of(setIds, code),
    number: 1,
    validFrom,
    grades: grades.map((grade, place) => ({
      grade,
      value: lowest + grades.length - 1 - place,
      rank: place + 1,
    })),
  }))
}

const plain = { subjectId: null, gradeSetId: null, minimum: null, maximum: null, decimals: null }

/** PSHE has no grades; Business and Separate Sciences begin in year 10, where music and the others go on as options. */
function isGraded(subject: string, scale: Scale): boolean {
  if (!subjectList.some(([code]) => code === subject) || subject === 'PS') return false
  return scale === 'GCSE' || (subject !== 'BU' && subject !== 'TS')
}
