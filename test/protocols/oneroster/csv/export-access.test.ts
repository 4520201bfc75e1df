import { get } from 'node:http'
import t from 'tap'
import { download, rosterOf } from '../../../support/exports.ts'
import { makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { personAt, tokenFor } from '../../../support/people.ts'
import { change } from '../../../support/roster-school.ts'
import { serveTest, type TestSchool, type TestService } from '../../../support/service.ts'
import type { Roster } from '../../../support/strict-csv.ts'

const ids = ({ files }: Roster, file: string) =>
  (files.get(file) ?? []).map(({ sourcedId }) => sourcedId).sort()
const allIds = (roster: Roster) => [...roster.files.keys()].flatMap((file) => ids(roster, file))

t.test('a delta', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const [first, second] = school.pupils
  // The school was made by the database's time, everything else by the service's.
  await change(own, `/schools/${own.id}`, { name: 'Mill Lane School' })
  const remove = (path: string) => own.call('DELETE', path, { headers: { 'if-match': '*' } })

  await t.test('since now, is of empty files', async (t) => {
    const roster = await rosterOf(t, service, own, { since: '2026-11-23T09:00:00.001Z' })
    t.same(allIds(roster), [])
    t.ok(
      Object.entries(roster.manifest).every(([name, said]) => !name.startsWith('file.') || said !== 'bulk'),
    )
  })

  await t.test('holds what has changed, ended and been removed since, and nothing else', async (t) => {
    service.clock.set('2026-11-24T10:00:00Z')
    const { data } = (await own.get('/memberships?limit=100')).body as { data: Record<string, string>[] }
    const of = (pupil: string, group: string) =>
      data.find(({ pupilId, groupId }) => pupilId === pupil && groupId === group)?.id as string
    await change(own, `/pupils/${first}`, { legalGivenName: 'Ida' })
    await change(own, `/memberships/${of(second, school.set)}`, { validUntil: '2026-11-24' })
    t.equal((await remove(`/memberships/${of(first, school.forms[0])}`)).status, 204)
    const roster = await rosterOf(t, service, own, { since: '2026-11-24T10:00:00.000Z' })
    t.same(ids(roster, 'users'), [first])
    t.same(ids(roster, 'demographics'), [first])
    t.match(
      roster.files.get('enrollments')?.map(({ sourcedId, status }) => ({ sourcedId, status })),
      [of(first, school.forms[0]), of(second, school.set)]
        .sort()
        .map((sourcedId) => ({ sourcedId, status: 'tobedeleted' })),
    )
    t.same(
      roster.files.get('roles')?.map(({ userSourcedId }) => userSourcedId),
      [first],
    )
    for (const file of ['orgs', 'courses', 'classes', 'academicSessions', 'lineItems', 'categories'])
      t.same(ids(roster, file), [], file)
    const day = await rosterOf(t, service, own, { since: '2026-11-24' })
    t.same(allIds(day), allIds(roster), 'a day is its midnight')
  })

  await t.test('goes on from what the export before it said', async (t) => {
    service.clock.set('2026-11-25T10:00:00Z')
    const bearer = `Bearer ${await own.token()}`
    const before = await download(service, 'oneroster', bearer)
    const since = before.headers.get('x-as-of') as string
    t.equal(since, '2026-11-25T09:50:00.000Z', 'earlier than any write that was under way')
    service.clock.set('2026-11-25T09:55:00Z')
    await change(own, `/pupils/${first}`, { legalGivenName: 'Idania' })
    service.clock.set('2026-11-25T10:05:00Z')
    t.same(ids(await rosterOf(t, service, own, { since }), 'users'), [first])
  })

  await t.test('needs to know since when, and nothing else does', async (t) => {
    for (const query of [
      'mode=delta',
      'since=2026-11-01',
      'mode=bulk&since=2026-11-01',
      'mode=delta&since=now',
      'mode=delta&since=2026-02-30',
      'mode=all',
      'version=1.0',
      'since=',
    ]) {
      const { status, body } = await own.call('GET', `/exports/oneroster?${query}`)
      t.equal(status, 400, query)
      t.equal(body.code, 'query-invalid')
    }
  })
})

t.test('what is exported is what may be seen', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const other = await service.school('Another school')
  await makeGradebookSchool(other)
  const everything = await rosterOf(t, service, own)

  await t.test('what is not granted is absent', async (t) => {
    const cases: [string, string[]][] = [
      ['schools:read', ['orgs']],
      ['calendar:read', ['academicSessions']],
      ['pupils:read', ['roles', 'users']],
      ['groups:read pupils:read', ['classes', 'courses', 'enrollments', 'roles', 'users']],
      ['pupils:read pupils.demographics:read', ['demographics', 'roles', 'users']],
      ['assessment:read', ['categories']],
      [
        'assessment:read groups:read',
        [
          'categories',
          'classes',
          'courses',
          'lineItemLearningObjectiveIds',
          'lineItemScoreScales',
          'lineItems',
          'scoreScales',
        ],
      ],
    ]
    for (const [scopes, files] of cases) {
      const roster = await rosterOf(t, service, own, { scopes: scopes.split(' ') })
      t.same([...roster.files.keys()].sort(), files, scopes)
    }
    const { status, body } = await own.call('GET', '/exports/oneroster', { scopes: ['behaviour:read'] })
    t.match({ status, code: body.code }, { status: 403, code: 'scope-missing' })
  })

  await t.test('groups of fields that are not granted are empty', async (t) => {
    const { files } = await rosterOf(t, service, own, { scopes: ['pupils:read'] })
    const users = files.get('users') ?? []
    t.equal(users.length, 4)
    t.ok(users.every(({ email, phone }) => email === '' && phone === ''))
    t.notMatch(JSON.stringify(users), /UPN|ULN|@/)
  })

  await t.test('nothing is of another school', async (t) => {
    const shared = new Set(allIds(everything))
    t.same(
      allIds(await rosterOf(t, service, other)).filter((id) => shared.has(id)),
      [],
    )
  })

  await t.test('a person exports the pupils whom every scope reaches', async (t) => {
    const teacher = await holder(service, own, school.staff.teacher, 'teacher')
    for (const version of ['1.1', '1.2'] as const) {
      const { status, files } = await download(service, `oneroster?version=${version}`, teacher)
      t.equal(status, 200)
      const text = [...files.values()].join()
      t.match(text, school.pupils[1])
      t.match(text, school.pupils[2])
      t.notMatch(text, school.pupils[0])
      t.notMatch(text, school.pupils[3])
    }
    const delta = await download(service, 'oneroster?mode=delta&since=2026-11-01', teacher)
    t.match(JSON.parse(delta.text), { status: 403, code: 'reach-too-narrow' })
    const admin = await holder(service, own, school.staff.other, 'administrator')
    t.equal((await download(service, 'oneroster?mode=delta&since=2026-11-01', admin)).status, 200)
    const users = (await download(service, 'oneroster', admin)).files.get('users.csv')
    for (const pupil of school.pupils) t.match(users, pupil)
  })

  await t.test('the ledger knows of each pupil, once an export', async (t) => {
    await download(service, 'oneroster', `Bearer ${await own.token(['pupils:read', 'pupils.contacts:read'])}`)
    const told = await disclosureOf(own, school.pupils[3], 'contacts')
    t.match(told, { operation: 'exportOneRoster', times: 1, accountId: null })
  })

  await t.test('withheld pupils are in no file', async (t) => {
    await withhold(service, own, school.staff.tutor, school.pupils[2])
    for (const version of ['1.1', '1.2'] as const) {
      const { files } = await rosterOf(t, service, own, { version })
      t.notMatch(JSON.stringify([...files.values()]), school.pupils[2])
    }
  })
})

t.test('whoever goes away frees the snapshot', async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  await makeGradebookSchool(own)
  const bearer = `Bearer ${await own.token()}`
  // More than there may be snapshots at a time: each must have been closed.
  for (let round = 0; round < 6; round++) await abort(`${service.publicUrl}/v1/exports/oneroster`, bearer)
  const { status } = await download(service, 'oneroster', bearer)
  t.equal(status, 200)
})

/** Goes away with the first bytes. */
const abort = (url: string, authorization: string) =>
  new Promise<void>((resolve, reject) => {
    const request = get(url, { headers: { authorization } }, (response) => {
      response.once('data', () => {
        response.once('close', resolve)
        request.destroy()
      })
      response.on('error', () => {})
    })
    request.once('error', (error) => (request.destroyed ? resolve() : reject(error)))
  })

async function holder(
  service: TestService,
  school: TestSchool,
  personId: string,
  role: string,
): Promise<string> {
  const { accountId } = await personAt(service, school, { personId, kind: 'staff' }, [{ role }])
  return `Bearer ${await tokenFor(service, school, accountId)}`
}

/** What the ledger says of a pupil and these groups of fields; it is written a moment later. */
async function disclosureOf(school: TestSchool, pupil: string, groups: string) {
  for (const began = performance.now(); performance.now() - began < 5_000; ) {
    const { data } = (await school.get(`/pupils/${pupil}/disclosures`)).body
    const found = data.find(({ fieldGroups }: { fieldGroups: string[] }) => fieldGroups.join() === groups)
    if (found) return found
  }
}

async function withhold(service: TestService, school: TestSchool, personId: string, pupilId: string) {
  const office = await service.school('The same school', school.id)
  const admin = await personAt(service, office, { personId, kind: 'staff' }, [{ role: 'administrator' }])
  const { data } = (await admin.get('/agreements')).body as { data: { id: string; appId: string }[] }
  const agreement = data.find(({ appId }) => appId === school.clientId)?.id
  const body = { pupils: [{ pupilId, reason: 'Protected.' }] }
  const { status } = await admin.call('PUT', `/agreements/${agreement}/withheld-pupils`, { body })
  if (status !== 200) throw new Error(String(status))
  for (const began = performance.now(); performance.now() - began < 2_000; )
    if ((await school.get('/pupils')).body.data.length === 3) return
}
