import t, { type Test } from 'tap'
import { type Gradebook, gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest, type TestSchool } from '../../../support/service.ts'

/** Scores as the school itself knows them. */
async function scoresOf(own: TestSchool, pupilId: string): Promise<Record<string, string>> {
  const { data: aspects } = (await own.get('/aspects')).body
  const { data } = (await own.get(`/results?pupilId=${pupilId}`)).body
  return Object.fromEntries(
    data.map(({ aspectId, value }: { aspectId: string; value: string }) => [
      aspects.find(({ id }: { id: string }) => id === aspectId).name,
      value,
    ]),
  )
}

async function refusal(t: Test, answer: ReturnType<Gradebook['read']>, status: number, says: RegExp) {
  const { status: was, body } = await answer
  t.equal(was, status, String(says))
  t.match(body.imsx_description, says)
}

for (const version of ['v1p1', 'v1p2'] as const)
  t.test(`what a VLE writes in ${version}`, async (t) => {
    const service = await serveTest(t)
    const own = await service.school()
    const school = await makeGradebookSchool(own)
    const book = gradebookOf(await rosterClient(t, service, own), version)
    const [first, second, third] = school.pupils
    const title = `${'Trigonometry, past paper 3, questions 1 to 12 '.repeat(3)}`.slice(0, 112)

    await t.test('is there under its ids, and lands in the assessment of the school', async (t) => {
      t.equal((await book.put('/categories/homework 1', { category: { title: 'Homework' } })).status, 201)
      t.equal((await book.put('/categories/homework 1', { category: { title: 'Home work' } })).status, 200)
      t.equal((await book.one('/categories/homework 1')).title, 'Home work')
      const item = book.lineItem(school.set, 'homework 1', { title, resultValueMin: 0, resultValueMax: 10 })
      t.equal((await book.put('/lineItems/li:1', item)).status, 201)
      t.equal((await book.put('/lineItems/li:1', item)).status, 200, 'and once more changes nothing')
      const stored = await book.one('/lineItems/li:1')
      t.match(stored, {
        title,
        resultValueMax: 10,
        category: { sourcedId: 'homework 1' },
        class: { sourcedId: school.set },
      })
      t.equal(stored.dueDate, '2026-11-23T09:00:00.000Z')
      t.match(stored.gradingPeriod, { type: 'academicSession' })
      t.equal((await book.put('/results/r~1', book.result('li:1', second))).status, 201)
      t.equal((await book.put('/results/r~1', book.result('li:1', second, { score: 12.25 }))).status, 200)
      const result = await book.one('/results/r~1')
      t.match(
        result,
        { score: 12.25, scoreStatus: 'fully graded', scoreDate: '2026-11-23' },
        'above the greatest score',
      )
      t.same(await book.rows(`/classes/${school.set}/lineItems/li:1/results`), [result])
      t.match(await scoresOf(own, second), { [title]: '12.25' })
      const { data } = (await own.get(`/results?pupilId=${second}`)).body
      t.match(
        data.find(({ value }: { value: string }) => value === '12.25'),
        { type: 'R', recordedBy: /app/ },
      )
    })

    await t.test('is told in the change feed like what people record', async (t) => {
      const { data } = (await own.get('/changes?limit=500&include=record')).body
      const told = data.filter(({ resource }: { resource: string }) => resource === 'results')
      t.same(
        told
          .slice(-2)
          .map(({ action, record }: { action: string; record: { value: string } }) => [action, record?.value])
          .at(-1),
        ['changed', '12.25'],
      )
    })

    await t.test('may leave out what the school knows, and say it in ways of its own', async (t) => {
      const body = {
        result: {
          sourcedId: 'r2',
          status: 'active',
          dateLastModified: 'yesterday',
          lineItem: { href: 'https://vle.example.org/li', sourcedId: 'li:1', type: 'lineItem' },
          student: { sourcedId: third },
          scoreStatus: 'exempt',
          scoreDate: '2026-11-22T23:30:00Z',
          score: null,
          comment: 'Was ill. "Ä"',
          metadata: { 'vle.attempt': 2, note: '{base}' },
          colour: 'blue',
        },
      }
      t.equal((await book.put('/results/r2', body)).status, 201)
      const result = await book.one('/results/r2')
      t.match(result, { scoreStatus: 'exempt', scoreDate: '2026-11-22', comment: 'Was ill. "Ä"' })
      t.same(result.metadata, { 'vle.attempt': 2, note: '{base}' }, 'to the letter')
      t.notOk('score' in result)
      t.notOk(title in (await scoresOf(own, third)), 'who is exempt has no result')
      for (const scoreStatus of ['not submitted', 'submitted', 'partially graded', 'fully graded']) {
        const more = { scoreStatus, score: 0 }
        t.equal((await book.put('/results/r2', book.result('li:1', third, more))).status, 200)
        t.match(await book.one('/results/r2'), more)
        t.equal(title in (await scoresOf(own, third)), scoreStatus !== 'not submitted', scoreStatus)
      }
      t.equal(
        (await book.put('/results/r2', book.result('li:1', third, { scoreStatus: 'exempt' }))).status,
        200,
      )
      t.notOk(title in (await scoresOf(own, third)), 'and an exemption takes the result back')
    })

    await t.test('into a column of the school is a result of the school', async (t) => {
      const items = await book.rows(`/classes/${school.set}/lineItems`)
      const test = items.find((item) => item.title === 'Algebra test, Autumn')
      const target = items.find((item) => item.title.startsWith('Mathematics'))
      const [there] = (await book.rows(`/classes/${school.set}/lineItems/${test.sourcedId}/results`)).filter(
        ({ student }) => student.sourcedId === third,
      )
      t.equal(
        (await book.put(`/results/${there.sourcedId}`, book.result(test.sourcedId, third, { score: 52 })))
          .status,
        200,
      )
      t.match(await scoresOf(own, third), { 'Algebra test': '52' })
      t.equal(
        (await book.put('/results/target 3', book.result(target.sourcedId, third, { score: 6 }))).status,
        201,
      )
      const { data } = (await own.get(`/results?pupilId=${third}&type=T`)).body
      t.match(data, [{ value: '6', type: 'T', aspectId: school.grade }])
      t.equal((await book.rows(`/classes/${school.set}/lineItems/${target.sourcedId}/results`)).length, 2)
      await refusal(
        t,
        book.put('/results/x', book.result(test.sourcedId, second, { score: 61 })),
        422,
        /result\/score: .*at most 60/,
      )
      await refusal(
        t,
        book.put('/results/x', book.result(test.sourcedId, second, { scoreStatus: 'exempt' })),
        422,
        /recorded a result/,
      )
      await refusal(
        t,
        book.put('/results/x', book.result(target.sourcedId, second, { score: 7.25 })),
        422,
        /one of the grades/,
      )
    })

    await t.test('that stands there and was changed by people since shows what they wrote', async (t) => {
      t.equal((await book.put('/results/r2', book.result('li:1', third, { score: 3 }))).status, 200)
      const { data } = (await own.get(`/results?pupilId=${third}`)).body
      const { id } = data.find(({ value }: { value: string }) => value === '3')
      await own.call('PATCH', `/results/${id}`, { body: { value: '4' }, headers: { 'if-match': '*' } })
      t.match(await book.one('/results/r2'), { score: 4 })
      t.equal((await book.put('/results/r2', book.result('li:1', third, { score: 5 }))).status, 200)
      t.match(await scoresOf(own, third), { [title]: '5' })
    })

    await t.test('is refused with what was wrong and where, and nothing is kept', async (t) => {
      const item = (more: object) => book.lineItem(school.set, 'homework 1', more)
      const bad: [string, unknown, RegExp][] = [
        ['/lineItems/x', {}, /lineItem: This is required/],
        ['/lineItems/x', [], /must be object/],
        ['/lineItems/x', { lineItem: 'x' }, /lineItem: must be object/],
        ['/lineItems/x', item({ title: undefined }), /lineItem\/title: This is required/],
        ['/lineItems/x', item({ title: '' }), /lineItem\/title/],
        ['/lineItems/x', item({ dueDate: 'soon' }), /lineItem\/dueDate: must be an instant/],
        ['/lineItems/x', item({ dueDate: '2026-02-30' }), /lineItem\/dueDate/],
        ['/lineItems/x', item({ class: book.ref('nothing') }), /lineItem\/class: There is no class nothing/],
        ['/lineItems/x', item({ category: book.ref('nothing') }), /lineItem\/category: There is no category/],
        ['/lineItems/x', item({ gradingPeriod: book.ref(school.set) }), /lineItem\/gradingPeriod/],
        ['/lineItems/x', item({ class: {} }), /lineItem\/class\/sourcedId: This is required/],
        ['/lineItems/x', item({ resultValueMin: 5, resultValueMax: 4 }), /resultValueMax: must be at least/],
        ['/lineItems/x', item({ sourcedId: 'y' }), /lineItem\/sourcedId: differs/],
        ['/results/x', book.result('nothing', second), /result\/lineItem: There is no lineItem nothing/],
        ['/results/x', book.result('li:1', first), /result\/student: There is no student/],
        ['/results/x', book.result('li:1', 'nobody'), /result\/student/],
        ['/results/x', book.result('li:1', third, { scoreStatus: 'good' }), /result\/scoreStatus/],
        ['/results/x', book.result('li:1', third, { score: '7' }), /result\/score: must be number/],
        ['/results/x', book.result('li:1', third, { score: 1e12 }), /result\/score/],
        [
          '/results/x',
          book.result('li:1', third, { scoreDate: '23/11/2026' }),
          /result\/scoreDate: must be a day/,
        ],
        ['/results/x', book.result('li:1', third), /has the result r2 here/],
        ['/results/r2', book.result('li:1', second), /stays with its student/],
      ]
      for (const [path, body, says] of bad) await refusal(t, book.put(path, body), 422, says)
      for (const path of ['/lineItems/x', '/results/x']) t.equal((await book.read(path)).status, 404)
      await refusal(
        t,
        book.put('/lineItems/li:1', book.lineItem(school.forms[0], 'homework 1')),
        422,
        /stays with its class/,
      )
      const items = await book.rows('/lineItems')
      const test = items.find((each) => each.title === 'Algebra test, Autumn')
      await refusal(t, book.put(`/lineItems/${test.sourcedId}`, item({})), 403, /the school's own/)
      await refusal(t, book.remove(`/lineItems/${test.sourcedId}`), 403, /the school's own/)
      await refusal(t, book.remove(`/categories/${test.category.sourcedId}`), 403, /the school's own/)
      await refusal(t, book.remove('/categories/homework 1'), 422, /still in this category, such as li:1/)
      for (const path of ['/categories/x', '/lineItems/x', '/results/x'])
        await refusal(t, book.remove(path), 404, /There is no/)
    })

    await t.test('is not written into a result set that is locked or closed', async (t) => {
      const { data } = (await own.get('/result-sets')).body
      const set = data.find(({ code }: { code: string }) => code === 'VLE-2027')
      t.match(set, { opensOn: '2026-09-01', closesOn: '2027-08-31', publishesAt: null })
      await own.call('POST', `/result-sets/${set.id}/lock`, {})
      await refusal(
        t,
        book.put('/results/r2', book.result('li:1', third)),
        422,
        /result\/lineItem: The result set is locked/,
      )
      await refusal(t, book.remove('/results/r2'), 422, /locked/)
      await refusal(t, book.remove('/lineItems/li:1'), 422, /locked/)
      await own.call('POST', `/result-sets/${set.id}/unlock`, {})
    })

    await t.test('goes with what was made of it', async (t) => {
      t.equal((await book.remove('/results/r~1')).status, 204)
      t.equal((await book.read('/results/r~1')).status, 404)
      t.notOk(title in (await scoresOf(own, second)))
      t.equal((await book.remove('/results/r~1')).status, 404)
      const gone = book.lineItem(school.set, 'homework 1', { status: 'tobedeleted' })
      t.equal((await book.put('/lineItems/li:1', gone)).status, 200)
      t.equal((await book.read('/lineItems/li:1')).status, 404)
      t.equal((await book.read('/results/r2')).status, 404)
      t.notOk(title in (await scoresOf(own, third)))
      t.same(
        (await own.get('/aspects')).body.data.filter(({ name }: { name: string }) => name === title),
        [],
      )
      t.equal((await book.remove('/categories/homework 1')).status, 204)
      t.same(
        (await book.rows('/categories')).filter((each) => each.title === 'Home work'),
        [],
      )
    })
  })
