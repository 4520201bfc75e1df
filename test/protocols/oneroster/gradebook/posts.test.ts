import t from 'tap'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest } from '../../../support/service.ts'

t.test('what a VLE adds by 1.2', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const book = gradebookOf(await rosterClient(t, service, own), 'v1p2')
  const [first, second, third] = school.pupils
  await book.put('/categories/hw', { category: { title: 'Homework', weight: 0.5 } })
  const item = (sourcedId: string | undefined, more: object = {}) => ({
    ...book.lineItem(school.set, 'hw', more).lineItem,
    ...(sourcedId && { sourcedId }),
  })
  const result = (sourcedId: string | undefined, student: string, more: object = {}) => ({
    ...book.result('one', student, more).result,
    ...(sourcedId && { sourcedId }),
  })

  await t.test('keeps the ids that it proposed, or tells others', async (t) => {
    const inClass = `/classes/${school.set}/lineItems`
    const { status, body } = await book.post(inClass, {
      lineItems: [item('one', { class: undefined }), item('two'), item(undefined)],
    })
    t.equal(status, 201)
    const [one, two, three] = body.sourcedIdPairs
    t.same(
      [one, two],
      [
        { suppliedSourcedId: 'one', allocatedSourcedId: 'one' },
        { suppliedSourcedId: 'two', allocatedSourcedId: 'two' },
      ],
    )
    t.match(three.allocatedSourcedId, /^[0-9a-f-]{36}$/)
    t.equal((await book.rows(inClass)).length, 2 + 3)
    await book.post(inClass, { lineItems: [item('one', { title: 'Once more' })] })
    t.equal((await book.rows(inClass)).length, 2 + 3, 'a request that is sent again makes nothing twice')
    t.equal((await book.one('/lineItems/one')).title, 'Once more')
    const other = gradebookOf(
      await rosterClient(t, service, own, [
        'assessment:read',
        'assessment:write',
        'groups:read',
        'schools:read',
        'calendar:read',
      ]),
      'v1p2',
    )
    const { body: second } = await other.post(`/schools/${own.id}/lineItems`, { lineItems: [item('one')] })
    t.not(second.sourcedIdPairs[0].allocatedSourcedId, 'one', "nor over another program's")
    t.equal((await book.one('/lineItems/one')).title, 'Once more')
  })

  await t.test('and results, all or none', async (t) => {
    const under = '/lineItems/one/results'
    const { status, body } = await book.post(under, {
      results: [
        result('a', second, { lineItem: undefined, textScore: 'B+', late: 'true', missing: false }),
        result(undefined, third),
      ],
    })
    t.equal(status, 201)
    t.equal(body.sourcedIdPairs[0].allocatedSourcedId, 'a')
    t.match(await book.one('/results/a'), {
      textScore: 'B+',
      late: 'true',
      missing: 'false',
      class: { sourcedId: school.set },
    })
    const again = await book.post(under, { results: [result('b', second, { score: 9 })] })
    t.same(
      again.body.sourcedIdPairs,
      [{ suppliedSourcedId: 'b', allocatedSourcedId: 'a' }],
      'the result that is there',
    )
    t.match(await book.one('/results/a'), { score: 9 })
    const bad = await book.post(under, { results: [result('a', second, { score: 1 }), result('c', first)] })
    t.equal(bad.status, 422)
    t.match(bad.body.imsx_description, /results\/1\/student/)
    t.match(await book.one('/results/a'), { score: 9 })
    const session = `/classes/${school.set}/academicSessions/${school.year}/results`
    t.equal((await book.post(session, { results: [result('d', third, { score: 4 })] })).status, 201)
    for (const [results, says] of [
      [[result('e', second), result('e', third)], /stands twice/],
      [[result('e', second), result('f', second)], /results\/1\/student: The same result/],
      [[], /results: must NOT have fewer/],
      [[7], /results\/0: must be object/],
      [[result('e', second, { lineItem: book.ref('two') })], /results\/0\/lineItem: differs/],
      [[result('e', second, { class: book.ref(school.forms[0]) })], /class/],
    ] as const) {
      const { status, body } = await book.post(says.source.includes('class') ? session : under, { results })
      t.equal(status, 422, says.source)
      t.match(body.imsx_description, says)
    }
    t.equal((await book.post('/lineItems/nothing/results', { results: [result('e', second)] })).status, 404)
    t.equal((await book.post(`/classes/nothing/lineItems`, { lineItems: [item('x')] })).status, 404)
  })

  await t.test('score scales of a class', async (t) => {
    const scale = {
      title: 'Effort',
      type: 'effort',
      class: book.ref(school.set),
      course: book.ref(school.subject),
      scoreScaleValue: [{ itemValueLHS: 'A', itemValueRHS: '3' }],
    }
    t.equal((await book.put('/scoreScales/s', { scoreScale: scale })).status, 201)
    t.match(await book.one('/scoreScales/s'), { title: 'Effort', scoreScaleValue: scale.scoreScaleValue })
    t.equal((await book.put('/scoreScales/x', { scoreScale: { ...scale, scoreScaleValue: [] } })).status, 422)
    t.equal(
      (await book.put('/lineItems/two', book.lineItem(school.set, 'hw', { scoreScale: book.ref('s') })))
        .status,
      200,
    )
    t.equal((await book.remove('/scoreScales/s')).status, 422, 'while line items use it')
    await book.put('/lineItems/two', book.lineItem(school.set, 'hw'))
    t.notOk((await book.one('/lineItems/two')).scoreScale)
    t.equal((await book.remove('/scoreScales/s')).status, 204)
  })

  await t.test('and assessments of whoever took them', async (t) => {
    const of = (more: object) => ({
      assessmentLineItem: { title: 'Reading test', resultValueMax: 140, ...more },
    })
    t.equal((await book.put('/assessmentLineItems/whole', of({}))).status, 201)
    const part = of({ title: 'Part 1', parentAssessmentLineItem: book.ref('whole') })
    t.equal((await book.put('/assessmentLineItems/part', part)).status, 201)
    const scored = (student: string, more: object = {}) => ({
      assessmentResult: {
        ...book.result('', student, more).result,
        lineItem: undefined,
        assessmentLineItem: book.ref('part'),
      },
    })
    const more = {
      score: 112,
      scorePercentile: 79.5,
      learningObjectiveSet: [
        { source: 'case', learningObjectiveResults: [{ learningObjectiveId: 'x', score: 1 }] },
      ],
    }
    t.equal((await book.put('/assessmentResults/ar', scored(first, more))).status, 201)
    t.match(await book.one('/assessmentResults/ar'), more)
    t.match((await own.get(`/results?pupilId=${first}`)).body.data, [
      { value: '7' },
      { value: '112', type: 'R' },
    ])
    t.equal((await book.remove('/assessmentLineItems/whole')).status, 422, 'it has parts')
    t.equal((await book.remove('/assessmentLineItems/part')).status, 204)
    t.equal((await book.remove('/assessmentLineItems/whole')).status, 204)
    t.equal((await own.get(`/results?pupilId=${first}`)).body.data.length, 1)
  })

  await t.test('twice at once is there once', async (t) => {
    const put = () => book.put('/lineItems/race', book.lineItem(school.set, 'hw', { title: 'Race' }))
    const statuses = (await Promise.all([put(), put(), put(), put()])).map(({ status }) => status)
    t.same(statuses.sort(), [200, 200, 200, 201])
    const score = (id: string) => book.put(`/results/${id}`, book.result('race', second))
    const answers = (await Promise.all(['ra', 'rb', 'rc'].map(score))).map(({ status }) => status)
    t.same(answers.sort(), [201, 422, 422])
    t.equal((await book.rows(`/classes/${school.set}/lineItems/race/results`)).length, 1)
    t.equal(
      (await own.get('/aspects')).body.data.filter(({ name }: { name: string }) => name === 'Race').length,
      1,
    )
  })
})
