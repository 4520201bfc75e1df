import t from 'tap'
import { faultOfGrades, faultOfResult, numericValueOf } from '../../../src/records/assessment/rules.ts'
import { byId, oddDays, schoolOn } from './days.ts'

for (const day of oddDays) {
  t.test(`on ${day} results fit their aspects, once each, and lie before the day`, async (t) => {
    const school = schoolOn(day)
    const aspects = byId(school.aspects)
    const versions = byId(school.gradeSetVersions)
    const sets = byId(school.resultSets)
    t.equal(school.resultSets.length, 3)
    t.ok(school.gradeSetVersions.every((version) => faultOfGrades(version.grades) === undefined))
    const places = new Set<string>()
    for (const result of school.results) {
      const aspect = aspects.get(result.aspectId)
      const version = versions.get(result.gradeSetVersionId ?? '')
      const set = sets.get(result.resultSetId)
      if (!aspect || !set) throw new Error('Refers to nothing.')
      const fault = faultOfResult(aspect, version, result.value)
      if (fault) t.fail(`${aspect.code} ${result.value}: ${fault}`)
      if (numericValueOf(aspect, version, result.value) !== result.numericValue) t.fail('worth differs')
      const recordedOn = result.recordedAt.slice(0, 10)
      if (recordedOn >= day || recordedOn < set.opensOn || recordedOn > set.closesOn)
        t.fail(`recorded ${recordedOn}`)
      places.add(`${result.pupilId}/${result.aspectId}/${result.resultSetId}/${result.type}`)
    }
    t.equal(places.size, school.results.length)
  })
}

t.test('sets are open and locked as the day demands', async (t) => {
  const states = (day: string) =>
    schoolOn(day).resultSets.map((set) => [set.code.split('-')[0], set.lockedAt === null ? 'open' : 'locked'])
  t.same(states('2026-09-01'), [
    ['BASELINE', 'open'],
    ['SUMMER', 'locked'],
    ['AUTUMN', 'open'],
  ])
  t.same(states('2026-12-28'), [
    ['BASELINE', 'locked'],
    ['SUMMER', 'locked'],
    ['AUTUMN', 'locked'],
  ])
  t.same(states('2027-08-31'), [
    ['BASELINE', 'locked'],
    ['AUTUMN', 'locked'],
    ['SPRING', 'locked'],
  ])
})

const school = schoolOn('2027-08-31')
const aspects = byId(school.aspects)
const setCodes = byId(school.resultSets)
const graded = school.results.filter((one) => aspects.get(one.aspectId)?.type === 'grade')
const worthOf = (pupilId: string, type: string, set: string) => {
  const found = graded.filter(
    (one) =>
      one.pupilId === pupilId && one.type === type && setCodes.get(one.resultSetId)?.code.startsWith(set),
  )
  return found.reduce((sum, one) => sum + (one.numericValue ?? 0), 0) / found.length
}

t.test('results, predictions and targets of a pupil go together, and pupils make progress', async (t) => {
  const upper = school.pupils.filter((pupil) => pupil.yearGroup >= 10 && pupil.leftOn === null)
  const figures = upper
    .map(({ id }) => ({
      autumn: worthOf(id, 'R', 'AUTUMN'),
      spring: worthOf(id, 'R', 'SPRING'),
      predicted: worthOf(id, 'P', 'SPRING'),
      target: worthOf(id, 'T', 'BASELINE'),
    }))
    .filter((one) => Object.values(one).every(Number.isFinite))
  t.ok(figures.length > 330)
  const mean = (key: keyof (typeof figures)[number]) =>
    figures.reduce((sum, one) => sum + one[key], 0) / figures.length
  t.ok(mean('spring') > mean('autumn') + 0.2 && mean('spring') < mean('autumn') + 1)
  t.ok(mean('predicted') > 4 && mean('predicted') < 6, String(mean('predicted')))
  t.ok(correlation(figures.map((one) => [one.autumn, one.spring])) > 0.85)
  t.ok(correlation(figures.map((one) => [one.target, one.spring])) > 0.6)
})

function correlation(pairs: [number, number][]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))]
  const sum = (of: (a: number, b: number) => number) =>
    pairs.reduce((all, [a, b]) => all + of(a - x, b - y), 0)
  return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b))
}
