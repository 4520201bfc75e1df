import { sql } from 'drizzle-orm'
import t from 'tap'
import { announceAccess } from '../../../src/foundation/access/announce.ts'
import { allScopes } from '../../../src/foundation/access/scopes.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { asSystem, personAt } from '../../support/people.ts'
import { askAs, Replica } from '../../support/replica.ts'
import { serveTest } from '../../support/service.ts'

t.test('the copy of a teacher follows the classes', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const copy = new Replica(askAs(teacher))
  await copy.start()
  const held = () => [...(copy.records.get('pupils')?.keys() ?? [])].sort()
  t.same(held(), [full.pupils[1], full.pupils[2]].sort())
  t.same(await copy.differences(), [])

  const joins = { groupId: full.set, role: 'pupil', validFrom: '2026-11-01' }
  await school.post('/memberships', { ...joins, pupilId: full.pupils[3] })
  const memberships = (await school.get(`/memberships?pupilId=${full.pupils[1]}&groupId=${full.set}`)).body
    .data
  await school.call('PATCH', `/memberships/${memberships[0].id}`, {
    body: { validUntil: '2026-11-20' },
    headers: { 'if-match': '*' },
  })
  await copy.catchUp(2)
  t.same(held(), [full.pupils[2], full.pupils[3]].sort(), 'one has left the set, one has come')
  t.same(await copy.differences(), [])
  t.notOk(JSON.stringify([...copy.records.values()].map((of) => [...of.values()])).includes(full.pupils[1]))
})

t.test('a change of access in the middle of another still ends in an exact copy', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const copy = new Replica(askAs(teacher))
  await copy.start()
  const join = async (pupilId: string) =>
    (
      await school.post('/memberships', {
        groupId: full.set,
        role: 'pupil',
        validFrom: '2026-11-01',
        pupilId,
      })
    ).body.id
  const first = await join(full.pupils[3])
  // One page of the way, then the pupil is gone again and another one comes.
  const page = await teacher.get(`/changes?after=${copy.cursor}&limit=2&include=record`)
  t.equal(page.body.state, 'more')
  copy.take(page.body)
  await school.call('DELETE', `/memberships/${first}`, { headers: { 'if-match': '*' } })
  await join(full.pupils[0])
  await copy.catchUp(2)
  t.same(await copy.differences(), [])
  t.notOk(copy.records.get('pupils')?.has(full.pupils[3]))
  t.ok(copy.records.get('pupils')?.has(full.pupils[0]))
})

t.test('a guardian is told of a result when it is published, not when it is written', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const guardian = await personAt(service, school, { personId: full.guardian, kind: 'contact' })
  const copy = new Replica(askAs(guardian))
  await copy.start()
  t.same([...(copy.records.get('pupils')?.keys() ?? [])], [full.pupils[0]])
  const set = (
    await school.post('/result-sets', {
      code: 'MOCK',
      name: 'Mock',
      opensOn: '2026-11-01',
      closesOn: '2026-12-01',
      publishesAt: '2026-11-24T08:00:00.000Z',
    })
  ).body.id
  const result = await school.post('/results', {
    pupilId: full.pupils[0],
    aspectId: full.aspect,
    resultSetId: set,
    type: 'R',
    value: '7',
  })
  const { id } = result.body
  await copy.catchUp()
  t.notOk(copy.records.get('results')?.has(id), 'written, not published')
  t.same(await copy.differences(), [])
  service.clock.set('2026-11-24T07:59:59.999Z')
  await copy.catchUp()
  t.notOk(copy.records.get('results')?.has(id))
  service.clock.set('2026-11-24T08:00:00.000Z')
  const page = (await guardian.get(`/changes?after=${copy.cursor}&include=record`)).body
  t.match(page.data, [{ action: 'entered', resource: 'results', recordId: id, number: null }])
  copy.take(page)
  t.equal(copy.records.get('results')?.get(id)?.value, '7')
  t.same(await copy.differences(), [])
})

t.test('a scope that the agreement loses takes its records with it, and brings them back', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await makeFullSchool(school)
  const copy = new Replica(askAs(school))
  await copy.start()
  t.ok(copy.records.get('results')?.size)
  const agreed = (scopes: readonly string[]) =>
    asSystem(service, school, async (tx) => {
      await tx.sql(
        sql`update agreements set scopes = array(select jsonb_array_elements_text(${JSON.stringify(scopes)}::jsonb))`,
      )
      await announceAccess(tx)
    })
  await agreed(allScopes.filter((scope) => !/^(assessment|pupils\.demographics)/.test(scope)))
  await copy.catchUp(4)
  t.same(await copy.differences(), [])
  t.notOk(copy.records.get('results')?.size, 'no result is left')
  const pupil = () => [...(copy.records.get('pupils')?.values() ?? [])][0] ?? {}
  t.notOk('birthDate' in pupil(), 'and no birth date')
  await agreed(allScopes)
  await copy.catchUp(4)
  t.same(await copy.differences(), [])
  t.ok(copy.records.get('results')?.size)
  t.ok('birthDate' in pupil())
})

t.test('a cursor that is older than what is kept is told how to begin anew', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const old = (await school.get('/changes?after=latest')).body.cursor
  await makeFullSchool(school)
  service.clock.set('2027-03-01T09:00:00.000Z')
  const later = (await school.get('/changes?after=latest')).body.cursor
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  const { purgeFeed } = await import('../../../src/operations/feed/retention.ts')
  await purgeFeed(service.db, [school.id])
  const gone = await school.call('GET', `/changes?after=${old}`)
  t.match(gone, { status: 410, body: { code: 'cursor-expired' } })
  t.match(gone.body.remedy, /snapshot/)
  t.match((await school.get(`/changes?after=${later}`)).body.data, [{ resource: 'rooms', action: 'created' }])
  t.match((await school.get('/changes')).body.data, [{ resource: 'rooms' }], 'the oldest that is kept')
})
