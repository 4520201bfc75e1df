import t from 'tap'
import { purgeTombstones } from '../../../../src/protocols/oneroster/gradebook/retention.ts'
import { rosterOf } from '../../../support/exports.ts'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest } from '../../../support/service.ts'

t.test('what is gone is told for as long as the change log tells of the rest', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { set, pupils } = await makeGradebookSchool(school)
  const book = gradebookOf(await rosterClient(t, service, school), 'v1p2')
  const [category] = await book.rows('/categories')
  await book.put('/lineItems/h1', book.lineItem(set, category.sourcedId))
  await book.put('/results/r1', book.result('h1', pupils[1]))
  await book.remove('/results/r1')
  const [own] = (await book.rows('/results')).filter(({ score }) => score === 42)
  await school.call('DELETE', `/results/${own.sourcedId}`, { headers: { 'if-match': '*' } })
  const toldAt = async (day: string) => {
    service.clock.set(`${day}T09:00:00.000Z`)
    await purgeTombstones(service.db, [school.id])
    const { files } = await rosterOf(t, service, school, { since: '2026-11-01' })
    const gone = files.get('results')?.filter(({ status }) => status === 'tobedeleted')
    return gone?.map(({ sourcedId }) => sourcedId).toSorted()
  }
  t.same(await toldAt('2027-02-20'), [own.sourcedId, 'r1'].toSorted())
  t.same(await toldAt('2027-02-22'), [])
})
