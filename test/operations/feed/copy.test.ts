import t from 'tap'
import { withholdPupils } from '../../../src/operations/apps/withheld.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { newPupil } from '../../support/little-school.ts'
import { asSystem, personAt } from '../../support/people.ts'
import { askAs, Replica } from '../../support/replica.ts'
import { serveTest } from '../../support/service.ts'

t.test('a copy that begins with a snapshot and follows the feed is equal to the school', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const copy = new Replica(askAs(school))
  await copy.start()
  t.same(await copy.differences(), [], 'the snapshot alone')
  t.equal(copy.records.get('pupils')?.size, 4)
  const inParts = new Replica(askAs(school))
  await inParts.start(5)
  t.same(await inParts.differences(), [], 'five parts make one copy')
  t.equal(inParts.records.get('pupils')?.size, 4)

  const { id } = (await school.post('/pupils', newPupil(77))).body
  const { etag } = await school.get(`/pupils/${full.pupils[0]}`)
  await school.call('PATCH', `/pupils/${full.pupils[0]}`, {
    body: { preferredGivenName: 'Zoë', birthDate: '2014-02-28' },
    headers: { 'if-match': etag },
  })
  const events = (await school.get('/behaviour-events')).body.data
  await school.call('DELETE', `/behaviour-events/${events[0].id}`, { headers: { 'if-match': '*' } })
  t.same(await copy.differences(), [], 'records that have changed since are left out of the sums')
  t.equal(await copy.catchUp(1), 'current', 'entry by entry')
  t.same(await copy.differences(), [])
  t.equal(copy.records.get('pupils')?.get(id)?.legalGivenName, 'Given77')
  t.equal(copy.records.get('pupils')?.get(full.pupils[0])?.preferredGivenName, 'Zoë')
  t.notOk(copy.records.get('behaviour-events')?.has(events[0].id))
})

t.test('a caller with few scopes sees few entries, and proves that nothing is missing', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const scopes = ['pupils:read']
  const ask = (path: string) => school.call('GET', path, { scopes })
  const { body: start } = await ask('/changes?after=latest')
  t.same([start.data, start.state], [[], 'current'])
  const full = await makeFullSchool(school)
  const [pupil] = full.pupils
  const { etag } = await school.get(`/pupils/${pupil}`)
  const change = (body: object, version: string) =>
    school.call('PATCH', `/pupils/${pupil}`, { body, headers: { 'if-match': version } })
  const changed = await change({ birthDate: '2014-03-01' }, etag)
  await change({ birthDate: '2014-03-02', legalGivenName: 'Ada' }, changed.etag)
  const page = (await ask(`/changes?after=${start.cursor}&include=record&limit=1000`)).body
  const told = page.data.map(({ resource, action, fields }: Record<string, unknown>) => [
    resource,
    action,
    fields,
  ])
  t.same(
    told.filter(([, action]: [string, string]) => action === 'changed'),
    [['pupils', 'changed', ['legalGivenName']]],
    'the change of a birth date alone is a number among the unseen',
  )
  t.same([...new Set(told.map(([resource]: [string]) => resource))].sort(), ['enrolments', 'pupils'])
  t.ok(page.data.every(({ record }: { record: object | null }) => record && !('birthDate' in record)))
  const numbers = new Set<number>(page.data.map(({ number }: { number: number }) => number))
  for (const [first, last] of page.unseen) for (let at = first; at <= last; at++) numbers.add(at)
  t.equal(numbers.size, page.until - page.from + 1, 'every number is told or accounted for')

  t.match(await ask('/changes?resources=results'), { status: 403, body: { code: 'scope-missing' } })
  t.match(await ask('/changes?resources=marbles'), { status: 400, body: { code: 'query-invalid' } })
  t.match(await ask(`/changes?resources=pupils&after=${start.cursor}`), {
    status: 400,
    body: { code: 'cursor-invalid' },
  })
  const other = await service.school('Other School')
  t.equal((await other.call('GET', `/changes?after=${start.cursor}`, { scopes })).status, 400)
  t.same((await other.call('GET', '/changes', { scopes })).body.data, [])
})

t.test('a removed record leaves a tombstone without personal data', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { id } = (await school.post('/subjects', { code: 'MA', name: 'Mathematics' })).body
  await school.call('DELETE', `/subjects/${id}`, { headers: { 'if-match': '*' } })
  const { data } = (await school.get('/changes?resources=subjects&include=record')).body
  t.match(data, [
    { action: 'created', recordId: id, record: null },
    { action: 'removed', recordId: id, fields: null, pupilIds: null, record: null },
  ])
})

t.test('what an app may see changes: records enter and leave, and the copy stays exact', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const admin = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const copy = new Replica(askAs(school))
  await copy.start()
  const agreements = (await admin.get('/agreements')).body.data
  const { id: agreementId } = agreements.find(({ appId }: { appId: string }) => appId === school.clientId)
  // An app cannot lift what is withheld from itself: the school does, through another.
  const withhold = (pupilIds: string[]) =>
    asSystem(service, school, (tx) =>
      withholdPupils(
        tx,
        agreementId,
        pupilIds.map((pupilId) => ({ pupilId, reason: 'Asked.' })),
      ),
    )
  await withhold([full.pupils[2]])
  await copy.catchUp(3)
  t.same(await copy.differences(), [])
  const about = () => JSON.stringify([...copy.records].map(([, of]) => [...of.values()]))
  t.notOk(about().includes(full.pupils[2]), 'nothing about the withheld pupil is left')
  t.notOk(about().includes(full.otherContact), 'nor about who is only his contact')
  await school.post('/behaviour-events', {
    pupilId: full.pupils[1],
    kind: 'achievement',
    type: 'Help',
    points: 1,
    occurredOn: '2026-11-23',
  })
  await withhold([full.pupils[3]])
  await copy.catchUp(7)
  t.same(await copy.differences(), [])
  t.ok(about().includes(full.pupils[2]), 'the pupil is back with everything')
})
