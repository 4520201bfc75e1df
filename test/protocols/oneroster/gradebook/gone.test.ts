import { sql } from 'drizzle-orm'
import t from 'tap'
import { compileUnnamed } from '../../../../src/foundation/db/compiled.ts'
import { withholdPupils } from '../../../../src/operations/apps/withheld.ts'
import { categories } from '../../../../src/protocols/oneroster/gradebook/categories.ts'
import { assessmentLineItems, lineItems } from '../../../../src/protocols/oneroster/gradebook/line-items.ts'
import { assessmentResults, results } from '../../../../src/protocols/oneroster/gradebook/results.ts'
import { scoreScales } from '../../../../src/protocols/oneroster/gradebook/score-scales.ts'
import type { OneRosterResource } from '../../../../src/protocols/oneroster/resource.ts'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { type Row, rosterClient } from '../../../support/oneroster-client.ts'
import { asSystem } from '../../../support/people.ts'
import { serveTest } from '../../../support/service.ts'

const removing = { headers: { 'if-match': '*' } }
const versions = ['v1p1', 'v1p2'] as const

t.test('what is gone from a gradebook', { timeout: 120_000 }, async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const book = gradebookOf(client, 'v1p2')
  const [, second, third] = school.pupils
  const since = async (path: string, instant: string, version: 'v1p1' | 'v1p2' = 'v1p2') => {
    const filter = encodeURIComponent(`dateLastModified>='${instant}'`)
    return gradebookOf(client, version).rows(`${path}?filter=${filter}`)
  }
  const atHour = (hour: number) => {
    const instant = `2026-11-24T${hour}:00:00.000Z`
    service.clock.set(instant)
    return instant
  }
  const removeInSchool = async (id: string) =>
    t.equal((await own.call('DELETE', `/results/${id}`, removing)).status, 204)
  const at = (rows: readonly Row[], id: string) => rows.filter(({ sourcedId }) => sourcedId === id)
  /** Status by id, as files of changes have it. */
  const inFiles = (resource: OneRosterResource) =>
    asSystem(service, own, async (tx) => {
      const sight = { version: 'v1p2' as const, key: 'all', may: () => true, tellsDeleted: true }
      const query = compileUnnamed(sql`select r.sourced_id, r.status from (${resource.rows(sight)}) r`)
      const rows = await tx.rows(
        { name: undefined, ...query },
        { today: '2026-11-24', agreement: own.id, school: own.id },
      )
      t.equal(
        new Set(rows.map(([id]) => id)).size,
        rows.length,
        `each ${resource.many} once: ${rows.map((row) => row.join(' ')).join(', ')}`,
      )
      return new Map(rows as [string, string][])
    })
  const storedAs = async (value: string) =>
    (await own.get(`/results?pupilId=${second}&type=R`)).body.data.find((row: Row) => row.value === value)

  await t.test('a result that the school removes is told with its line item and student', async (t) => {
    const instant = atHour(10)
    const [before] = (await book.rows('/results')).filter(({ score }) => score === 42)
    await removeInSchool(before.sourcedId)
    for (const version of versions) {
      const rows = await since('/results', instant, version)
      t.same(rows.length, 1)
      t.match(rows[0], {
        sourcedId: before.sourcedId,
        status: 'tobedeleted',
        dateLastModified: instant,
        lineItem: { sourcedId: before.lineItem.sourcedId },
        student: { sourcedId: second },
        scoreStatus: 'not submitted',
      })
      t.notOk('score' in rows[0] || 'textScore' in rows[0] || 'comment' in rows[0], 'and not what it was')
      t.equal((await gradebookOf(client, version).one(`/results/${before.sourcedId}`)).status, 'tobedeleted')
    }
    const assessed = await since('/assessmentResults', instant)
    t.match(assessed, [
      { sourcedId: before.sourcedId, status: 'tobedeleted', student: { sourcedId: second } },
    ])
    const under = await book.rows(`/classes/${school.set}/lineItems/${before.lineItem.sourcedId}/results`)
    t.same(under.map(({ status }) => status).sort(), ['active', 'tobedeleted'])
    t.same(await since('/lineItems', instant), [], 'its line item has another result')
  })

  await t.test('and so is the line item, once the school has removed the last', async (t) => {
    const instant = atHour(11)
    const [before] = (await book.rows('/results')).filter(({ score }) => score === 51)
    await removeInSchool(before.sourcedId)
    for (const version of versions) {
      const [item, ...others] = await since('/lineItems', instant, version)
      t.same(others, [])
      t.match(item, {
        sourcedId: before.lineItem.sourcedId,
        status: 'tobedeleted',
        title: 'Algebra test, Autumn',
        class: { sourcedId: school.set },
      })
    }
    t.match(await since('/assessmentLineItems', instant), [{ status: 'tobedeleted' }])
    const body = book.result(before.lineItem.sourcedId, third)
    t.equal((await book.put('/results/late', body)).status, 422, 'nothing is written into it')
    const again = { pupilId: third, aspectId: school.test, resultSetId: school.autumn, type: 'R', value: '1' }
    await own.post('/results/batch', { items: [again] })
    t.equal(
      (await book.one(`/lineItems/${before.lineItem.sourcedId}`)).status,
      'active',
      'until there is one',
    )
    t.equal((await book.one(`/results/${before.sourcedId}`)).status, 'tobedeleted')
  })

  await book.put('/categories/c', { category: { title: 'Homework' } })
  await book.put('/lineItems/li', book.lineItem(school.set, 'c'))

  await t.test('a written result that the school removes, until it is written again', async (t) => {
    atHour(12)
    await book.put('/results/w', book.result('li', second))
    const stored = await storedAs('7.5')
    const instant = atHour(13)
    await removeInSchool(stored.id)
    const rows = await since('/results', instant)
    t.match(rows, [{ sourcedId: 'w', status: 'tobedeleted', lineItem: { sourcedId: 'li' } }])
    t.same(rows.length, 1)
    t.match(await since('/assessmentResults', instant), [{ sourcedId: stored.id, status: 'tobedeleted' }])
    atHour(14)
    t.equal((await book.put('/results/w', book.result('li', second, { score: 3 }))).status, 200)
    t.match(at(await book.rows('/results'), 'w'), [{ status: 'active', score: 3 }])
    t.equal(at(await book.rows('/results'), stored.id).length, 0, 'nobody knew it by another id')
  })

  await t.test('what a program deletes vanishes from its list', async (t) => {
    const instant = atHour(15)
    const stored = await storedAs('3')
    t.equal((await book.remove('/results/w')).status, 204)
    t.equal((await book.read('/results/w')).status, 404)
    t.same(await since('/results', instant), [])
    t.match(
      await since('/assessmentResults', instant),
      [{ sourcedId: stored.id, status: 'tobedeleted' }],
      'where it was known as a result of the school, the school removed it',
    )
    await book.put('/results/w', book.result('li', second))
    atHour(16)
    t.equal((await book.remove('/lineItems/li')).status, 204)
    t.same(at(await book.rows('/results'), 'w'), [])
    t.equal((await book.read('/lineItems/li')).status, 404)
    const items = await since('/assessmentLineItems', '2026-11-24T16:00:00.000Z')
    t.match(items, [{ status: 'tobedeleted', title: 'Removed' }], 'its aspect is gone with it')
  })

  await t.test('and is told in files of changes, once, until it is there again', async (t) => {
    const gone: [OneRosterResource, string][] = [
      [results, 'w'],
      [lineItems, 'li'],
    ]
    await book.remove('/categories/c')
    gone.push([categories, 'c'])
    const scale = {
      title: 'Effort',
      type: 'effort',
      class: book.ref(school.set),
      scoreScaleValue: [{ itemValueLHS: 'A', itemValueRHS: '3' }],
    }
    const writeAll = async () => {
      for (const [path, body] of [
        ['/categories/c', { category: { title: 'Homework' } }],
        ['/scoreScales/s', { scoreScale: scale }],
        ['/lineItems/li', book.lineItem(school.set, 'c')],
        ['/results/w', book.result('li', second)],
        ['/assessmentLineItems/al', { assessmentLineItem: { title: 'Reading' } }],
        [
          '/assessmentResults/ar',
          {
            assessmentResult: {
              ...book.result('', third).result,
              lineItem: undefined,
              assessmentLineItem: book.ref('al'),
            },
          },
        ],
      ] as const)
        t.ok((await book.put(path, body)).status <= 201, path)
    }
    for (const [resource, id] of gone) t.equal((await inFiles(resource)).get(id), 'tobedeleted')
    await writeAll()
    gone.push([scoreScales, 's'], [assessmentLineItems, 'al'], [assessmentResults, 'ar'])
    for (const [resource, id] of gone) t.equal((await inFiles(resource)).get(id), 'active', resource.many)
    for (const path of ['/results/w', '/assessmentResults/ar', '/scoreScales/s'])
      t.equal((await book.remove(path)).status, 204)
    for (const path of ['/lineItems/li', '/assessmentLineItems/al', '/categories/c'])
      t.equal((await book.remove(path)).status, 204)
    for (const [resource, id] of gone) {
      t.equal((await inFiles(resource)).get(id), 'tobedeleted', resource.many)
      t.equal((await book.read(`/${resource.many}/${id}`)).status, 404)
    }
    await writeAll()
    for (const [resource, id] of gone) t.equal((await inFiles(resource)).get(id), 'active', resource.many)
  })

  await t.test('about a pupil withheld from an app is not told to it', async (t) => {
    const [{ id: agreementId }] = (await asSystem(service, own, (tx) =>
      tx.sql<{ id: string }>(
        sql`select id from agreements where school_id = ${own.id} and app_id = ${own.clientId}`,
      ),
    )) as [{ id: string }]
    const before = (await book.rows('/results')).filter(({ student }) => student.sourcedId === third)
    t.ok(before.some(({ status }) => status === 'tobedeleted'))
    await asSystem(service, own, (tx) =>
      withholdPupils(tx, agreementId, [{ pupilId: third, reason: 'Asked.' }]),
    )
    const began = performance.now()
    while ((await book.read(`/users/${third}`)).text.includes('active') && performance.now() - began < 2_000);
    for (const path of ['/results', '/assessmentResults'])
      t.notOk(JSON.stringify(await book.rows(`${path}?limit=10000`)).includes(third), path)
    for (const { sourcedId } of before) t.equal((await book.read(`/results/${sourcedId}`)).status, 404)
  })
})
