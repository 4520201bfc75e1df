import { sql } from 'drizzle-orm'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { inForce } from '../groups/queries.ts'
import { memberships } from '../groups/table.ts'
import { pupil } from '../pupils/queries.ts'
import { pupils } from '../pupils/table.ts'
import { subject } from '../subjects/queries.ts'
import { subjects } from '../subjects/table.ts'
import {
  Aspect,
  AspectFilter,
  GradeSet,
  GradeSetFilter,
  GradeSetVersion,
  GradeSetVersionFilter,
  Result,
  ResultFilter,
  ResultSet,
  ResultSetFilter,
} from './schema.ts'
import { aspects, gradeSets, gradeSetVersions, resultSets, results } from './table.ts'

const taken = (what: string) =>
  ({ code: 'already-exists', path: '/code', message: `Another ${what} has this code.` }) as const

export const gradeSet = resource({
  path: '/grade-sets',
  one: 'GradeSet',
  phrase: 'a grade set',
  scope: 'assessment',
  row: GradeSet,
  filter: GradeSetFilter,
  view: {
    table: gradeSets,
    fields: { id: gradeSets.id, updatedAt: gradeSets.updatedAt, code: gradeSets.code, name: gradeSets.name },
    sorts: { code: gradeSets.code },
  },
  constraints: { grade_sets__code: taken('grade set') },
})

export const gradeSetVersion = resource({
  path: '/grade-set-versions',
  one: 'GradeSetVersion',
  phrase: 'a version of a grade set',
  scope: 'assessment',
  row: GradeSetVersion,
  filter: GradeSetVersionFilter,
  view: {
    table: gradeSetVersions,
    fields: {
      id: gradeSetVersions.id,
      updatedAt: gradeSetVersions.updatedAt,
      gradeSetId: gradeSetVersions.gradeSetId,
      number: gradeSetVersions.number,
      validFrom: gradeSetVersions.validFrom,
      grades: gradeSetVersions.grades,
    },
    sorts: { validFrom: gradeSetVersions.validFrom },
  },
  constraints: {
    grade_set_versions__number: {
      code: 'already-exists',
      path: '/number',
      message: 'The grade set has a version of this number.',
    },
    grade_set_versions__valid_from: {
      code: 'already-exists',
      path: '/validFrom',
      message: 'A version of the grade set begins on this day.',
    },
  },
})

export const aspect = resource({
  path: '/aspects',
  one: 'Aspect',
  phrase: 'an aspect',
  scope: 'assessment',
  row: Aspect,
  filter: AspectFilter,
  view: {
    table: aspects,
    fields: {
      id: aspects.id,
      updatedAt: aspects.updatedAt,
      code: aspects.code,
      name: aspects.name,
      subjectId: aspects.subjectId,
      type: aspects.type,
      gradeSetId: aspects.gradeSetId,
      minimum: aspects.minimum,
      maximum: aspects.maximum,
      decimals: aspects.decimals,
    },
    sorts: { code: aspects.code, name: aspects.name },
  },
  constraints: {
    aspects__code: taken('aspect'),
    aspects__grade_set: {
      code: 'rule-broken',
      path: '/gradeSetId',
      message: 'A grade aspect needs a grade set; every other type has none.',
    },
  },
})

export const resultSet = resource({
  path: '/result-sets',
  one: 'ResultSet',
  phrase: 'a result set',
  scope: 'assessment',
  row: ResultSet,
  filter: ResultSetFilter,
  view: {
    table: resultSets,
    fields: {
      id: resultSets.id,
      updatedAt: resultSets.updatedAt,
      code: resultSets.code,
      name: resultSets.name,
      academicYearId: resultSets.academicYearId,
      opensOn: resultSets.opensOn,
      closesOn: resultSets.closesOn,
      lockedAt: resultSets.lockedAt,
      lockedBy: resultSets.lockedBy,
      publishesAt: resultSets.publishesAt,
    },
    filters: { asOf: (day) => sql`${day}::date between ${resultSets.opensOn} and ${resultSets.closesOn}` },
    sorts: { code: resultSets.code, opensOn: resultSets.opensOn },
  },
  constraints: {
    result_sets__code: taken('result set'),
    result_sets__order: {
      code: 'rule-broken',
      path: '/closesOn',
      message: 'The last day does not lie before the first.',
    },
  },
})

export const result = resource({
  path: '/results',
  one: 'Result',
  phrase: 'a result',
  scope: 'assessment',
  isPublished: true,
  row: Result,
  filter: ResultFilter,
  view: {
    table: results,
    fields: {
      id: results.id,
      updatedAt: results.updatedAt,
      pupilId: results.pupilId,
      aspectId: results.aspectId,
      resultSetId: results.resultSetId,
      type: results.type,
      value: results.value,
      numericValue: results.numericValue,
      gradeSetVersionId: results.gradeSetVersionId,
      recordedAt: results.recordedAt,
      recordedBy: results.recordedBy,
    },
    filters: {
      subjectId: (id) =>
        sql`exists (select from ${aspects} where ${aspects.schoolId} = ${results.schoolId}
          and ${aspects.id} = ${results.aspectId} and ${aspects.subjectId} = ${id}::uuid)`,
      groupId: (id) =>
        sql`exists (select from ${memberships} where ${memberships.schoolId} = ${results.schoolId}
          and ${memberships.groupId} = ${id}::uuid and ${memberships.pupilId} = ${results.pupilId} and ${inForce(sql`current_date`)})`,
    },
    sorts: { recordedAt: results.recordedAt },
  },
  constraints: {
    results__place: {
      code: 'already-exists',
      path: '/type',
      message: 'The pupil has a result of this type for this aspect in this set; change that one.',
    },
  },
})

relate(gradeSet, 'versions', {
  target: gradeSetVersion,
  isMany: true,
  on: sql`${gradeSetVersions.gradeSetId} = ${gradeSets.id}`,
  order: sql`${gradeSetVersions.validFrom}`,
  description: 'Versions of the grade set, oldest first.',
})
const beside = [
  [
    aspect,
    'gradeSet',
    gradeSet,
    sql`${gradeSets.id} = ${aspects.gradeSetId}`,
    'Grade set of a grade aspect.',
  ],
  [aspect, 'subject', subject, sql`${subjects.id} = ${aspects.subjectId}`, 'Subject.'],
  [result, 'pupil', pupil, sql`${pupils.id} = ${results.pupilId}`, 'The pupil.'],
  [result, 'aspect', aspect, sql`${aspects.id} = ${results.aspectId}`, 'What was measured.'],
  [result, 'resultSet', resultSet, sql`${resultSets.id} = ${results.resultSetId}`, 'Milestone or data drop.'],
] as const
for (const [from, name, target, on, description] of beside)
  relate(from, name, { target, isMany: false, on, description })
