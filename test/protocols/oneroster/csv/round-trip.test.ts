import t from 'tap'
import { madeIdOf } from '../../../../src/protocols/oneroster/csv/read/made-ids.ts'
import { rosterOf } from '../../../support/exports.ts'
import { type GradebookSchool, gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { importZip } from '../../../support/oneroster.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { serveTest, type TestSchool, type TestService } from '../../../support/service.ts'

type Release = '1.1' | '1.2'

/** Ids that are made of the school's own differ with the school. */
const madeOf = (id: string) => [
  id,
  madeIdOf('course', id),
  ...[...'EIPRT'].map((type) => madeIdOf('category', id, type)),
]

/**
 * All that an export says, in an order of its own. Where and when a class meets comes of a timetable, of which OneRoster
 * tells too little to make one.
 */
async function saidBy(service: TestService, school: TestSchool, version: Release): Promise<object> {
  const { files } = await rosterOf(t, service, school, { version })
  const made = madeOf(school.id)
  const plain = (text: string) => made.reduce((said, id, at) => said.replaceAll(id, `own-${at}`), text)
  return Object.fromEntries(
    [...files].map(([name, rows]) => [
      name,
      rows
        .map((row) => ({
          ...row,
          ...(name === 'classes' && { periods: '', location: '' }),
          ...(name === 'orgs' && { name: '', identifier: '' }),
        }))
        .map((row) => JSON.parse(plain(JSON.stringify(row))) as Record<string, string>)
        .toSorted((a, b) => String(a.sourcedId).localeCompare(String(b.sourcedId))),
    ]),
  )
}

async function zipFrom(service: TestService, school: TestSchool, query: string) {
  const authorization = `Bearer ${await school.token()}`
  const answer = await fetch(`${service.publicUrl}/v1/exports/oneroster?${query}`, {
    headers: { authorization },
  })
  t.equal(answer.status, 200)
  return { zip: Buffer.from(await answer.arrayBuffer()), asOf: answer.headers.get('x-as-of') as string }
}

/** What a school has on record of all that an export tells of, whenever it was last touched. */
async function recordsOf(school: TestSchool): Promise<object> {
  const paths = [
    'pupils',
    'staff',
    'contacts',
    'pupil-contacts',
    'groups',
    'memberships',
    'terms',
    'subjects',
    'rooms',
    'results',
    'aspects',
  ]
  const lists: Record<string, object[]> = {}
  for (const path of paths)
    lists[path] = (await school.get(`/${path}?limit=500`)).body.data.map(
      ({ updatedAt, ...record }: Record<string, unknown>) => record,
    )
  return lists
}

/** A gradebook school in which a program has written as well. */
async function makeSource(service: TestService): Promise<{ school: TestSchool; made: GradebookSchool }> {
  const school = await service.school('From')
  const made = await makeGradebookSchool(school)
  const client = await rosterClient(t, service, school)
  const book = gradebookOf(client, 'v1p2')
  const [, second = '', third = ''] = made.pupils
  const [category] = await book.rows('/categories')
  await patch(school, `/pupils/${third}`, { preferredGivenName: 'Called' })
  await patch(school, `/staff/${made.staff.tutor}`, { phone: '020 7946 0009', preferredFamilyName: 'Known' })
  await book.put('/categories/homework', { category: { title: 'Homework, weekly', weight: 20 } })
  await book.put(
    '/lineItems/h 1',
    book.lineItem(made.set, 'homework', {
      description: 'Read "Emma"',
      resultValueMin: 0,
      resultValueMax: 10,
    }),
  )
  await book.put(
    '/lineItems/h2',
    book.lineItem(made.set, category.sourcedId, { metadata: { colour: 'red' } }),
  )
  await book.put('/results/r1', book.result('h 1', second, { score: 12.25, comment: 'More, than all' }))
  await book.put(
    '/results/r2',
    book.result('h 1', third, { scoreStatus: 'exempt', score: undefined, late: 'true' }),
  )
  return { school, made }
}

for (const version of ['1.1', '1.2'] as const)
  t.test(`what ${version} says of a school comes back from another that took it in`, async (t) => {
    const service = await serveTest(t)
    const { school } = await makeSource(service)
    const copy = await service.school('To')
    const { zip } = await zipFrom(service, school, `version=${version}`)
    const { status, report } = await importZip(copy, zip)
    t.equal(status, 'done', JSON.stringify(report))
    t.same(report.refusals, [])
    t.same(await saidBy(service, copy, version), await saidBy(service, school, version))

    const again = await importZip(copy, zip)
    for (const [name, counts] of Object.entries(again.report.files as Record<string, Record<string, number>>))
      t.match(counts, { created: 0, changed: 0, removed: 0, refused: 0 }, `${name} is unchanged`)
    const before = await recordsOf(school)
    const home = await importZip(school, zip)
    t.equal(home.status, 'done', JSON.stringify(home.report))
    t.same(await recordsOf(school), before, 'and where it came from it changes nothing')
  })

const monday = (time: string) => `2026-11-23T${time}:00.000Z`

/** A morning in the school: who joins, leaves, moves, is called otherwise, and what is marked. */
async function change(service: TestService, school: TestSchool, made: GradebookSchool): Promise<void> {
  const [first = '', second = '', third = '', fourth = ''] = made.pupils
  const joiner = (
    await school.post('/pupils', {
      admissionNumber: '4711',
      legalGivenName: 'Jo',
      legalFamilyName: 'Iner, Jr',
      yearGroup: 7,
      enrolledOn: '2026-11-23',
    })
  ).body.id
  await school.post('/memberships', {
    groupId: made.set,
    pupilId: joiner,
    role: 'pupil',
    validFrom: '2026-11-23',
  })
  await school.post(`/pupils/${fourth}/leave`, { leftOn: '2026-11-23' })
  const [membership] = (await school.get(`/memberships?pupilId=${third}&groupId=${made.set}`)).body.data
  await patch(school, `/memberships/${membership.id}`, { validUntil: '2026-11-23' })
  await patch(school, `/pupils/${second}`, { legalFamilyName: 'New-Name', email: null })
  const [link] = (await school.get(`/pupil-contacts?pupilId=${first}`)).body.data
  await patch(school, `/pupil-contacts/${link.id}`, { isCourtOrderRestricted: true })
  const subject = (await school.post('/subjects', { code: 'AR', name: 'Art' })).body.id
  const year = (await school.get('/academic-years')).body.data[0].id
  const art = (
    await school.post('/groups', {
      kind: 'teaching',
      code: '7Ar1',
      name: 'Art',
      academicYearId: year,
      subjectId: subject,
    })
  ).body.id
  await school.post('/memberships', {
    groupId: art,
    staffId: made.staff.other,
    role: 'assistant',
    validFrom: '2026-11-23',
  })
  const book = gradebookOf(await rosterClient(t, service, school), 'v1p2')
  await book.put('/results/r1', book.result('h 1', second, { score: 3 }))
  await book.put('/results/r9', book.result('h2', second, { score: 9 }))
  await book.remove('/results/r2')
  await school.post('/results/batch', {
    items: [{ pupilId: second, aspectId: made.test, resultSetId: made.autumn, type: 'R', value: '50' }],
  })
}

async function patch(school: TestSchool, path: string, body: object): Promise<void> {
  const { status, text } = await school.call('PATCH', path, { body, headers: { 'if-match': '*' } })
  t.equal(status, 200, text)
}

for (const version of ['1.1', '1.2'] as const)
  t.test(`a delta of ${version} makes a copy equal to its school again`, async (t) => {
    const service = await serveTest(t)
    const { school, made } = await makeSource(service)
    const copy = await service.school('To')
    const bulk = await zipFrom(service, school, `version=${version}`)
    t.equal((await importZip(copy, bulk.zip)).status, 'done')
    service.clock.set(monday('12:00'))
    await change(service, school, made)
    service.clock.set(monday('13:00'))
    const { zip } = await zipFrom(service, school, `version=${version}&mode=delta&since=${monday('10:00')}`)
    const { status, report } = await importZip(copy, zip)
    t.equal(status, 'done', JSON.stringify(report))
    t.same(report.refusals, [])
    t.same(await saidBy(service, copy, version), await saidBy(service, school, version))

    const again = await importZip(copy, zip)
    for (const [name, counts] of Object.entries(again.report.files as Record<string, Record<string, number>>))
      t.match(counts, { created: 0, changed: 0, removed: 0, refused: 0 }, `${name} is unchanged`)
  })
