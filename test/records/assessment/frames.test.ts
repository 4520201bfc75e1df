import t from 'tap'
import { frames } from '../../../src/records/assessment/frames/frames.ts'
import { faultOfGrades } from '../../../src/records/assessment/rules.ts'
import { serveTest } from '../../support/service.ts'

t.test('every frame is sound: grades rank best first, and each grade aspect finds its set', async (t) => {
  for (const { name, gradeSets, aspects } of frames) {
    for (const { code, grades } of gradeSets) {
      const ranked = grades.map((grade, at) => ({ ...grade, rank: at + 1 }))
      t.equal(faultOfGrades(ranked), undefined, `${name}: ${code}`)
      t.ok(
        grades.every(({ value }, at) => at === 0 || value <= (grades[at - 1]?.value ?? 0)),
        'a better grade is worth no less',
      )
    }
    for (const { code, type, gradeSet } of aspects)
      t.equal(
        type === 'grade',
        gradeSets.some((set) => set.code === gradeSet),
        `${name}: ${code}`,
      )
    t.equal(new Set(aspects.map(({ code }) => code)).size, aspects.length)
  }
  const goals = frames.find(({ name }) => name === 'eyfsp')?.aspects
  t.equal(goals?.length, 17)
  const combined = frames.flatMap(({ gradeSets }) => gradeSets).find(({ code }) => code === 'GCSE-COMBINED')
  t.equal(combined?.grades.length, 18, '99 to 11 are seventeen, and U')
})

t.test('a school takes over a frame once, and writes results in it at once', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const listed = (await school.get('/assessment-frames')).body.data
  t.equal(listed.length, frames.length)
  for (const { name } of frames) {
    const taken = await school.call('POST', '/assessment-frames', { body: { name } })
    t.equal(taken.status, 200, taken.text)
  }
  const again = await school.call('POST', '/assessment-frames', { body: { name: 'gcse' } })
  t.same(again.body, { gradeSets: [], aspects: [] }, 'what is there stays')
  const aspects = (await school.get('/aspects?limit=100')).body.data
  t.equal(aspects.length, frames.flatMap((frame) => frame.aspects).length)
  const pupilId = (
    await school.post('/pupils', {
      admissionNumber: '1',
      legalGivenName: 'A',
      legalFamilyName: 'B',
      yearGroup: 11,
      enrolledOn: '2026-09-01',
    })
  ).body.id
  const resultSetId = (
    await school.post('/result-sets', { code: 'S', name: 'S', opensOn: '2026-11-01', closesOn: '2026-11-30' })
  ).body.id
  const put = (code: string, value: string) => {
    const aspectId = aspects.find((one: { code: string }) => one.code === code).id
    return school.call('POST', '/results', { body: { pupilId, aspectId, resultSetId, type: 'R', value } })
  }
  t.match((await put('GCSE-COMBINED-SCIENCE', '76')).body, { numericValue: 6.5 })
  t.equal((await put('GCSE-MATHEMATICS', '10')).status, 422)
  t.equal((await put('PHONICS-SCORE', '41')).status, 422)
  t.match((await put('READING-AGE', '7:03')).body, { numericValue: 87 })
})
