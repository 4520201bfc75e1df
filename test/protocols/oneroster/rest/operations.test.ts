import t, { type Test } from 'tap'
import { makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { type RosterClient, rosterClient } from '../../../support/oneroster-client.ts'
import { serviceOf, standardOperations } from '../../../support/oneroster-operations.ts'
import type { Version } from '../../../support/oneroster-schemas.ts'
import type { RosterSchool } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const versions = ['v1p1', 'v1p2'] as const
const reading = standardOperations.filter((each) => each.method === 'GET' && serviceOf(each) !== 'resources')

/** The id of an object that a path's parameter can name. */
function idFor(school: RosterSchool, known: Record<string, string>, path: string, name: string): string {
  const [, collection = ''] = new RegExp(`/(\\w+)/\\{${name}\\}`).exec(path) ?? []
  const ids: Record<string, string> = {
    ...known,
    academicSessions: school.year,
    classes: school.set,
    courses: school.subject,
    students: school.pupils[1],
    teachers: school.staff.teacher,
    terms: school.term,
    users: school.pupils[1],
    demographics: school.pupils[1],
  }
  return ids[collection] ?? ''
}

t.test('every operation of the standard answers, in both versions', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)

  for (const version of versions) {
    const known: Record<string, string> = { orgs: own.id, schools: own.id }
    for (const { path, versions: has } of reading)
      if (/^\/\w+$/.test(path) && has.includes(version))
        known[path.slice(1)] ??= (await client.rows(version, path))[0].sourcedId
    const ofPupil = (await client.rows(version, '/results')).find(
      ({ student }) => student.sourcedId === school.pupils[1],
    )
    known.lineItems = ofPupil.lineItem.sourcedId
    for (const { path, operationId, envelope = '', versions: has } of reading) {
      const where = path.replace(/\{(\w+)\}/g, (_, name) => idFor(school, known, path, name))
      const { status, body } = await client.call(version, where)
      t.equal(status, has.includes(version) ? 200 : 404, `${version} ${operationId}`)
      if (!has.includes(version)) continue
      const content = body[envelope]
      t.ok(
        Array.isArray(content) ? content.length > 0 : content.sourcedId,
        `${version} ${operationId} has something to say`,
      )
    }
  }

  await t.test('resources are there, correct and empty', async (t) => {
    for (const version of versions)
      for (const path of [
        '/resources',
        `/classes/${school.set}/resources`,
        `/courses/${school.subject}/resources`,
      ])
        t.same(await client.rows(version, path), [], path)
    const ofUser = `/users/${school.pupils[0]}/resources`
    t.same(await client.rows('v1p2', ofUser), [])
    t.equal((await client.call('v1p1', ofUser)).status, 404, '1.1 knows none of a user')
    t.equal((await client.call('v1p2', '/resources/1')).status, 404)
  })

  await t.test('what a school in England is, in the words of the standard', (t) =>
    saysTheSchool(t, client, school),
  )

  await t.test('a list below an object is the part that belongs to it', async (t) => {
    const ids = async (path: string, version: Version = 'v1p2') =>
      (await client.rows(version, path)).map(({ sourcedId }) => sourcedId).sort()
    for (const version of versions) {
      t.same(
        await ids(`/classes/${school.set}/students`, version),
        [school.pupils[1], school.pupils[2]].sort(),
      )
      t.same(await ids(`/classes/${school.set}/teachers`, version), [school.staff.teacher])
      t.same(
        await ids(`/students/${school.pupils[1]}/classes`, version),
        [school.forms[0], school.set].sort(),
      )
      t.same(await ids(`/teachers/${school.staff.tutor}/classes`, version), [school.forms[0]])
      t.same(await ids(`/courses/${school.subject}/classes`, version), [school.set])
      t.same(await ids(`/terms/${school.term}/classes`, version), [...school.forms, school.set].sort())
      t.same(
        await ids(`/schools/${own.id}/classes/${school.set}/students`, version),
        [school.pupils[1], school.pupils[2]].sort(),
      )
    }
    t.equal((await ids('/students')).length, 4)
    t.equal((await ids('/users')).length, 4 + 3 + 2)
  })

  await t.test('each service describes itself to everybody', async (t) => {
    const documents = [
      ['v1p1/discovery/', ['rostering', 'gradebook', 'resources']],
      ['v1p1/discovery/onerosterv1p1service_openapi3_v1p0.json', ['rostering', 'gradebook', 'resources']],
      ['rostering/v1p2/discovery/', ['rostering']],
      ['rostering/v1p2/discovery/onerosterv1p2rostersservice_openapi3_v1p0.json', ['rostering']],
      ['rostering/v1p2/discovery/imsorv1p2_rostering_openapi3_v1p0.json', ['rostering']],
      ['gradebook/v1p2/discovery/onerosterv1p2gradebookservice_openapi3_v1p0.json', ['gradebook']],
      ['resources/v1p2/discovery/onerosterv1p2resourcesservice_openapi3_v1p0.json', ['resources']],
    ] as const
    for (const [path, services] of documents) {
      const response = await fetch(`${service.publicUrl}/ims/oneroster/${path}`)
      t.equal(response.status, 200, path)
      const { servers, paths } = (await response.json()) as { servers: { url: string }[]; paths: object }
      t.same(
        servers.map(({ url }) => url),
        [`${service.publicUrl}/ims/oneroster/${path.split('/discovery')[0]}`],
      )
      const version = path.startsWith('v1p1') ? 'v1p1' : 'v1p2'
      const wanted = standardOperations
        .filter(
          (each) => each.versions.includes(version) && services.some((name) => name === serviceOf(each)),
        )
        .map((each) => each.path)
      const described = Object.keys(paths)
      for (const each of new Set(wanted)) t.ok(described.includes(each), `${path} has ${each}`)
      if (version === 'v1p2')
        t.equal(described.length, new Set(wanted).size, 'and nothing of another service')
    }
  })
})

async function saysTheSchool(t: Test, client: RosterClient, school: RosterSchool): Promise<void> {
  const [ida] = school.pupils
  const old = await client.one('v1p1', `/users/${ida}`)
  t.match(old, {
    givenName: 'Ída',
    familyName: "O'Hare",
    role: 'student',
    identifier: 'a0000',
    enabledUser: 'true',
  })
  t.match(old.agents, [{ sourcedId: school.guardian, type: 'user' }])
  const one = await client.one('v1p2', `/users/${ida}`)
  t.match(one, {
    givenName: 'Given0',
    preferredFirstName: 'Ída',
    middleName: 'Ann "Nan" \\ Łucja',
    userIds: [
      { type: 'admissionNumber', identifier: 'A0000' },
      { type: 'UPN', identifier: 'A801200014001' },
      { type: 'ULN', identifier: '9999375358' },
    ],
    roles: [{ roleType: 'primary', role: 'student' }],
    grades: ['7'],
  })
  t.same(
    (await client.one('v1p2', `/users/${school.pupils[1]}`)).agents,
    [],
    'whom a court keeps away is no guardian',
  )
  t.match(await client.one('v1p2', `/classes/${school.set}`), {
    classType: 'scheduled',
    location: 'Room "1"',
    periods: ['Mon P1'],
    subjects: ['Mathematics, pure'],
    terms: [{ sourcedId: school.term, type: 'academicSession' }],
  })
  t.match(await client.one('v1p2', `/terms/${school.term}`), { endDate: '2026-12-19', schoolYear: '2027' })
  t.match(await client.one('v1p1', `/demographics/${ida}`), { birthDate: '2014-05-01', sex: 'female' })
  t.match(await client.one('v1p2', `/demographics/${school.pupils[1]}`), { sex: 'unspecified' })
  t.notOk(
    'sex' in (await client.one('v1p1', `/demographics/${school.pupils[1]}`)),
    '1.1 knows male and female',
  )
}
