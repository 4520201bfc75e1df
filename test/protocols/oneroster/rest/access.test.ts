import t from 'tap'
import { rosterClient, scopeFor } from '../../../support/oneroster-client.ts'
import { personAt, tokenFor } from '../../../support/people.ts'
import { makeRosterSchool } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const versions = ['v1p1', 'v1p2'] as const

t.test('who may read the roster, and what of it', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeRosterSchool(own)
  const client = await rosterClient(t, service, own)

  await t.test('nobody without a token that is valid now', async (t) => {
    for (const version of versions)
      for (const authorization of [
        undefined,
        'Bearer',
        'Bearer x',
        'Basic eDp5',
        `Bearer ${'x'.repeat(9_000)}`,
      ]) {
        const { status, headers, text } = await client.call(version, '/users', { authorization })
        t.equal(status, 401)
        t.match(headers.get('www-authenticate'), /^Bearer/)
        t.match(text, 'unauthorisedrequest')
      }
    t.equal((await client.call('v1p2', '/nothing/x', { authorization: undefined })).status, 404)
  })

  await t.test('nobody at an address that there is not, in the words of the standard', async (t) => {
    for (const version of versions) {
      const asks = async (path: string, method = 'GET') =>
        (await client.call(version, path, { method })).status
      for (const path of [
        '/nothing',
        '/USERS',
        '//users',
        '/users/',
        '/users/1/2',
        `/users/${'x'.repeat(255)}`,
      ])
        t.equal(await asks(path), 404, path)
      for (const path of ['/users/%E0%A4%A', '/users/%00', '/users?filter=%00', `/users/${'x'.repeat(900)}`])
        t.equal(await asks(path), 400, path)
      for (const method of ['POST', 'DELETE', 'PATCH']) t.equal(await asks('/users', method), 404, method)
    }
    const address = await fetch(`${service.publicUrl}/v1/pupils/%E0%A4%A`)
    t.match(await address.json(), { status: 400, code: 'path-invalid' }, 'nor elsewhere, in ours')
    t.ok(address.headers.get('x-correlation-id'))
  })

  await t.test('a scope opens what it names, and nothing that only begins alike', async (t) => {
    const asked = async (version: 'v1p1' | 'v1p2', path: string, ...scopes: string[]) =>
      (await client.call(version, path, { scopes })).status
    for (const version of versions) {
      const inClass = `/classes/${school.set}/students`
      t.equal(await asked(version, '/users', 'roster.readonly'), 200)
      t.equal(await asked(version, inClass, 'roster.readonly'), 200)
      t.equal(
        await asked(version, '/demographics', 'roster.readonly'),
        403,
        'the roster excludes demographics',
      )
      t.equal(await asked(version, '/users', 'roster-core.readonly'), 200)
      t.equal(await asked(version, inClass, 'roster-core.readonly'), 403, 'the core is collections')
      t.equal(await asked(version, '/demographics', 'roster-core.readonly'), 403)
      t.equal(await asked(version, '/demographics', 'roster-demographics.readonly'), 200)
      t.equal(await asked(version, '/users', 'roster-demographics.readonly'), 403)
      t.equal(await asked(version, '/users', 'resource.readonly', 'gradebook.readonly'), 403)
      t.equal(await asked(version, '/resources', 'resource-core.readonly'), 200)
      for (const near of ['roster', 'roster.readonlyx', 'roster.readonly/', 'roster-core', 'ROSTER.readonly'])
        t.equal(await asked(version, '/users', near), 403, near)
      const whole = scopeFor(version, 'roster.readonly')
      for (const near of [
        `https://evil.example/?${whole}`,
        `${whole}.x`,
        whole.replace('purl.', 'purl-'),
        'pupils:read',
      ])
        t.equal(await asked(version, '/users', near), 403, near)
      const other = version === 'v1p1' ? 'v1p2' : 'v1p1'
      t.equal(await asked(version, '/users', scopeFor(other, 'roster.readonly')), 403, `a scope of ${other}`)
    }
    const refused = await client.call('v1p2', '/users', { scopes: ['gradebook.readonly'] })
    t.match(refused.headers.get('www-authenticate'), /insufficient_scope.*v1p2\/scope\/roster\.readonly/)
    t.equal(
      (await own.call('GET', '/pupils', { headers: { authorization: '' }, scopes: 'none' })).status,
      401,
    )
  })

  await t.test("a roster's scope opens none of our own operations", async (t) => {
    const scopes = ['roster.readonly', 'roster-demographics.readonly'].map((name) => scopeFor('v1p2', name))
    const person = await personAt(service, own, { personId: school.staff.other, kind: 'staff' }, [
      { role: 'administrator' },
    ])
    const token = await tokenFor(service, own, person.accountId, { scopes })
    const authorization = `Bearer ${token}`
    t.equal((await own.call('GET', '/pupils', { scopes: 'none', headers: { authorization } })).status, 403)
    const answer = await client.call('v1p2', '/users', { authorization })
    t.equal(answer.status, 403, 'nor is OneRoster for people')
    t.match(answer.text, 'client credentials')
  })

  await t.test('the agreement decides which people and properties there are', async (t) => {
    const basic = ['schools:read', 'calendar:read', 'groups:read', 'pupils:read', 'staff:read']
    const few = await rosterClient(t, service, own, basic)
    for (const version of versions) {
      const users = await few.rows(version, '/users')
      t.equal(users.length, 4 + 3, 'no guardians without contacts:read')
      t.notMatch(JSON.stringify(users), /A801200014001|9999375358|p\d@example\.org|Gil|020 7946/)
      t.ok(users.every((each) => each.role !== 'guardian' && each.agents.length === 0))
      t.equal((await few.call(version, `/users/${school.guardian}`)).status, 404)
      t.equal((await few.call(version, '/demographics')).status, 403)
      t.equal((await few.call(version, '/courses')).status, 200)
      t.notMatch(JSON.stringify(await few.rows(version, '/classes')), /Room|Mathematics|Mon P1/)
      for (const filter of [
        "email~'example'",
        "userIds.identifier='A801200014001'",
        "phone~'0'",
        "username~'example'",
      ])
        t.same(
          await few.rows(version, `/users?filter=${encodeURIComponent(filter)}`),
          [],
          `${filter} finds nobody`,
        )
    }
    const withUpn = await rosterClient(t, service, own, [...basic, 'pupils.identifiers:read'])
    const found = await withUpn.rows('v1p2', "/users?filter=userIds.identifier='A801200014001'")
    t.same(
      found.map(({ sourcedId }) => sourcedId),
      [school.pupils[0]],
    )
    t.notOk(found[0].email)
    const withMail = await rosterClient(t, service, own, [...basic, 'pupils.contacts:read'])
    t.match(await withMail.one('v1p2', `/users/${school.pupils[0]}`), { email: 'p0@example.org' })
    t.notMatch(await withMail.rows('v1p2', '/users'), /A801200014001/)
    const guardians = await rosterClient(t, service, own, ['contacts:read', 'schools:read'])
    const seen = await guardians.rows('v1p2', '/users')
    t.same(seen.map(({ sourcedId }) => sourcedId).sort(), [school.guardian, school.otherContact].sort())
    t.ok(
      seen.every(({ agents }) => agents.length === 0),
      'their children are not there',
    )
    t.equal((await guardians.call('v1p2', '/classes')).status, 403)
    t.equal((await guardians.call('v1p2', '/enrollments')).status, 403)
  })

  await t.test('a school sees nothing of another, whatever the filter', async (t) => {
    const other = await service.school('The other school')
    const stranger = await rosterClient(t, service, other)
    for (const version of versions) {
      for (const path of [
        `/users/${school.pupils[0]}`,
        `/classes/${school.set}`,
        `/classes/${school.set}/students`,
        `/schools/${own.id}/students`,
        `/schools/${other.id}/classes/${school.set}/students`,
        `/terms/${school.term}/classes`,
        `/demographics/${school.pupils[0]}`,
        `/orgs/${own.id}`,
        '/users/not-an-id',
        "/users/'%20or%20true--",
      ]) {
        const { status, text } = await stranger.call(version, path)
        t.equal(status, 404, path)
        t.match(text, 'unknownobject')
      }
      for (const filter of [
        "status='active' OR status='tobedeleted'",
        "givenName!='x' OR familyName!='x'",
        "sourcedId='x' OR sourcedId!='x'",
        "familyName='x'') or (''1''=''1'",
        "familyName='x' OR status!='') or true --'",
        `orgs.sourcedId='${own.id}'`,
      ])
        for (const path of ['/users', '/students', '/enrollments', '/classes', '/courses', '/demographics']) {
          const answer = await stranger.call(
            version,
            `${path}?limit=10000&filter=${encodeURIComponent(filter)}`,
          )
          t.ok([200, 400].includes(answer.status))
          for (const id of [own.id, ...school.pupils, school.set, school.subject, school.guardian])
            t.notOk(answer.status === 200 && answer.text.includes(id), `${path} ${filter}`)
        }
    }
    const narrowed = "/classes/{id}/students?filter=status='active' OR status!='active'".replace(
      '{id}',
      school.set,
    )
    t.equal((await client.rows('v1p2', narrowed)).length, 2, 'nor does an OR leave the list below an object')
  })
})
