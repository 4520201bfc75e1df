import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Id,
  Instant,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }

const gradeSet = {
  code: Text('Short code; unique in the school.', 'GCSE', 20),
  name: Text('Name of the grade set.', 'GCSE 9-1'),
}
export const GradeSet = Type.Object({ ...recordFields, ...gradeSet }, { title: 'GradeSet' })
export const NewGradeSet = Type.Object(gradeSet, { ...strict, title: 'NewGradeSet' })
export const GradeSetChange = changeOf(NewGradeSet, { title: 'GradeSetChange' })
export const GradeSetFilter = Type.Object({ code: Type.Optional(gradeSet.code) })

const Grade = Type.Object(
  {
    grade: Text('The grade as it is written.', '7', 20),
    value: Type.Number({
      minimum: -1e9,
      maximum: 1e9,
      description: 'What it is worth as a number.',
      examples: [7],
    }),
    rank: Whole('Rank; 1 is best.', 1, 1000, 3),
  },
  strict,
)
const version = {
  gradeSetId: Id('The grade set.'),
  number: Whole('Number of the version.', 1, 10000, 1),
  validFrom: Day('First day of the version; it is in force until the next one begins.', '2017-09-01'),
  grades: Type.Array(Grade, { minItems: 1, maxItems: 200, description: 'The grades.' }),
}
export const GradeSetVersion = Type.Object({ ...recordFields, ...version }, { title: 'GradeSetVersion' })
export const NewGradeSetVersion = Type.Object(version, { ...strict, title: 'NewGradeSetVersion' })
export const GradeSetVersionChange = changeOf(Type.Omit(NewGradeSetVersion, ['gradeSetId']), {
  title: 'GradeSetVersionChange',
})
export const GradeSetVersionFilter = Type.Object({ gradeSetId: Type.Optional(version.gradeSetId) })

const bound = (what: string, example: number) =>
  nullable(Type.Number({ minimum: -1e9, maximum: 1e9, description: what, examples: [example] }))
const aspect = {
  code: Text('Short code; unique in the school.', 'GCSE-MA', 40),
  name: Text('What is measured.', 'GCSE Mathematics'),
  subjectId: nullable(Id('Subject, where it belongs to one.')),
  type: oneOf(['grade', 'integer', 'decimal', 'age', 'comment'], {
    description:
      'Type of its values: a grade of a set, a number, an age in years and months (7:03), or a comment.',
    examples: ['grade'],
  }),
  gradeSetId: nullable(Id('Grade set of a grade aspect; null for every other type.')),
  minimum: bound('Least value; of an age: months.', 0),
  maximum: bound('Greatest value; of an age: months; of a comment: characters.', 40),
  decimals: nullable(Whole('Digits after the point of a decimal.', 0, 6, 1)),
}
export const Aspect = Type.Object({ ...recordFields, ...aspect }, { title: 'Aspect' })
export const NewAspect = Type.Object(
  {
    code: aspect.code,
    name: aspect.name,
    subjectId: Type.Optional(aspect.subjectId),
    type: aspect.type,
    gradeSetId: Type.Optional(aspect.gradeSetId),
    minimum: Type.Optional(aspect.minimum),
    maximum: Type.Optional(aspect.maximum),
    decimals: Type.Optional(aspect.decimals),
  },
  { ...strict, title: 'NewAspect' },
)
export const AspectChange = changeOf(Type.Pick(NewAspect, ['code', 'name', 'subjectId']), {
  title: 'AspectChange',
})
export const AspectFilter = Type.Object({
  code: Type.Optional(aspect.code),
  subjectId: Type.Optional(Id('Subject.')),
  type: Type.Optional(aspect.type),
})

const resultSet = {
  code: Text('Short code; unique in the school.', 'AUT-2026', 40),
  name: Text('Name of the milestone or data drop.', 'Autumn 2026'),
  academicYearId: nullable(Id('Academic year, where it belongs to one.')),
  opensOn: Day('First day on which results may be written.', '2026-11-02'),
  closesOn: Day('Last day, inclusive.', '2026-12-04'),
  publishesAt: nullable(
    Instant('From then on guardians and pupils see its results; null keeps them among staff.'),
  ),
}
export const ResultSet = Type.Object(
  {
    ...recordFields,
    ...resultSet,
    lockedAt: nullable(Instant('When it was locked; null while it is not.')),
    lockedBy: nullable(Text('The client that locked it.', 'app_4kZ1', 200)),
  },
  { title: 'ResultSet' },
)
export const NewResultSet = Type.Object(
  {
    ...resultSet,
    academicYearId: Type.Optional(resultSet.academicYearId),
    publishesAt: Type.Optional(resultSet.publishesAt),
  },
  { ...strict, title: 'NewResultSet' },
)
export const ResultSetChange = changeOf(NewResultSet, { title: 'ResultSetChange' })
export const ResultSetFilter = Type.Object({
  code: Type.Optional(resultSet.code),
  academicYearId: Type.Optional(Id('Academic year.')),
  asOf: Type.Optional(Day('Only result sets that are open on this day.', '2026-11-23')),
})

const result = {
  pupilId: Id('The pupil.'),
  aspectId: Id('What was measured.'),
  resultSetId: Id('Milestone or data drop.'),
  type: oneOf(['E', 'I', 'P', 'R', 'T'], {
    description: 'Type: E estimate, I interim, P provisional, R result, T target.',
    examples: ['R'],
  }),
  value: Text('The value as it is written: a grade, a number, an age (7:03) or a comment.', '7', 4000),
}
export const Result = Type.Object(
  {
    ...recordFields,
    ...result,
    numericValue: nullable(
      Type.Number({ description: 'What the value is worth as a number; null of a comment.', examples: [7] }),
    ),
    gradeSetVersionId: nullable(Id('Version of the grade set under which a grade was written.')),
    recordedAt: Instant('When the value was recorded.'),
    recordedBy: Text('The client that recorded it.', 'app_4kZ1', 200),
  },
  { title: 'Result' },
)
export const NewResult = Type.Object(result, { ...strict, title: 'NewResult' })
export const ResultChange = Type.Object({ value: result.value }, { ...strict, title: 'ResultChange' })
export const ResultFilter = Type.Object({
  pupilId: Type.Optional(result.pupilId),
  aspectId: Type.Optional(result.aspectId),
  resultSetId: Type.Optional(result.resultSetId),
  type: Type.Optional(result.type),
  subjectId: Type.Optional(Id('Only aspects of this subject.')),
  groupId: Type.Optional(Id('Only pupils who are in this group today.')),
})
