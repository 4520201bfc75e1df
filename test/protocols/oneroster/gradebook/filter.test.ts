import t from 'tap'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { agreesWithNaive, commonProperties, type Properties } from '../../../support/naive-roster.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import type { Version } from '../../../support/oneroster-schemas.ts'
import { serveTest } from '../../../support/service.ts'

const titled: Properties = { ...commonProperties, title: 'text' }
const item: Properties = {
  ...titled,
  description: 'text',
  class: 'exact',
  resultValueMin: 'number',
  resultValueMax: 'number',
}
const lineItem: Properties = {
  ...item,
  assignDate: 'instant',
  dueDate: 'instant',
  'category.sourcedId': 'exact',
  gradingPeriod: 'exact',
}
const scored: Properties = {
  ...commonProperties,
  'student.sourcedId': 'exact',
  scoreStatus: 'exact',
  score: 'number',
  scoreDate: 'day',
  comment: 'text',
}
const newer: Properties = { textScore: 'text', late: 'flag', missing: 'flag', scoreScale: 'exact' }

/** What may be asked of each collection. */
const asked: readonly [Version, string, Properties][] = [
  ['v1p1', '/categories', titled],
  ['v1p2', '/categories', { ...titled, weight: 'number' }],
  ['v1p1', '/lineItems', lineItem],
  ['v1p2', '/lineItems', { ...lineItem, school: 'exact', scoreScale: 'exact' }],
  ['v1p1', '/results', { ...scored, lineItem: 'exact' }],
  ['v1p2', '/results', { ...scored, ...newer, 'lineItem.sourcedId': 'exact', class: 'exact' }],
  ['v1p2', '/scoreScales', { ...titled, type: 'text', class: 'exact', course: 'exact' }],
  ['v1p2', '/assessmentLineItems', { ...item, parentAssessmentLineItem: 'exact' }],
  [
    'v1p2',
    '/assessmentResults',
    { ...scored, ...newer, assessmentLineItem: 'exact', scorePercentile: 'number' },
  ],
]

t.test('filter and sort of a gradebook', { timeout: 200_000 }, async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const [first, second, third] = school.pupils
  service.clock.set('2026-11-24T09:30:00.125Z')
  const book = gradebookOf(client, 'v1p2')
  const write = async (path: string, body: unknown) => t.equal((await book.put(path, body)).status, 201, path)
  await write("/categories/O'Hare", { category: { title: 'Homework, "hard"', weight: 0.5 } })
  const more = { description: "O'Hare's", resultValueMax: 10, metadata: { a: 1 } }
  await write('/lineItems/li', book.lineItem(school.set, "O'Hare", more))
  await write('/lineItems/Li', book.lineItem(school.set, "O'Hare", { title: 'ÄB', resultValueMin: -1.5 }))
  await write('/results/r', book.result('li', second, { score: 9.5, late: 'true', textScore: "B'+" }))
  await write('/results/R', book.result('li', third, { scoreStatus: 'exempt', comment: 'a,b' }))
  await write("/results/'x", book.result('Li', third, { score: 1_000_000, missing: 'false' }))
  const values = [{ itemValueLHS: 'A', itemValueRHS: '3' }]
  await write('/scoreScales/s', {
    scoreScale: { title: 'Effort', type: 'x', class: book.ref(school.set), scoreScaleValue: values },
  })
  await write('/assessmentLineItems/al', { assessmentLineItem: { title: 'Reading' } })
  await write('/assessmentLineItems/part', {
    assessmentLineItem: { title: 'Part', parentAssessmentLineItem: book.ref('al') },
  })
  const of = { lineItem: undefined, assessmentLineItem: book.ref('part') }
  await write('/assessmentResults/ar', {
    assessmentResult: { ...book.result('', first).result, ...of, scorePercentile: 79.5, inProgress: true },
  })
  service.clock.set('2026-11-24T10:30:00.250Z')
  const gone = (await own.get(`/results?pupilId=${second}&type=T`)).body.data[0]
  await own.call('DELETE', `/results/${gone.id}`, { headers: { 'if-match': '*' } })

  for (const [version, path, properties] of asked)
    await t.test(`${version} ${path} gives what a look at every object would give`, () =>
      agreesWithNaive(client, version, path, properties),
    )
})
