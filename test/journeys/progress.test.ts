import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('progress, value added and distribution name their method and keep small groups apart', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, teacher } = await makeLittleSchool(school, 12)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const aspect = await made('/aspects', { code: 'MA', name: 'Maths', type: 'integer' })
  const baseline = await made('/aspects', { code: 'B', name: 'Baseline', type: 'integer' })
  const sets: string[] = []
  for (const [code, closesOn] of [
    ['S1', '2026-11-24'],
    ['S2', '2026-11-25'],
    ['S3', '2026-11-26'],
  ])
    sets.push(await made('/result-sets', { code, name: code, opensOn: '2026-11-01', closesOn }))
  const result = (
    at: number,
    resultSetId: string | undefined,
    value: number,
    type = 'R',
    aspectId = aspect,
  ) => ({
    pupilId: pupils[at],
    aspectId,
    resultSetId,
    type,
    value: String(value),
  })
  await school.post('/results/batch', {
    items: [
      ...pupils.map((_, at) => result(at, sets[0], 100 + at, 'R', baseline)),
      ...pupils.map((_, at) => result(at, sets[2], 2 * at + (at === 3 ? 8 : 0))),
      result(0, sets[0], 4),
      result(0, sets[1], 5),
      result(0, sets[2], 9, 'T'),
    ],
  })
  for (const at of [0, 1, 2]) {
    const { etag } = await school.get(`/pupils/${pupils[at]}`)
    await school.call('PATCH', `/pupils/${pupils[at]}`, {
      body: { senStatus: 'K' },
      headers: { 'if-match': etag },
    })
  }
  const ask = async (query: string) => (await school.get(`/assessment-analysis/${query}`)).body
  const measured = `aspectId=${aspect}&resultSetId=${sets[2]}`

  const progress = await ask(`progress?aspectId=${aspect}&pupilId=${pupils[0]}`)
  t.match(progress.data, [
    {
      pupilId: pupils[0],
      points: [{ number: 4 }, { number: 5 }, { number: 0 }],
      target: 9,
      expected: 9,
      isOnTarget: false,
      prediction: { points: 3, method: /least squares.*95 %/ },
    },
  ])
  t.equal((await ask(`progress?aspectId=${aspect}&groupId=${form}`)).data.length, 12)

  const added = await ask(
    `value-added?${measured}&baselineAspectId=${baseline}&baselineResultSetId=${sets[0]}&groupId=${form}`,
  )
  t.match(added, { pupils: 12, method: /within this cohort/ })
  const best = added.rows.toSorted(
    (a: { valueAdded: number }, b: { valueAdded: number }) => b.valueAdded - a.valueAdded,
  )[0]
  t.equal(best.pupilId, pupils[3], 'who did better than others of the same baseline')

  const [whole] = (await ask(`distribution?${measured}`)).data
  t.match(whole, { of: null, pupils: 12, isSuppressed: false })
  const bySen = (await ask(`distribution?${measured}&by=senStatus`)).data
  t.same(
    bySen.map(({ of, isSuppressed }: { of: string; isSuppressed: boolean }) => [of, isSuppressed]),
    [
      ['K', true],
      ['unknown', true],
    ],
    'three pupils, and the rest would tell of them',
  )
  const scopes = ['assessment:read', 'pupils:read']
  const refused = await school.call('GET', `/assessment-analysis/distribution?${measured}&by=senStatus`, {
    scopes,
  })
  t.equal(refused.status, 403)
  const few = await school.call(
    'GET',
    `/assessment-analysis/value-added?${measured}&baselineAspectId=${aspect}&baselineResultSetId=${sets[1]}`,
  )
  t.equal(few.status, 422, 'one pupil is no cohort')
  const tutor = await personAt(service, school, { personId: teacher, kind: 'staff' }, [{ role: 'tutor' }])
  t.equal((await tutor.get(`/assessment-analysis/progress?aspectId=${aspect}`)).body.data.length, 12)
  const pupil = await personAt(service, school, { personId: pupils[5] as string, kind: 'pupil' })
  t.same(
    (await pupil.get(`/assessment-analysis/progress?aspectId=${aspect}`)).body.data,
    [],
    'nothing is published',
  )
})
