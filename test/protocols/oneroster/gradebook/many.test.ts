import type { Pool, PoolClient } from 'pg'
import t from 'tap'
import { systemActor, writeInSchool } from '../../../../src/foundation/db/transaction.ts'
import type { Draft } from '../../../../src/protocols/oneroster/gradebook/write/draft.ts'
import { resultWriter } from '../../../../src/protocols/oneroster/gradebook/write/results.ts'
import type { Caller } from '../../../../src/protocols/oneroster/rest/guard.ts'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { type Row, rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest } from '../../../support/service.ts'

t.test('many writes to a gradebook', { timeout: 120_000 }, async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const book = gradebookOf(client, 'v1p2')
  const [, second, third] = school.pupils
  await book.put('/categories/c', { category: { title: 'Homework' } })
  const twenty = Array.from({ length: 20 }, (_, at) => at)

  await t.test('of the same object at once make one of it', async (t) => {
    const item = book.lineItem(school.set, 'c', { title: 'Race' })
    const items = await Promise.all(twenty.map(() => book.put('/lineItems/race', item)))
    t.same(items.map(({ status }) => status).sort(), [...Array(19).fill(200), 201])
    const results = await Promise.all(
      twenty.map((score) => book.put('/results/r', book.result('race', second, { score }))),
    )
    t.same(results.map(({ status }) => status).sort(), [...Array(19).fill(200), 201])
    const named = await Promise.all(
      twenty.map((at) => book.put(`/results/n${at}`, book.result('race', third))),
    )
    t.same(
      named.map(({ status }) => status).sort(),
      [201, ...Array(19).fill(422)],
      'one of those for a pupil',
    )
    t.equal((await book.rows(`/classes/${school.set}/lineItems/race/results`)).length, 2)
    const { data } = (await own.get('/aspects')).body as { data: { name: string }[] }
    t.equal(data.filter(({ name }) => name === 'Race').length, 1)
    const mixed = await Promise.all(
      twenty.map((at) =>
        at % 2 ? book.remove('/results/r') : book.put('/results/r', book.result('race', second)),
      ),
    )
    t.ok(
      mixed.every(({ status }) => [200, 201, 204, 404].includes(status)),
      'nor does it fail when it is deleted meanwhile',
    )
  })

  await t.test('in one request cost as many statements as two', async (t) => {
    const items = Array.from({ length: 60 }, (_, at) => `li${at}`)
    await book.post(`/classes/${school.set}/lineItems`, {
      lineItems: items.map((sourcedId) => ({ ...book.lineItem(school.set, 'c').lineItem, sourcedId })),
    })
    let statements = 0
    const counted = new Proxy(service.db.pool, {
      get(pool: Pool, name) {
        if (name !== 'connect') return Reflect.get(pool, name)
        return async () => {
          const connection = (await pool.connect()) as PoolClient
          const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
          return new Proxy(connection, {
            get: (target, key) => {
              const value = Reflect.get(target, key)
              if (key !== 'query') return typeof value === 'function' ? value.bind(target) : value
              return (...args: unknown[]) => {
                statements++
                return query(...args)
              }
            },
          })
        }
      },
    })
    const sight = { version: 'v1p2' as const, key: 'all', may: () => true }
    const actor = systemActor(own.id, 'many')
    const caller = { who: { agreement: { id: own.id } }, sight, actor } as unknown as Caller
    const draft = (item: string, student: string, score: number): Draft => ({
      sourcedId: `${item} ${student}`,
      isChosen: true,
      path: `/results/${item}`,
      body: { lineItem: item, student, scoreStatus: 'fully graded', score, scoreDate: '2026-11-23' },
    })
    const costOf = async (ids: readonly string[], score: number) => {
      statements = 0
      const drafts = ids.flatMap((id) => [draft(id, second, score), draft(id, third, score)])
      await writeInSchool({ ...service.db, pool: counted }, actor, (tx) =>
        resultWriter('lineItem').store(tx, caller, drafts),
      )
      return statements
    }
    const ofTwo = await costOf(items.slice(0, 1), 1)
    const ofMany = await costOf(items.slice(1), 1)
    t.equal(ofMany, ofTwo, `${ofMany} statements`)
    const [few, again] = [await costOf(items.slice(0, 1), 2), await costOf(items, 3)]
    t.equal(again, few, 'and so when they are changed')
    t.equal((await book.rows('/results?limit=1000&filter=score%3D%273%27')).length, 120)
  })

  await t.test(
    'by a VLE of 1.1 that passes grades back are there for whoever reads what changed',
    async (t) => {
      const canvas = gradebookOf(client, 'v1p1')
      const title = 'x'.repeat(112)
      service.clock.set('2026-11-24T09:00:00.000Z')
      const since = async (path: string) => {
        const filter = encodeURIComponent("dateLastModified>='2026-11-24T09:00:00.000Z'")
        return (await canvas.rows(`${path}?limit=1000&filter=${filter}`)).map(
          ({ sourcedId }: Row) => sourcedId,
        )
      }
      t.same(await since('/lineItems'), [])
      await canvas.put('/categories/canvas', { category: { title: 'Canvas' } })
      const item = canvas.lineItem(school.set, 'canvas', { title, resultValueMin: 0, resultValueMax: 10 })
      t.equal((await canvas.put('/lineItems/canvas', item)).status, 201)
      const scored = (score: number) =>
        canvas.result('canvas', second, { score, scoreDate: '2026-11-24T08:00:00Z' })
      t.equal((await canvas.put('/results/canvas', scored(12))).status, 201)
      for (const path of ['/lineItems', '/results']) t.same(await since(path), ['canvas'], path)
      t.match(await canvas.one('/lineItems/canvas'), { title })
      t.match(await canvas.one('/results/canvas'), { score: 12, scoreDate: '2026-11-24' })
      const { data } = (await own.get(`/results?pupilId=${second}&limit=100`)).body
      t.match(
        data.find(({ value }: Row) => value === '12'),
        { recordedBy: own.clientId },
        'and the school knows who recorded it',
      )
      service.clock.set('2026-11-24T09:00:01.000Z')
      await canvas.put('/results/canvas', scored(9))
      t.match(await canvas.one('/results/canvas'), { score: 9, dateLastModified: '2026-11-24T09:00:01.000Z' })
    },
  )
})
