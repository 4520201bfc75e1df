import t from 'tap'
import { type RosterClient, rosterClient } from '../../../support/oneroster-client.ts'
import { change, makeRosterSchool } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const versions = ['v1p1', 'v1p2'] as const
const removing = { headers: { 'if-match': '*' } }

/** What a copy asks: everything that changed after its last visit, by id. */
async function since(client: RosterClient, path: string, instant: string) {
  const filter = encodeURIComponent(`dateLastModified>'${instant}'`)
  const rows = await client.rows('v1p2', `${path}?limit=10000&filter=${filter}`)
  return new Map(rows.map((row) => [row.sourcedId as string, row]))
}

t.test('what changes comes again', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeRosterSchool(own)
  const client = await rosterClient(t, service, own)
  const [, , third, fourth] = school.pupils
  const links = (await own.get('/pupil-contacts')).body.data as { id: string; pupilId: string }[]
  const linkOf = (pupil: string) => links.find(({ pupilId }) => pupilId === pupil)?.id as string

  await t.test('a guardian whose link changes, and the pupil with them', async (t) => {
    service.clock.set('2026-11-24T10:00:00Z')
    const path = `/pupil-contacts/${linkOf(third)}`
    await change(own, path, { isCourtOrderRestricted: true })
    const users = await since(client, '/users', '2026-11-24T09:00:00Z')
    t.same([...users.keys()].sort(), [third, school.otherContact].sort())
    t.match(users.get(third), { status: 'active', agents: [] })
    const barred = users.get(school.otherContact)
    t.match(barred, {
      status: 'tobedeleted',
      enabledUser: 'false',
      givenName: 'Removed',
      familyName: 'Removed',
    })
    t.notMatch(JSON.stringify(barred), /Olu|Other/)
    service.clock.set('2026-11-24T11:00:00Z')
    await change(own, path, { isCourtOrderRestricted: false })
    const again = await since(client, '/users', '2026-11-24T10:30:00Z')
    t.match(again.get(school.otherContact), { status: 'active', givenName: 'Olu' })
    t.match(again.get(third).agents, [{ sourcedId: school.otherContact }])
    service.clock.set('2026-11-24T12:00:00Z')
    await own.call('DELETE', path, removing)
    const gone = await since(client, '/users', '2026-11-24T11:30:00Z')
    t.match(gone.get(school.otherContact), { status: 'tobedeleted', givenName: 'Removed' })
    t.match(gone.get(third), { status: 'active', agents: [] })
    await own.post('/pupil-contacts', {
      pupilId: third,
      contactId: school.otherContact,
      relationship: 'Parent',
      priority: 1,
      hasParentalResponsibility: true,
    })
  })

  await t.test('a membership that ends, and one that is removed', async (t) => {
    service.clock.set('2026-11-25T10:00:00Z')
    const members = (await own.get(`/memberships?groupId=${school.set}`)).body.data as {
      id: string
      pupilId: string
    }[]
    const [ending, removed] = members.filter(({ pupilId }) => pupilId)
    await change(own, `/memberships/${ending?.id}`, { validUntil: '2026-11-25' })
    await own.call('DELETE', `/memberships/${removed?.id}`, removing)
    const changed = await since(client, '/enrollments', '2026-11-25T09:00:00Z')
    t.match(changed.get(ending?.id ?? ''), { status: 'tobedeleted', endDate: '2026-11-25', role: 'student' })
    t.match(changed.get(removed?.id ?? ''), {
      status: 'tobedeleted',
      endDate: '2026-11-25',
      role: 'student',
      user: { sourcedId: removed?.pupilId },
      class: { sourcedId: school.set },
    })
    t.same(await client.rows('v1p1', `/classes/${school.set}/students`), [])
  })

  await t.test('a removed record, as an id and nothing that tells a person', async (t) => {
    service.clock.set('2026-11-26T10:00:00Z')
    const made = async (path: string, body: object) => (await own.post(path, body)).body.id as string
    const name = { legalGivenName: 'Zebedee', legalFamilyName: 'Zuckerman', email: 'zz@example.org' }
    const ids = {
      pupils: await made('/pupils', {
        admissionNumber: 'Z1',
        ...name,
        yearGroup: 7,
        birthDate: '2014-01-01',
        enrolledOn: '2026-09-01',
      }),
      staff: await made('/staff', { code: 'ZZZ', ...name, role: 'Teacher' }),
      subjects: await made('/subjects', { code: 'ZZ', name: 'Zoology' }),
      groups: await made('/groups', { kind: 'teaching', code: 'ZZ1', name: 'Zoology 1' }),
      terms: await made('/terms', {
        academicYearId: school.year,
        name: 'Zummer',
        startsOn: '2027-04-12',
        endsOn: '2027-07-20',
      }),
    }
    t.equal((await client.one('v1p2', `/users/${ids.pupils}`)).status, 'active')
    service.clock.set('2026-11-26T12:00:00Z')
    const [enrolment] = (await own.get(`/enrolments?pupilId=${ids.pupils}`)).body.data
    await own.call('DELETE', `/enrolments/${enrolment?.id}`, removing)
    for (const [resource, id] of Object.entries(ids))
      t.equal((await own.call('DELETE', `/${resource}/${id}`, removing)).status, 204, resource)
    const after = '2026-11-26T11:00:00Z'
    const users = await since(client, '/users', after)
    t.match(users.get(ids.pupils), {
      status: 'tobedeleted',
      roles: [{ role: 'student' }],
      enabledUser: 'false',
    })
    t.match(users.get(ids.staff), { status: 'tobedeleted', roles: [{ role: 'teacher' }] })
    t.match((await since(client, '/courses', after)).get(ids.subjects), { status: 'tobedeleted' })
    t.match((await since(client, '/classes', after)).get(ids.groups), { status: 'tobedeleted' })
    const sessions = [...(await since(client, '/academicSessions', after)).values()]
    t.same(
      sessions
        .filter(({ status }) => status === 'tobedeleted')
        .map(({ type }) => type)
        .sort(),
      ['gradingPeriod', 'term'],
    )
    for (const version of versions)
      for (const path of [
        '/users',
        '/classes',
        '/courses',
        '/academicSessions',
        '/demographics',
        '/enrollments',
      ])
        t.notMatch((await client.call(version, `${path}?limit=10000`)).text, /Ze?b|Zu|ZZ|zz@|2014-01-01/)
    t.match(await client.one('v1p1', `/students/${ids.pupils}`), { status: 'tobedeleted', role: 'student' })
  })

  await t.test(
    'whoever leaves on a day that was set before, when it comes, by the clock of England',
    async (t) => {
      service.clock.set('2026-11-27T10:00:00Z')
      await own.post(`/pupils/${third}/leave`, { leftOn: '2026-12-01', destination: 'Elsewhere' })
      await own.post(`/pupils/${fourth}/leave`, { leftOn: '2027-06-01' })
      t.match(await client.one('v1p2', `/users/${third}`), { status: 'active', enabledUser: 'true' })
      service.clock.set('2026-11-30T23:59:00Z')
      t.same([...(await since(client, '/users', '2026-11-28T00:00:00Z')).keys()], [])
      service.clock.set('2026-12-01T08:00:00Z')
      const midnight = '2026-12-01T00:00:00.000Z'
      const users = await since(client, '/users', '2026-11-30T23:00:00Z')
      t.same([...users.keys()].sort(), [third, school.otherContact].sort())
      t.match(users.get(third), { status: 'tobedeleted', enabledUser: 'false', dateLastModified: midnight })
      t.match(
        users.get(school.otherContact),
        { status: 'tobedeleted', dateLastModified: midnight },
        'the guardian of nobody else goes with them',
      )
      const left = [...(await since(client, '/enrollments', '2026-11-30T23:00:00Z')).values()]
      t.ok(left.length > 0)
      for (const each of left)
        t.match(each, {
          user: { sourcedId: third },
          status: 'tobedeleted',
          endDate: '2026-12-01',
          dateLastModified: midnight,
        })
      t.match((await since(client, '/demographics', '2026-11-30T23:00:00Z')).get(third), {
        status: 'tobedeleted',
      })
      t.same(await client.rows('v1p2', `/students/${third}/classes`), [], 'who has left is in no class')
      const form = (await client.rows('v1p2', `/classes/${school.forms[1]}/students`)).map(
        ({ sourcedId }) => sourcedId,
      )
      t.same(form, [fourth], 'and no class has them')
      service.clock.set('2027-05-31T23:30:00Z')
      t.match(
        await client.one('v1p1', `/users/${fourth}`),
        { status: 'tobedeleted', dateLastModified: '2027-05-31T23:00:00.000Z' },
        'a summer day begins an hour earlier',
      )
    },
  )
})
