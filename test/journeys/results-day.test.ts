import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test(
  'results day: a batch goes in whole, a second one changes only what differs, then the set is locked',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const { pupils, subject, form } = await makeLittleSchool(school, 4)
    const gradeSet = (await school.post('/grade-sets', { code: 'GCSE', name: 'GCSE 9-1' })).body.id
    const grades = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((value, at) => ({
      grade: String(value),
      value,
      rank: at + 1,
    }))
    const version = await school.post('/grade-set-versions', {
      gradeSetId: gradeSet,
      number: 1,
      validFrom: '2017-09-01',
      grades,
    })
    const aspect = (
      await school.post('/aspects', {
        code: 'GCSE-MA',
        name: 'GCSE Mathematics',
        type: 'grade',
        gradeSetId: gradeSet,
        subjectId: subject,
      })
    ).body.id
    const set = await school.post('/result-sets', {
      code: 'AUT',
      name: 'Autumn',
      opensOn: '2026-11-01',
      closesOn: '2026-11-30',
    })
    const row = (pupilId: string | undefined, value: string) => ({
      pupilId,
      aspectId: aspect,
      resultSetId: set.body.id,
      type: 'R',
      value,
    })
    const batch = (items: object[], headers = {}) =>
      school.call('POST', '/results/batch', { body: { items }, headers })

    const wrong = await batch([
      row(pupils[0], '7'),
      row(pupils[1], '10'),
      row('0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11', '5'),
    ])
    t.equal(wrong.status, 422)
    t.same(
      wrong.body.errors.map(({ path }: { path: string }) => path),
      ['/items/1/value'],
    )
    t.equal((await school.get('/results')).body.data.length, 0, 'nothing was written')
    const stranger = await batch([row(pupils[0], '7'), row('0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11', '5')])
    t.equal(stranger.status, 422)
    t.same(stranger.body.errors[0].path, '/items/1/pupilId', 'the row whose pupil is unknown is named')

    const rehearsed = await batch(
      pupils.map((id) => row(id, '6')),
      { prefer: 'tx=rollback' },
    )
    t.match(rehearsed.body, { created: 4 })
    t.equal(rehearsed.headers.get('preference-applied'), 'tx=rollback')
    t.equal((await school.get('/results')).body.data.length, 0, 'a dry run keeps nothing')

    t.match((await batch(pupils.map((id) => row(id, '6')))).body, { created: 4, changed: 0, unchanged: 0 })
    t.match((await batch(pupils.map((id, at) => row(id, at === 0 ? '7' : '6')))).body, {
      created: 0,
      changed: 1,
      unchanged: 3,
    })
    const read = await school.get(`/results?groupId=${form}&pupilId=${pupils[0]}&include=aspect,pupil`)
    t.match(read.body.data, [
      {
        value: '7',
        numericValue: 7,
        gradeSetVersionId: version.body.id,
        recordedBy: school.clientId,
        aspect: { code: 'GCSE-MA' },
      },
    ])

    const used = await school.call('PATCH', `/grade-set-versions/${version.body.id}`, {
      body: { grades: grades.slice(1) },
      headers: { 'if-match': version.etag },
    })
    t.equal(used.status, 409, 'a version under which results stand is not rewritten')

    t.match((await school.call('POST', `/result-sets/${set.body.id}/lock`)).body, {
      lockedBy: school.clientId,
    })
    const locked = await batch([row(pupils[0], '8')])
    t.equal(locked.status, 422)
    t.match(locked.body.errors[0].message, /locked/)
    const one = read.body.data[0]
    const removal = await school.call('DELETE', `/results/${one.id}`, {
      headers: { 'if-match': (await school.get(`/results/${one.id}`)).etag },
    })
    t.equal(removal.status, 422, 'a locked result stays')
    await school.call('POST', `/result-sets/${set.body.id}/unlock`)
    service.clock.set('2026-12-05T09:00:00Z')
    t.equal((await batch([row(pupils[0], '8')])).status, 422, 'a closed set takes nothing')
  },
)
