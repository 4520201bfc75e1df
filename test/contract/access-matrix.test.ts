import { eq } from 'drizzle-orm'
import t, { type Test } from 'tap'
import { announceAccess } from '../../src/foundation/access/announce.ts'
import type { Resource } from '../../src/foundation/resource/resource.ts'
import { groupOf } from '../../src/foundation/resource/spoken.ts'
import { permitted, type Role, roles } from '../../src/operations/access/roles.ts'
import { agreements, withheldPupils } from '../../src/operations/apps/table.ts'
import { resources } from '../../src/resources.ts'
import { type FullSchool, makeFullSchool } from '../support/full-school.ts'
import { asSystem, personAt, type TestPerson } from '../support/people.ts'
import { serveTest, type TestSchool, type TestService } from '../support/service.ts'

/** Which of the four pupils each role reaches, worked out by hand from who is in which group (full-school.ts). */
const reached: Record<string, readonly number[]> = {
  administrator: [0, 1, 2, 3],
  office: [0, 1, 2, 3],
  'senior-leader': [0, 1, 2, 3],
  'head-of-year': [0, 1],
  tutor: [0, 1],
  teacher: [1, 2],
  senco: [0, 1, 2, 3],
  'safeguarding-lead': [0, 1, 2, 3],
  'attendance-officer': [0, 1, 2, 3],
  guardian: [0],
  pupil: [0],
}

const personOf: Record<string, (full: FullSchool) => string> = {
  tutor: ({ staff }) => staff.tutor,
  teacher: ({ staff }) => staff.teacher,
  guardian: ({ guardian }) => guardian,
  pupil: ({ pupils }) => pupils[0],
}

/** Resources whose rows are each about one pupil, and what a harmless change of one is. */
const about = [
  { name: 'pupils', field: 'id', change: { preferredGivenName: 'Sam' } },
  { name: 'enrolments', field: 'pupilId', change: { leavingReason: 'x' } },
  { name: 'pupil-contacts', field: 'pupilId', change: { priority: 2 } },
  { name: 'memberships', field: 'pupilId', change: { validUntil: '2027-07-20' } },
  { name: 'results', field: 'pupilId', change: { value: '8' } },
  { name: 'behaviour-events', field: 'pupilId', change: { comment: 'x' } },
]
function resourceNamed(name: string): Resource {
  const found = resources.find((each) => each.name === name)
  if (!found) throw new Error(`there is no resource ${name}`)
  return found
}

interface Setting {
  service: TestService
  school: TestSchool
  full: FullSchool
  /** Every record about a pupil: resource -> its id and the pupil's. */
  records: ReadonlyMap<string, { id: string; pupilId: string }[]>
  people: ReadonlyMap<string, TestPerson>
}

async function set(service: TestService, school: TestSchool): Promise<Setting> {
  const full = await makeFullSchool(school)
  const records = new Map<string, { id: string; pupilId: string }[]>()
  for (const { name, field } of about) {
    const { data } = (await school.get(`/${name}?limit=1000`)).body
    const rows = data.filter((row: Record<string, string>) => row[field])
    records.set(
      name,
      rows.map((row: Record<string, string>) => ({ id: row.id, pupilId: row[field] })),
    )
  }
  const people = new Map<string, TestPerson>()
  for (const { name, kind, rows } of roles) {
    // Staff of school-wide roles get an employment of their own: one account for a person.
    const personId = personOf[name]?.(full) ?? (await newStaff(school, name))
    const held = kind === 'staff' ? [{ role: name, ...(rows === 'year' && { yearGroup: 7 }) }] : []
    people.set(name, await personAt(service, school, { personId, kind }, held))
  }
  return { service, school, full, records, people }
}

const newStaff = async (school: TestSchool, name: string): Promise<string> =>
  (await school.post('/staff', { code: name, legalGivenName: name, legalFamilyName: 'S', role: name })).body
    .id

const visibleTo = ({ full }: Setting, { name }: Role, without: readonly number[] = []) =>
  new Set(
    (reached[name] as number[]).filter((at) => !without.includes(at)).map((at) => full.pupils[at] as string),
  )

const scopesOf = (role: Role) => new Set<string>(permitted(role, undefined))

t.test('nobody sees or touches a row or a field outside their right', async (t) => {
  const service = await serveTest(t)
  const setting = await set(service, await service.school())
  const other = await set(service, await service.school('Other'))
  const tally = { cells: 0 }
  for (const role of roles) {
    await checkReads(t, setting, role, visibleTo(setting, role), tally)
    await checkFields(t, setting, role, tally)
    await checkForeign(t, setting, other, role, tally)
  }
  for (const role of roles) await checkWrites(t, setting, role, tally)
  const agreement = await withhold(setting, 1)
  await withinASecond(async () => (await setting.school.get('/pupils')).body.data.length === 3)
  for (const role of roles) await checkReads(t, setting, role, visibleTo(setting, role, [1]), tally)
  await checkApp(t, setting, tally)
  const close = async (state: string, name: string) => {
    await asSystem(service, setting.school, async (tx) => {
      await tx.orm.update(agreements).set({ state }).where(eq(agreements.id, agreement))
      await announceAccess(tx)
    })
    await withinASecond(async () => (await setting.school.call('GET', '/pupils')).status === 401)
    await checkClosed(t, setting, name, tally)
  }
  for (const state of ['suspended', 'ended', 'draft']) await close(state, state)
  service.clock.set('2027-11-24T09:00:00.000Z')
  await close('in-force', 'expired')
  t.comment(`${tally.cells} cells`)
})

/** Another process, and this one, learn of a change by a notification. */
async function withinASecond(isSo: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  while (!(await isSo()))
    if (performance.now() - began > 1000) throw new Error('it took longer than a second')
}

/** Lists and single records hold exactly the pupils reached. */
async function checkReads(
  t: Test,
  { records, people }: Setting,
  role: Role,
  visible: ReadonlySet<string>,
  tally: { cells: number },
) {
  const person = people.get(role.name) as TestPerson
  const scopes = scopesOf(role)
  for (const { name, field } of about) {
    const has = scopes.has(`${resourceNamed(name).scope}:read`)
    const answer = await person.get(`/${name}?limit=1000`)
    tally.cells += 1
    if (!has) t.equal(answer.status, 403, `${role.name} lists no ${name}`)
    else {
      const seen = answer.body.data.map((row: Record<string, string>) => row[field]).filter(Boolean)
      const expected = (records.get(name) ?? []).filter(({ pupilId }) => visible.has(pupilId))
      t.same(seen.sort(), expected.map(({ pupilId }) => pupilId).sort(), `${role.name} lists ${name}`)
    }
    for (const { id, pupilId } of records.get(name) ?? []) {
      const { status } = await person.get(`/${name}/${id}`)
      const right = !has ? 403 : visible.has(pupilId) ? 200 : 404
      tally.cells += 1
      if (status !== right) t.equal(status, right, `${role.name} reads ${name} ${id}`)
    }
  }
}

/** Fields of a group are there, and may be named, where the role holds the group's scope, and only there. */
async function checkFields(t: Test, { people }: Setting, role: Role, tally: { cells: number }) {
  const person = people.get(role.name) as TestPerson
  const scopes = scopesOf(role)
  const [row = {}] = (await person.get('/pupils')).body.data ?? []
  for (const [name, schema] of Object.entries(resourceNamed('pupils').row.properties)) {
    const group = groupOf(schema)
    if (!group) continue
    const has = scopes.has(`pupils.${group}:read`)
    tally.cells += 3
    t.equal(name in row, has, `${role.name} ${has ? 'gets' : 'does not get'} ${name}`)
    t.equal(
      (await person.get(`/pupils?fields=${name}`)).status,
      has ? 200 : 403,
      `${role.name} names ${name}`,
    )
    t.equal((await person.get(`/pupils?sort=${name}`)).status === 200, false, `no order by ${name}`)
  }
  for (const filter of ['upn=B801200005001', 'uln=9999375358'])
    t.equal(
      (await person.get(`/pupils?${filter}`)).status,
      scopes.has('pupils.identifiers:read') ? 200 : 403,
      `${role.name} filters by ${filter}`,
    )
}

async function checkForeign(
  t: Test,
  { people }: Setting,
  other: Setting,
  role: Role,
  tally: { cells: number },
) {
  const person = people.get(role.name) as TestPerson
  const scopes = scopesOf(role)
  for (const { name } of about)
    for (const { id } of other.records.get(name) ?? []) {
      const { status } = await person.get(`/${name}/${id}`)
      tally.cells += 1
      const right = scopes.has(`${resourceNamed(name).scope}:read`) ? 404 : 403
      if (status !== right) t.equal(status, right, `${role.name} reads ${name} of another school`)
    }
}

/** A rehearsed change and removal of every record: found only by who may write it. */
async function checkWrites(t: Test, setting: Setting, role: Role, tally: { cells: number }) {
  const person = setting.people.get(role.name) as TestPerson
  const scopes = scopesOf(role)
  const visible = visibleTo(setting, role)
  const headers = { 'if-match': '*', prefer: 'tx=rollback' }
  for (const { name, change } of about)
    for (const { id, pupilId } of setting.records.get(name) ?? [])
      for (const [method, body] of [
        ['PATCH', change],
        ['DELETE', undefined],
      ] as const) {
        const { status, text } = await person.call(method, `/${name}/${id}`, { body, headers })
        tally.cells += 1
        const has = scopes.has(`${resourceNamed(name).scope}:write`)
        const isRight = !has
          ? status === 403
          : visible.has(pupilId)
            ? ![403, 404].includes(status)
            : status === 404
        if (!isRight || status >= 500) t.fail(`${role.name} ${method} ${name}: ${status} ${text}`)
      }
  for (const [at, pupilId] of setting.full.pupils.entries()) {
    const event = { pupilId, kind: 'incident', type: 'x', points: -1, occurredOn: '2026-11-20' }
    const { status } = await person.call('POST', '/behaviour-events', {
      body: event,
      headers: { prefer: 'tx=rollback' },
    })
    tally.cells += 1
    const right = !scopes.has('behaviour:write') ? 403 : visible.has(pupilId) ? 201 : 422
    t.equal(status, right, `${role.name} records an event of pupil ${at}`)
  }
}

/** Withholds one pupil from the app; gives the agreement. */
async function withhold({ service, school, full }: Setting, at: 0 | 1 | 2 | 3): Promise<string> {
  return asSystem(service, school, async (tx) => {
    const [agreement] = await tx.orm.update(agreements).set({ hasWithheld: true }).returning()
    await tx.orm.insert(withheldPupils).values({
      schoolId: school.id,
      agreementId: agreement?.id as string,
      pupilId: full.pupils[at],
      reason: 'Whereabouts are protected.',
      withheldAt: service.clock.now().toISOString(),
      withheldBy: 'test',
    })
    await announceAccess(tx)
    return agreement?.id as string
  })
}

/** The app that acts for the school sees everybody but the withheld pupil, everywhere. */
async function checkApp(t: Test, { school, full, records }: Setting, tally: { cells: number }) {
  for (const { name, field } of about) {
    const { data } = (await school.get(`/${name}?limit=1000`)).body
    const seen = new Set(data.map((row: Record<string, string>) => row[field]).filter(Boolean))
    t.notOk(seen.has(full.pupils[1]), `${name} without the withheld pupil`)
    t.equal(
      seen.size,
      new Set(records.get(name)?.map(({ pupilId }) => pupilId)).size - 1,
      `${name} with all others`,
    )
    for (const { id, pupilId } of records.get(name) ?? []) {
      tally.cells += 1
      const { status } = await school.call('GET', `/${name}/${id}`)
      t.equal(status, pupilId === full.pupils[1] ? 404 : 200)
    }
  }
  const { data } = (await school.get('/registers')).body
  for (const { id } of data) {
    const { text } = await school.get(`/registers/${id}/marks`)
    t.notMatch(text, full.pupils[1], 'no mark of the withheld pupil')
  }
  t.same((await school.get(`/marks?pupilId=${full.pupils[1]}`)).body.data, [])
}

async function checkClosed(t: Test, { school, people }: Setting, state: string, tally: { cells: number }) {
  for (const [role, person] of people)
    for (const { name } of about) {
      const { status, body } = await person.get(`/${name}`)
      tally.cells += 1
      t.match(
        { status, code: body.code },
        { status: 401, code: 'agreement-not-in-force' },
        `${role} ${state} ${name}`,
      )
    }
  t.equal((await school.call('GET', '/pupils')).status, 401, `the app itself, ${state}`)
}
