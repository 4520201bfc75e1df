import t from 'tap'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { type Row, rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest } from '../../../support/service.ts'

const versions = ['v1p1', 'v1p2'] as const
const collections = [
  '/lineItems',
  '/results',
  '/categories',
  '/scoreScales',
  '/assessmentLineItems',
  '/assessmentResults',
]
const ofVersion = (version: 'v1p1' | 'v1p2') =>
  version === 'v1p2' ? collections : collections.filter((path) => !/assessment|Scales/.test(path))

t.test('a part of the gradebook', { timeout: 200_000 }, async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const [first, second, third] = school.pupils
  const other = (
    await own.post('/groups', { kind: 'teaching', code: '7Ma2', name: '7Ma2', subjectId: school.subject })
  ).body.id as string
  for (const pupilId of [first, third])
    await own.post('/memberships', { groupId: other, pupilId, role: 'pupil', validFrom: '2026-09-02' })
  const writer = gradebookOf(client, 'v1p2')
  await writer.put('/categories/c', { category: { title: 'Homework' } })
  for (const [id, classId] of [
    ['a', school.set],
    ['b', other],
    [school.set, other],
  ] as const)
    await writer.put(`/lineItems/${id}`, writer.lineItem(classId, 'c', { title: `Item ${id}` }))
  const target = (await writer.rows('/lineItems')).find(({ title }) => title.startsWith('Mathematics'))
  const written: [string, string, string, object][] = [
    ['r1', 'a', second, {}],
    ['r2', 'a', third, { scoreStatus: 'exempt' }],
    ['r3', 'b', third, { score: 11 }],
    ['r4', school.set, first, { scoreStatus: 'submitted', score: undefined }],
    ['r5', target.sourcedId, third, { score: 5 }],
  ]
  for (const [id, item, student, more] of written)
    t.equal((await writer.put(`/results/${id}`, writer.result(item, student, more))).status, 201, id)
  const inOther = await own.post('/results/batch', {
    items: [{ pupilId: first, aspectId: school.test, resultSetId: school.autumn, type: 'R', value: '33' }],
  })
  t.equal(inOther.status, 200)
  await writer.put('/assessmentLineItems/al', { assessmentLineItem: { title: 'Reading' } })
  await writer.put('/assessmentResults/ar', {
    assessmentResult: {
      ...writer.result('', first).result,
      lineItem: undefined,
      assessmentLineItem: writer.ref('al'),
    },
  })

  for (const version of versions) {
    const book = gradebookOf(client, version)
    const whole = new Map<string, Row[]>()
    for (const path of ofVersion(version)) whole.set(path, await book.rows(`${path}?limit=10000`))
    const results = whole.get('/results') as Row[]
    const items = whole.get('/lineItems') as Row[]
    t.ok(results.length >= 9 && items.length >= 6, 'there is something to take parts of')

    await t.test(`is in ${version} what the whole has of it`, async (t) => {
      for (const [path, rows] of whole)
        for (const row of rows)
          t.same(await book.one(`${path}/${encodeURIComponent(row.sourcedId)}`), row, `${path} by id`)
      for (const classId of [school.set, other, ...school.forms]) {
        const inItems = items.filter((row) => row.class.sourcedId === classId)
        const ids = inItems.map(({ sourcedId }) => sourcedId)
        const within = results.filter(({ lineItem }) => ids.includes(lineItem.sourcedId))
        t.same(await book.rows(`/classes/${classId}/lineItems?limit=1000`), inItems)
        t.same(await book.rows(`/classes/${classId}/results?limit=1000`), within)
        for (const id of ids)
          t.same(
            await book.rows(`/classes/${classId}/lineItems/${id}/results`),
            within.filter(({ lineItem }) => lineItem.sourcedId === id),
          )
        for (const pupil of school.pupils)
          t.same(
            await book.rows(`/classes/${classId}/students/${pupil}/results`),
            within.filter(({ student }) => student.sourcedId === pupil),
          )
      }
    })

    await t.test(`comes by pages of every size as a whole in ${version}`, async (t) => {
      for (const [path, rows] of whole)
        for (const limit of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 10_000]) {
          const read: Row[] = []
          for (let offset = 0; ; offset += limit) {
            const { body, headers } = await book.read(`${path}?limit=${limit}&offset=${offset}`)
            const page = body[path.slice(1)] as Row[]
            if (page.length > 0 || offset === 0)
              t.equal(headers.get('x-total-count'), String(rows.length), `${path} by ${limit}`)
            read.push(...page)
            if (page.length < limit) break
          }
          t.same(read, rows, `${path} by ${limit}`)
        }
    })

    await t.test(`that is not there is not found in ${version}, whatever its id looks like`, async (t) => {
      for (const path of ofVersion(version))
        for (const id of ['x', own.id, second, '%20', "'", '00000000-0000-0000-0000-000000000000'])
          t.equal((await book.read(`${path}/${id}`)).status, 404, `${path}/${id}`)
      for (const path of [
        '/classes/x/results',
        '/classes/x/lineItems',
        `/classes/${school.set}/students/x/results`,
        `/classes/${school.set}/lineItems/x/results`,
        `/classes/${second}/results`,
      ])
        t.equal((await book.read(path)).status, 404, path)
    })
  }
})
