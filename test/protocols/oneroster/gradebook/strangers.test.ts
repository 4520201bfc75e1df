import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { withholdPupils } from '../../../../src/operations/apps/withheld.ts'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { asSystem } from '../../../support/people.ts'
import { serveTest } from '../../../support/service.ts'

t.test('whom an app may not see is to its gradebook what was never there', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const book = gradebookOf(await rosterClient(t, service, own), 'v1p2')
  const [first, second, third] = school.pupils
  await book.put('/categories/c', { category: { title: 'Homework' } })
  await book.put('/lineItems/li', book.lineItem(school.set, 'c'))
  await book.put('/lineItems/other', book.lineItem(school.set, 'c'))
  await book.put('/results/theirs', book.result('li', third))
  await book.put('/results/exempt', book.result('other', third, { scoreStatus: 'exempt' }))
  await book.put('/assessmentLineItems/al', { assessmentLineItem: { title: 'Reading' } })
  const assessed = (student: string) => ({
    assessmentResult: {
      ...book.result('', student).result,
      lineItem: undefined,
      assessmentLineItem: book.ref('al'),
    },
  })
  await book.put('/assessmentResults/theirs', assessed(third))
  const stored = (await own.get(`/results?pupilId=${third}&limit=100`)).body.data as { id: string }[]
  const foreign = await service.school('Elsewhere')
  const foreignSchool = await makeGradebookSchool(foreign)
  const foreignBook = gradebookOf(await rosterClient(t, service, foreign), 'v1p2')
  const [{ sourcedId: foreignItem }] = (await foreignBook.rows('/lineItems')) as [{ sourcedId: string }]

  const [agreement] = await asSystem(service, own, (tx) =>
    tx.sql<{ id: string }>(
      sql`select id from agreements where school_id = ${own.id} and app_id = ${own.clientId}`,
    ),
  )
  await asSystem(service, own, (tx) =>
    withholdPupils(tx, agreement?.id as string, [{ pupilId: third, reason: 'Asked.' }]),
  )
  const began = performance.now()
  while ((await own.call('GET', `/pupils/${third}`)).status === 200 && performance.now() - began < 2_000);

  /** What is said of an id, with the id left out. */
  const said = async (id: string, answer: ReturnType<typeof book.read>) => {
    const { status, text } = await answer
    return `${status} ${text.replaceAll(id, 'x')}`
  }
  const strangers = [third, foreignSchool.pupils[1] as string, foreignSchool.pupils[0] as string]

  await t.test('as a student', async (t) => {
    const unknown = randomUUID()
    for (const id of strangers) {
      for (const item of ['li', 'other', 'al'])
        t.equal(
          await said(id, book.put(`/results/new`, book.result(item, id))),
          await said(unknown, book.put(`/results/new`, book.result(item, unknown))),
          item,
        )
      t.equal(
        await said(id, book.put('/assessmentResults/new', assessed(id))),
        await said(unknown, book.put('/assessmentResults/new', assessed(unknown))),
      )
      t.equal(
        await said(id, book.post('/lineItems/li/results', { results: [book.result('li', id).result] })),
        await said(
          unknown,
          book.post('/lineItems/li/results', { results: [book.result('li', unknown).result] }),
        ),
      )
      t.equal((await book.read(`/classes/${school.set}/students/${id}/results`)).status, 404)
    }
  })

  await t.test('as a result, a line item, a class', async (t) => {
    const results = [...stored.map(({ id }) => id), 'theirs', 'exempt']
    for (const method of ['read', 'remove'] as const)
      for (const id of results)
        t.equal(
          await said(id, book[method](`/results/${id}`)),
          await said('nobodys', book[method]('/results/nobodys')),
        )
    t.equal(
      await said('theirs', book.remove('/assessmentResults/theirs')),
      await said('nobodys', book.remove('/assessmentResults/nobodys')),
    )
    const foreignIds: [string, object][] = [
      [foreignSchool.set, book.lineItem(foreignSchool.set, 'c')],
      [foreignSchool.term, book.lineItem(school.set, 'c', { gradingPeriod: book.ref(foreignSchool.term) })],
    ]
    for (const [id, body] of foreignIds) {
      const unknown = randomUUID()
      const other = JSON.parse(JSON.stringify(body).replaceAll(id, unknown))
      t.equal(
        await said(id, book.put('/lineItems/n', body)),
        await said(unknown, book.put('/lineItems/n', other)),
      )
    }
    for (const path of [`/lineItems/${foreignItem}`, `/classes/${foreignSchool.set}/results`]) {
      const [id = ''] = /[0-9a-f-]{36}/.exec(path) ?? []
      const unknown = randomUUID()
      t.equal(await said(id, book.read(path)), await said(unknown, book.read(path.replace(id, unknown))))
    }
    t.equal(
      await said(foreignItem, book.put('/results/n', book.result(foreignItem, second))),
      await said('nobodys', book.put('/results/n', book.result('nobodys', second))),
    )
  })

  await t.test('and an id that stands for one of theirs is taken, by nobody that is named', async (t) => {
    for (const [path, body] of [
      ['/results/theirs', book.result('li', second)],
      ['/results/exempt', book.result('other', second)],
      ['/assessmentResults/theirs', assessed(first)],
    ] as const) {
      const { status, text } = await book.put(path, body)
      t.ok(status >= 400 && status < 500, `${path}: ${status}`)
      t.notOk(text.includes(third))
      t.notMatch(text, /student|pupil|withheld|result of/i, text)
    }
    const posted = await book.post('/lineItems/li/results', {
      results: [{ ...book.result('li', second).result, sourcedId: 'theirs' }],
    })
    t.equal(posted.status, 201, 'who only proposes it is given another')
    t.not(posted.body?.sourcedIdPairs[0].allocatedSourcedId, 'theirs')
  })

  await t.test('and nothing of theirs is lost', async (t) => {
    for (const id of ['li', 'other']) {
      const { status, text } = await book.remove(`/lineItems/${id}`)
      t.ok(status === 409 || status === 422, `${id} ${status}`)
      t.notMatch(text, new RegExp(`${third}|pupil|withheld`), text)
    }
    await asSystem(service, own, (tx) => withholdPupils(tx, agreement?.id as string, []))
    const again = performance.now()
    while ((await book.read('/results/theirs')).status !== 200 && performance.now() - again < 2_000);
    t.match(await book.one('/results/theirs'), { score: 7.5, student: { sourcedId: third } })
    t.match(await book.one('/results/exempt'), { scoreStatus: 'exempt' })
    t.match(await book.one('/assessmentResults/theirs'), { score: 7.5 })
  })
})
