import t from 'tap'
import { mounts } from '../../src/app.ts'
import { unserved } from '../../src/contract.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import type { Mount } from '../../src/foundation/http/mount.ts'
import { resources } from '../../src/resources.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

const operations = mounts(unserved)
const stranger = '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'

/** Apps have ids of their own kind. */
const strange = (path: string) => (path.startsWith('/apps/') ? 'app_stranger' : stranger)
const at = ({ path }: Mount, id = strange(path)) => path.replace('{name}', 'tutor').replace(/\{\w+\}/g, id)
const bodyOf = ({ body, consumes }: Mount) =>
  body === undefined
    ? {}
    : consumes
      ? { body: 'PK', headers: { 'content-type': consumes[0] as string } }
      : { body: {} }

t.test('every operation', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()

  t.test('refuses a call without a token and says where tokens come from', async (t) => {
    for (const mount of operations) {
      const { status, body, headers } = await school.call(mount.method, at(mount), {
        ...bodyOf(mount),
        scopes: 'none',
      })
      t.equal(status, 401, mount.operationId)
      t.equal(body.code, 'token-missing')
      t.match(headers.get('www-authenticate'), /^Bearer resource_metadata=/)
    }
  })

  t.test('refuses a token that holds every scope but the one it needs', async (t) => {
    for (const mount of operations.filter(({ scope }) => scope !== 'any')) {
      const scopes = allScopes.filter((scope) => scope !== mount.scope)
      const { status, body } = await school.call(mount.method, at(mount), { ...bodyOf(mount), scopes })
      t.equal(status, 403, mount.operationId)
      t.equal(body.code, 'scope-missing')
    }
  })

  t.test('refuses an id that is none with 400', async (t) => {
    for (const mount of operations.filter(({ path }) => path.includes('{id}'))) {
      const { status, body } = await school.call(mount.method, at(mount, 'no-uuid'), bodyOf(mount))
      t.equal(status, 400, mount.operationId)
      t.ok(['path-invalid', 'body-invalid'].includes(body.code), body.code)
    }
  })

  t.test('refuses query parameters and body fields that it does not know', async (t) => {
    for (const mount of operations) {
      if (mount.query) {
        const { status, body } = await school.call(mount.method, `${at(mount)}?nonsense=1`, bodyOf(mount))
        t.equal(status, 400, `${mount.operationId} query`)
        if (!mount.body)
          t.ok(
            body.errors?.some(({ path }: { path: string }) => path === '?nonsense'),
            mount.operationId,
          )
      }
      if (mount.body && !mount.consumes) {
        const { status, body } = await school.call(mount.method, at(mount), {
          body: { nonsense: 1 },
          headers: { 'if-match': '"1-a"' },
        })
        t.equal(status, 400, `${mount.operationId} body`)
        t.ok(
          body.errors.some(({ path }: { path: string }) => path === '/nonsense'),
          mount.operationId,
        )
      }
    }
  })
})

t.test("another school's records are not found, whatever is tried with them", async (t) => {
  const service = await serveTest(t)
  const [own, other] = [await service.school('Own'), await service.school('Other')]
  const ids = await everyId(own)
  for (const mount of operations.filter(({ path }) => path.includes('{id}'))) {
    const resource = mount.path.split('/')[1] as string
    const id = ids.get(resource)
    if (!id) continue
    const { status, body } = await other.call(mount.method, at(mount, id), {
      ...validBody(mount),
      headers: { 'if-match': '*' },
    })
    // What only a person may do is refused before anything is looked for.
    if (body.code !== 'person-required') t.equal(status, 404, `${mount.operationId} of another school`)
  }
  for (const { path, name } of resources.filter((each) => each.name !== 'schools')) {
    const { data } = (await other.get(path)).body
    t.notOk(
      data.some((row: { id: string }) => row.id === ids.get(name)),
      `${name} of another school are in no list`,
    )
    if (name !== 'agreements') t.same(data, [], `no ${name} are`)
  }
  const first = ids.get('pupils') as string
  const borrowed = await other.call('POST', '/behaviour-events', {
    body: { pupilId: first, kind: 'incident', type: 'x', points: -1, occurredOn: '2026-11-20' },
  })
  t.equal(borrowed.status, 422, 'and cannot be referred to')
  t.equal(borrowed.body.code, 'reference-unknown')
})

/** One record of every resource, made through the API. */
async function everyId(school: TestSchool): Promise<Map<string, string>> {
  const { form, pupils, teacher, period, entry } = await makeLittleSchool(school, 2)
  const gradeSet = (await school.post('/grade-sets', { code: 'G', name: 'G' })).body.id
  await school.post('/grade-set-versions', {
    gradeSetId: gradeSet,
    number: 1,
    validFrom: '2020-01-01',
    grades: [{ grade: '1', value: 1, rank: 1 }],
  })
  const aspect = (await school.post('/aspects', { code: 'A', name: 'A', type: 'integer' })).body.id
  const set = (
    await school.post('/result-sets', { code: 'S', name: 'S', opensOn: '2026-11-01', closesOn: '2026-11-30' })
  ).body.id
  await school.post('/results', {
    pupilId: pupils[0],
    aspectId: aspect,
    resultSetId: set,
    type: 'R',
    value: '7',
  })
  await school.post('/behaviour-events', {
    pupilId: pupils[0],
    kind: 'achievement',
    type: 'Help',
    points: 1,
    occurredOn: '2026-11-20',
    staffId: teacher,
    groupId: form,
  })
  await school.post('/registers', { groupId: form, date: '2026-11-23', session: 'AM' })
  await school.post('/lesson-changes', { lessonId: `${entry}.20261130`, kind: 'cancelled' })
  await school.post('/planned-absences', { pupilIds: [pupils[1]], code: 'M', startsOn: '2026-11-24' })
  await school.post('/part-time-timetables', {
    pupilId: pupils[0],
    validFrom: '2026-11-23',
    validUntil: '2026-12-01',
    attends: ['1AM'],
  })
  await school.post('/site-movements', { pupilId: pupils[0], direction: 'out' })
  const contact = (await school.post('/contacts', { legalGivenName: 'A', legalFamilyName: 'B' })).body.id
  await school.post('/pupil-contacts', {
    pupilId: pupils[0],
    contactId: contact,
    relationship: 'Father',
    priority: 1,
  })
  const ids = new Map<string, string>([['periods', period]])
  for (const { path, name } of resources) {
    const id = (await school.get(`${path}?limit=1`)).body.data[0]?.id
    if (id) ids.set(name, id)
  }
  return ids
}

/** A body that passes validation, so that only the record can be missing. */
function validBody({ operationId, body }: Mount): { body?: unknown } {
  if (body === undefined) return {}
  if (operationId === 'changeResult') return { body: { value: '7' } }
  if (operationId === 'changeAgreement') return { body: { purpose: 'x' } }
  if (operationId === 'withholdPupils') return { body: { pupils: [] } }
  if (operationId === 'changeFeedTripwire') return { body: { share: 20 } }
  if (operationId === 'leaveSchool') return { body: { leftOn: '2026-12-01' } }
  if (operationId === 'takeRegister' || operationId === 'changeMarks')
    return { body: { marks: [{ pupilId: stranger, code: '/' }] } }
  return { body: {} }
}
