import t, { type Test } from 'tap'
import { readFilter } from '../../../../src/protocols/oneroster/rest/filter.ts'
import { users } from '../../../../src/protocols/oneroster/roster/users.ts'
import { agreesWithNaive, commonProperties, type Properties } from '../../../support/naive-roster.ts'
import { type RosterClient, rosterClient } from '../../../support/oneroster-client.ts'
import type { Version } from '../../../support/oneroster-schemas.ts'
import { change, makeRosterSchool } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const person: Properties = {
  ...commonProperties,
  username: 'text',
  givenName: 'text',
  familyName: 'text',
  middleName: 'text',
  identifier: 'text',
  email: 'text',
  phone: 'text',
  enabledUser: 'flag',
  grades: 'whole',
  agents: 'any',
  'agents.sourcedId': 'any',
  'userIds.identifier': 'any',
}

/** What may be asked of each collection. */
const asked: readonly [Version, string, Properties][] = [
  ['v1p1', '/users', { ...person, role: 'exact', orgs: 'any' }],
  [
    'v1p2',
    '/users',
    {
      ...person,
      preferredFirstName: 'text',
      'roles.role': 'any',
      primaryOrg: 'exact',
      'primaryOrg.sourcedId': 'exact',
    },
  ],
  [
    'v1p2',
    '/enrollments',
    {
      ...commonProperties,
      role: 'exact',
      primary: 'flag',
      beginDate: 'day',
      endDate: 'day',
      user: 'exact',
      'class.sourcedId': 'exact',
    },
  ],
  [
    'v1p2',
    '/academicSessions',
    {
      ...commonProperties,
      title: 'text',
      type: 'exact',
      startDate: 'day',
      endDate: 'day',
      schoolYear: 'exact',
      parent: 'exact',
      children: 'any',
    },
  ],
  [
    'v1p1',
    '/classes',
    {
      ...commonProperties,
      title: 'text',
      classCode: 'text',
      classType: 'exact',
      location: 'text',
      course: 'exact',
      terms: 'any',
      subjects: 'whole',
      periods: 'whole',
    },
  ],
]

t.test('filter and sort', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeRosterSchool(own)
  const client = await rosterClient(t, service, own)
  service.clock.set('2026-11-24T09:30:00.125Z')
  await change(own, `/contacts/${school.guardian}`, { legalFamilyName: 'ábc Äbc' })
  await change(own, `/staff/${school.staff.other}`, {
    legalFamilyName: "smith' OR x='",
    legalMiddleNames: 'SMITH',
  })
  const membership = (await own.get(`/memberships?groupId=${school.set}`)).body.data[0]
  await change(own, `/memberships/${membership.id}`, { validUntil: '2026-11-24' })

  await t.test('give what a look at every object would give', async (t) => {
    for (const [version, path, properties] of asked) {
      await agreesWithNaive(client, version, path, properties)
      t.pass(`${version} ${path}`)
    }
  })

  await t.test('are read as clients write them', (t) => readsHabits(t, client, school))

  await t.test('that mean nothing are refused in the words of the standard, or ignored', async (t) => {
    const refused = async (query: string, word: string) => {
      const { status, text } = await client.call('v1p2', `/users?${query}`)
      t.equal(status, 400, query)
      t.match(text, word, query)
    }
    for (const filter of [
      "nothing='1'",
      "familyName.x='1'",
      "roles='student'",
      "role='student'",
      'familyName=Smith',
      'familyName',
      "='x'",
      "familyName like 'x'",
      "enabledUser='maybe'",
      "enabledUser>'true'",
      "dateLastModified>'yesterday'",
      "dateLastModified>'2026-13-01'",
      "grades>'7'",
      "a='1' AND b='2' AND c='3'",
      "status='active' AND givenName='a' OR familyName='b'",
      "status='active' XOR givenName='a'",
      "(status='active')",
    ])
      await refused(`filter=${encodeURIComponent(filter)}`, 'invalid_filter_field')
    await refused(`filter=${encodeURIComponent("familyName='\ud83d\ude00'")}%00`, 'invaliddata')
    for (const fields of ['nothing', 'sourcedId,nothing', 'orgs', 'roles.role', "sourcedId'"])
      await refused(`fields=${encodeURIComponent(fields)}`, 'invalid_selection_field')
    t.equal((await client.call('v1p2', '/users/1?fields=nothing')).status, 400)
    const plain = (await client.call('v1p2', '/users')).text
    for (const sort of ['nothing', 'roles', 'grades', "familyName'", ''])
      t.equal(
        (await client.call('v1p2', `/users?sort=${encodeURIComponent(sort)}&orderBy=desc`)).text,
        plain,
        sort,
      )
  })

  await t.test('take no longer for being long', async (t) => {
    const { fields } = users
    for (const piece of ['a', 'a.', "'", "' ", "''", "' AND ", "' AND a='", 'a ', '=', "a='"])
      for (const filter of [
        `familyName='${piece.repeat(10_000 / piece.length)}'`,
        `status='x' ${piece.repeat(10_000 / piece.length)}`,
      ]) {
        const began = performance.now()
        try {
          readFilter(filter, fields)
        } catch (error) {
          t.match(error, { status: 400 })
        }
        t.ok(performance.now() - began < 200, piece)
      }
  })

  await t.test('select properties, and only those', async (t) => {
    const [row] = await client.rows('v1p2', '/users?fields=familyName, sourcedId ,phone&limit=1&sort=phone')
    t.same(Object.keys(row), ['sourcedId', 'familyName', 'phone'])
    t.same(Object.keys(await client.one('v1p1', `/classes/${school.set}?fields=terms`)), ['terms'])
    const byName = await client.rows('v1p2', '/users?fields=sourcedId&sort=familyName')
    const whole = await client.rows('v1p2', '/users?sort=familyName')
    t.same(
      byName.map(({ sourcedId }) => sourcedId),
      whole.map(({ sourcedId }) => sourcedId),
      'sorted before it is selected',
    )
  })
})

async function readsHabits(
  t: Test,
  client: RosterClient,
  school: { pupils: string[]; set: string },
): Promise<void> {
  const [ohare = ''] = school.pupils
  const find = async (path: string, filter: string) =>
    (await client.rows('v1p2', `${path}?filter=${encodeURIComponent(filter)}`)).map(
      ({ sourcedId }) => sourcedId,
    )
  for (const filter of [
    "familyName='O'Hare'",
    "familyName='O''Hare'",
    "familyName = 'o'hare'",
    "familyName~'o'h'",
    "familyName='O'Hare' AND status='active'",
    "status='active' and familyName='O'Hare'",
    "userIds.identifier='A801200014001'",
    "  familyName='O''Hare'  ",
  ])
    t.same(await find('/users', filter), [ohare], filter)
  t.same(await find('/users', "familyName='x' OR familyName='O'Hare'"), [ohare])
  const inClass = await find('/enrollments', `class='${school.set}'`)
  t.equal(inClass.length, 3)
  t.same(await find('/enrollments', `class.sourcedId='${school.set}'`), inClass)
  const all = await find('/users', "dateLastModified>'2026-11-22'")
  t.equal(all.length, 9, 'a bare day is its first moment')
  t.equal((await find('/users', "dateLastModified>='2026-11-24T09:30:00.125Z'")).length, 2)
  t.equal((await find('/users', "dateLastModified>'2026-11-24T09:30:00.125Z'")).length, 0)
  t.equal((await find('/users', "dateLastModified>'2026-11-24T09:30:00.124Z'")).length, 2)
  t.equal((await find('/users', "dateLastModified>'2026-11-24T10:30:00.124+01:00'")).length, 2)
  t.equal((await find('/users', "dateLastModified>'2026-11-24T09:30:00.124'")).length, 2)
  t.equal((await find('/users', "status='active'")).length, 9)
  t.equal((await find('/users', "roles.role='guardian'")).length, 2)
}
