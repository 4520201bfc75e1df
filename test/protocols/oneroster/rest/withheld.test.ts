import t from 'tap'
import { type RosterClient, rosterClient } from '../../../support/oneroster-client.ts'
import { personAt } from '../../../support/people.ts'
import { change, makeRosterSchool } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const collections = [
  '/users',
  '/students',
  '/enrollments',
  '/demographics',
  '/classes',
  '/orgs',
  '/academicSessions',
]
const hostile = [
  "familyName='Family2'",
  "givenName~'Given2' OR status='active'",
  "status='active' OR status='tobedeleted'",
  "userIds.identifier='1000000019'",
  "email='p2@example.org' OR email!='x'",
  "birthDate='2014-05-01' OR sourcedId!='x'",
]

t.test('a pupil withheld from an app', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeRosterSchool(own)
  const client = await rosterClient(t, service, own)
  const [first, , third] = school.pupils
  await change(own, `/contacts/${school.otherContact}`, { email: 'olu@example.org' })
  // Who acts through an app from which pupils are withheld cannot lift it, so the administrator has another one.
  const office = await service.school('The same school', own.id)
  const admin = await personAt(service, office, { personId: school.staff.other, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const agreements = (await admin.get('/agreements')).body.data as { id: string; appId: string }[]
  const withhold = async (clientId: string, pupils: readonly string[]) => {
    const agreement = agreements.find(({ appId }) => appId === clientId)
    const body = { pupils: pupils.map((pupilId) => ({ pupilId, reason: 'Protected.' })) }
    const { status } = await admin.call('PUT', `/agreements/${agreement?.id}/withheld-pupils`, { body })
    t.equal(status, 200)
  }
  const until = async (isSo: () => Promise<boolean>) => {
    const began = performance.now()
    while (!(await isSo()) && performance.now() - began < 2_000);
    t.ok(await isSo(), 'within two seconds')
  }
  const statusOf = (reader: RosterClient, id: string) => async () =>
    (await reader.call('v1p2', `/users/${id}`)).body.user?.status

  service.clock.set('2026-11-24T09:00:00Z')
  await withhold(own.clientId, [third])
  await until(async () => (await statusOf(client, third)()) === 'tobedeleted')

  await t.test('is told of once more as an id, so that it is forgotten', async (t) => {
    const filter = encodeURIComponent("dateLastModified>='2026-11-24T09:00:00Z' AND status='tobedeleted'")
    for (const version of ['v1p1', 'v1p2'] as const) {
      const gone = await client.rows(version, `/users?filter=${filter}`)
      t.same(gone.map(({ sourcedId }) => sourcedId).sort(), [third, school.otherContact].sort())
      for (const each of gone)
        t.match(each, { enabledUser: 'false', givenName: 'Removed', familyName: 'Removed' })
      t.notMatch(JSON.stringify(gone), /Family2|Given2|A0002|1000000019|p2@|Olu|Other|olu@/)
      const students = await client.rows(version, `/students?filter=${filter}`)
      t.same(
        students.map(({ sourcedId }) => sourcedId),
        [third],
        'a contact is no student',
      )
    }
    t.match(await client.one('v1p1', `/users/${school.otherContact}`), { role: 'guardian' })
  })

  await t.test('is in no list, no class and no filter besides', async (t) => {
    t.equal((await client.call('v1p2', `/demographics/${third}`)).status, 404)
    for (const version of ['v1p1', 'v1p2'] as const) {
      const inSet = await client.rows(version, `/classes/${school.set}/students`)
      t.notOk(inSet.some(({ sourcedId }) => sourcedId === third))
      t.same(await client.rows(version, `/students/${third}/classes`), [])
      t.notOk((await client.call(version, '/enrollments?limit=10000')).text.includes(third))
      t.notOk((await client.call(version, '/demographics')).text.includes(third))
      for (const path of collections)
        for (const filter of hostile) {
          const { status, text } = await client.call(version, `${path}?filter=${encodeURIComponent(filter)}`)
          t.ok(status === 200 || status === 400)
          t.notMatch(text, /Family2|Given2|A0002|1000000019|p2@|Olu|olu@/, `${path} ${filter}`)
        }
      const agents = (await client.rows(version, '/users')).flatMap((each) => each.agents ?? [])
      t.notOk(agents.some(({ sourcedId }) => sourcedId === third || sourcedId === school.otherContact))
    }
    const long = await client.call('v1p2', '/users?limit=10000')
    t.notMatch(long.text, /Family2|Given2|A0002|Olu/, 'a long page is narrowed too')
    t.match(long.text, "O'Hare")
  })

  await t.test('is not named to an app that never saw such people', async (t) => {
    service.clock.set('2026-11-24T10:00:00Z')
    const staffOnly = await rosterClient(t, service, own, ['schools:read', 'staff:read'])
    const pupilsOnly = await rosterClient(t, service, own, ['schools:read', 'pupils:read'])
    agreements.push(...(await admin.get('/agreements')).body.data)
    service.clock.set('2026-11-24T11:00:00Z')
    await withhold(staffOnly.clientId, [third])
    await withhold(pupilsOnly.clientId, [third])
    await until(async () => (await statusOf(pupilsOnly, third)()) === 'tobedeleted')
    t.notOk((await pupilsOnly.call('v1p2', '/users')).text.includes(school.otherContact), 'no contacts')
    t.notOk((await staffOnly.call('v1p2', '/users')).text.includes(third), 'no pupils')
    t.equal((await staffOnly.rows('v1p2', '/users')).length, 3)
  })

  await t.test('comes back with everything that hangs on them when that ends', async (t) => {
    service.clock.set('2026-11-25T09:00:00Z')
    await withhold(own.clientId, [])
    await until(async () => (await statusOf(client, third)()) === 'active')
    const filter = encodeURIComponent("dateLastModified>='2026-11-25T09:00:00Z'")
    const ids = async (path: string) =>
      (await client.rows('v1p2', `${path}?limit=10000&filter=${filter}`)).map(
        (each) => each.user?.sourcedId ?? each.sourcedId,
      )
    t.ok((await ids('/users')).includes(third))
    t.ok((await ids('/users')).includes(school.otherContact))
    t.ok((await ids('/enrollments')).includes(third))
    t.ok((await ids('/demographics')).includes(third))
    t.ok((await ids('/users')).includes(first), 'access that changes makes all of it new')
    t.match(await client.one('v1p2', `/users/${third}`), {
      familyName: 'Family2',
      agents: [{ sourcedId: school.otherContact }],
    })
  })
})
