import t from 'tap'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { personAt } from '../../../support/people.ts'
import { serveTest } from '../../../support/service.ts'

t.test('who may read and write a gradebook', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const [, second, third] = school.pupils

  await t.test('each scope opens what it names', async (t) => {
    const category = { category: { title: 'Homework' } }
    const asked = async (method: string, path: string, scopes: string[], body?: unknown) =>
      (await client.call('v1p2', path, { method, scopes, body })).status
    t.equal(
      await asked(
        'PUT',
        '/categories/c',
        ['gradebook.readonly', 'gradebook.createpost', 'gradebook.delete'],
        category,
      ),
      403,
    )
    t.equal(await asked('PUT', '/categories/c', ['gradebook.createput'], category), 201)
    t.equal(await asked('GET', '/categories/c', ['gradebook.createput', 'roster.readonly']), 403)
    t.equal(await asked('GET', '/categories/c', ['gradebook-core.readonly']), 200)
    t.equal(await asked('GET', `/classes/${school.set}/categories`, ['gradebook-core.readonly']), 403)
    t.equal(await asked('GET', '/assessmentResults', ['gradebook.readonly']), 403)
    t.equal(
      await asked('PUT', '/assessmentLineItems/a', ['gradebook.createput'], {
        assessmentLineItem: { title: 'A' },
      }),
      403,
    )
    t.equal(await asked('DELETE', '/categories/c', ['gradebook.createput']), 403)
    t.equal(await asked('DELETE', '/categories/c', ['gradebook.delete']), 204)
    t.equal(
      (
        await client.call('v1p1', '/categories/c', {
          method: 'PUT',
          scopes: ['https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.createput'],
          body: category,
        })
      ).status,
      403,
      'of one version',
    )
  })

  await t.test('a token says no more than the agreement grants', async (t) => {
    const reader = gradebookOf(
      await rosterClient(t, service, own, ['assessment:read', 'groups:read', 'pupils:read']),
      'v1p2',
    )
    t.equal((await reader.rows('/results')).length, 3)
    t.equal((await reader.put('/categories/c', { category: { title: 'X' } })).status, 403)
    const roster = await rosterClient(t, service, own, ['groups:read', 'pupils:read'])
    for (const path of [
      '/results',
      '/lineItems',
      '/categories',
      '/assessmentResults',
      `/classes/${school.set}/results`,
    ])
      t.equal((await roster.call('v1p2', path)).status, 403, path)
  })

  await t.test('nobody sees or reaches another school', async (t) => {
    const foreign = await service.school('Elsewhere')
    const there = gradebookOf(await rosterClient(t, service, foreign), 'v1p2')
    const book = gradebookOf(client, 'v1p2')
    await book.put('/categories/hw', { category: { title: 'Homework' } })
    await book.put('/lineItems/li', book.lineItem(school.set, 'hw'))
    await book.put('/results/r', book.result('li', second))
    for (const path of ['/lineItems', '/results', '/assessmentResults', '/scoreScales'])
      t.same(
        await there.rows(`${path}?filter=${encodeURIComponent("status='active' OR sourcedId!='x'")}`),
        [],
        path,
      )
    for (const path of ['/lineItems/li', '/results/r', '/categories/hw']) {
      t.equal((await there.read(path)).status, 404)
      t.equal((await there.remove(path)).status, 404)
    }
    t.equal((await there.put('/results/r', there.result('li', second))).status, 422)
    t.equal(
      (await there.put('/categories/hw', { category: { title: 'Theirs' } })).status,
      201,
      'ids are each school’s own',
    )
    t.equal((await book.one('/categories/hw')).title, 'Homework')
  })

  await t.test('a pupil withheld from the app is nobody to it', async (t) => {
    const book = gradebookOf(client, 'v1p2')
    await book.put('/results/r3', book.result('li', third))
    const office = await service.school('The same school', own.id)
    const admin = await personAt(service, office, { personId: school.staff.other, kind: 'staff' }, [
      { role: 'administrator' },
    ])
    const { data } = (await admin.get('/agreements')).body
    const agreement = data.find(({ appId }: { appId: string }) => appId === own.clientId)
    const body = { pupils: [{ pupilId: third, reason: 'Protected.' }] }
    t.equal((await admin.call('PUT', `/agreements/${agreement.id}/withheld-pupils`, { body })).status, 200)
    const began = performance.now()
    while ((await book.read('/results/r3')).status === 200 && performance.now() - began < 2_000);
    for (const path of [
      '/results',
      `/classes/${school.set}/results`,
      '/assessmentResults',
      `/results?filter=${encodeURIComponent("status='active' OR score>'0'")}`,
    ])
      t.notOk(JSON.stringify(await book.rows(path)).includes(third), path)
    t.equal((await book.read('/results/r3')).status, 404)
    t.equal((await book.put('/results/new', book.result('li', third))).status, 422)
    t.not((await book.put('/results/r3', book.result('li', third))).status, 200)
    t.equal((await book.remove('/results/r3')).status, 404)
    t.equal((await book.read(`/classes/${school.set}/students/${third}/results`)).status, 404)
    const { body: refused, status } = await book.remove('/lineItems/li')
    t.ok(status === 409 || status === 422, 'a column that others’ results are in stays')
    t.notOk(JSON.stringify(refused).includes(third))
    t.match(
      (await office.get(`/results?pupilId=${third}&type=R`)).body.data.length,
      3,
      'and nothing of it is lost',
    )
  })
})
