import t from 'tap'
import { makeLittleSchool } from '../../support/little-school.ts'
import { personAt } from '../../support/people.ts'
import { askAs, Replica } from '../../support/replica.ts'
import { serveTest } from '../../support/service.ts'

t.test('a loss of half the school holds the feed until an administrator releases it', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils, teacher } = await makeLittleSchool(school, 40)
  const admin = await personAt(service, school, { personId: teacher, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const copy = new Replica(askAs(school))
  await copy.start()
  // A failed upstream read: half the pupils leave, one request each.
  for (const id of pupils.slice(0, 20)) await school.post(`/pupils/${id}/leave`, { leftOn: '2026-11-20' })
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  t.equal(await copy.catchUp(5), 'held', 'however small the pages are')
  const here = () => [...(copy.records.get('pupils')?.values() ?? [])].filter(({ leftOn }) => !leftOn).length
  t.equal(here(), 40, 'nobody has vanished from the copy')
  t.equal(await copy.catchUp(), 'held', 'and it stays so')
  t.notOk(
    [...(copy.records.get('rooms')?.values() ?? [])].some(({ code }) => code === 'A1'),
    'in order',
  )

  const [hold] = (await admin.get('/feed-holds')).body.data
  t.match(hold, { state: 'held', lost: 20, total: 40, groupId: null })
  const path = `/feed-holds/${hold.id}/release`
  const body = { note: 'They have moved to the new school.' }
  t.match(await school.call('POST', path, { body }), { status: 403, body: { code: 'person-required' } })
  t.match(await admin.call('POST', path, { body }), {
    status: 200,
    body: { state: 'released', note: body.note },
  })
  t.equal((await admin.call('POST', path, { body })).status, 404, 'once')
  t.equal(await copy.catchUp(5), 'current')
  t.equal(here(), 20)
  t.same(await copy.differences(), [])
})

t.test(
  'a group that empties holds the feed of those whose share it exceeds, and of nobody else',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const { form, teacher } = await makeLittleSchool(school, 60)
    const admin = await personAt(service, school, { personId: teacher, kind: 'staff' }, [
      { role: 'administrator' },
    ])
    const agreements = (await admin.get('/agreements')).body.data
    const { id } = agreements.find(({ appId }: { appId: string }) => appId === school.clientId)
    const path = `/agreements/${id}/feed-tripwire`
    t.same((await admin.get(path)).body, { share: 40, isDefault: true })
    t.equal((await admin.call('PUT', path, { body: { share: 25 } })).status, 200)
    t.same((await admin.get(path)).body, { share: 25, isDefault: false })

    const copy = new Replica(askAs(school))
    await copy.start()
    const members = (await school.get(`/memberships?groupId=${form}&limit=1000`)).body.data
      .filter(({ role }: { role: string }) => role === 'pupil')
      .map((row: { id: string }) => row.id)
    const remove = (ids: string[]) =>
      Promise.all(
        ids.map((each) => school.call('DELETE', `/memberships/${each}`, { headers: { 'if-match': '*' } })),
      )
    await remove(members.slice(0, 12))
    t.equal(await copy.catchUp(), 'current', 'a fifth may go')
    t.equal(copy.records.get('memberships')?.size, 61 - 12)
    await remove(members.slice(12, 24))
    t.equal(await copy.catchUp(), 'held', 'another fifth within the day is too much')
    t.equal(copy.records.get('memberships')?.size, 61 - 12)
    t.match((await admin.get('/feed-holds')).body.data, [{ groupId: form, lost: 24, total: 60 }])
    t.equal((await admin.call('PUT', path, { body: { share: 101 } })).status, 400)

    const other = await service.school('Same school', school.id)
    t.equal(
      (await other.get('/changes?limit=1000')).body.state,
      'current',
      'another app has the default of 40',
    )
  },
)
