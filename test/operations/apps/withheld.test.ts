import t from 'tap'
import { makeLittleSchool } from '../../support/little-school.ts'
import { personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

t.test('pupils withheld from an app', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { teacher, pupils } = await makeLittleSchool(school, 3)
  const admin = await personAt(service, school, { personId: teacher, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const all = (await admin.get('/agreements')).body.data as { id: string; appId: string }[]
  const own = `/agreements/${all.find(({ appId }) => appId === school.clientId)?.id}/withheld-pupils`
  const put = (chosen: readonly (string | undefined)[]) =>
    admin.call('PUT', own, { body: { pupils: chosen.map((pupilId) => ({ pupilId, reason: 'Protected.' })) } })

  t.test('are named once, and are at the school', async (t) => {
    t.match(await put([pupils[0], pupils[0]]), {
      status: 422,
      body: { errors: [{ path: '/pupils/1/pupilId' }] },
    })
    t.match(await put(['0190a1b2-0000-7000-8000-000000000009']), {
      status: 422,
      body: { code: 'reference-unknown' },
    })
    t.same((await admin.get(own)).body.data, [])
  })

  t.test('are not brought back by who cannot see that they are withheld', async (t) => {
    t.match(await put([pupils[0]]), { status: 200, body: { hasWithheld: true } })
    const isHidden = async () => (await admin.call('GET', `/pupils/${pupils[0]}`)).status === 404
    const began = performance.now()
    while (!(await isHidden()) && performance.now() - began < 1000);
    t.ok(await isHidden(), 'within a second')
    t.same((await admin.get(own)).body.data, [], 'not even the list tells the app')
    t.match(await put([]), { status: 200, body: { hasWithheld: true } })
    t.match(await put([pupils[1]]), { status: 200, body: { hasWithheld: true } })
    t.ok(await isHidden(), 'the app cannot lift it by itself')
    t.equal((await school.call('GET', `/pupils/${pupils[0]}`)).status, 404, 'nor in the name of the school')
  })
})
