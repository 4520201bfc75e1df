import t, { type Test as TestOf } from 'tap'
import { withholdPupils } from '../../../../src/operations/apps/withheld.ts'
import { importZip, littleExport, type Table, zipOf } from '../../../support/oneroster.ts'
import { asSystem } from '../../../support/people.ts'
import { serveTest, type TestSchool } from '../../../support/service.ts'

const manifest: Table = [
  ['propertyName', 'value'],
  ['manifest.version', '1.0'],
  ['oneroster.version', '1.1'],
  ['file.users', 'delta'],
]
const userHeader = [
  'sourcedId',
  'status',
  'dateLastModified',
  'role',
  'givenName',
  'familyName',
  'identifier',
  'grades',
  'agentSourcedIds',
  'orgSourcedIds',
]
const enrollmentHeader = [
  'sourcedId',
  'status',
  'dateLastModified',
  'classSourcedId',
  'schoolSourcedId',
  'userSourcedId',
  'role',
  'beginDate',
  'endDate',
]
const at = '2026-11-20T10:00:00.000Z'

const delta = (files: Readonly<Record<string, Table>>) => zipOf({ 'manifest.csv': manifest, ...files })
const pupilNamed = async (school: TestSchool, number: string) =>
  (await school.get(`/pupils?admissionNumber=${number}`)).body.data[0]

async function importedSchool(t: TestOf): Promise<TestSchool> {
  const school = await (await serveTest(t)).school()
  const { status } = await importZip(school, await zipOf(littleExport()))
  t.equal(status, 'done')
  return school
}

t.test('a delta brings joiners, moves and leavers, and leaves alone what it does not speak of', async (t) => {
  const school = await importedSchool(t)
  const before = await pupilNamed(school, '4001')
  const zip = await delta({
    'users.csv': [
      userHeader,
      ['u7', 'active', at, 'student', 'Cy', 'Coe', '4007', '7', '', 's1'],
      ['u2', 'tobedeleted', at, 'student', 'Ben', 'Łoś', '4002', '7', '', 's1'],
      ['u1', 'active', at, 'student', 'Amelia', "O'Hare", '4001', '8', '', 's1'],
    ],
    'enrollments.csv': [
      enrollmentHeader,
      ['e7', 'active', at, 'k1', 's1', 'u7', 'student', '2026-11-20', ''],
      ['e2', 'tobedeleted', at, 'k1', 's1', 'u2', 'student', '', '2026-11-19'],
    ],
  })
  const { status, report } = await importZip(school, zip)
  t.equal(status, 'done', JSON.stringify(report))
  t.match(report.files.users, { read: 3, created: 1, changed: 2, refused: 0 })
  t.match(await pupilNamed(school, '4007'), { enrolledOn: '2026-11-20', legalGivenName: 'Cy' })
  t.match(await pupilNamed(school, '4002'), { leftOn: '2026-11-19', legalGivenName: 'Ben' })
  const after = await pupilNamed(school, '4001')
  t.match(after, {
    legalGivenName: 'Amelia',
    yearGroup: 8,
    birthDate: before.birthDate,
    sex: before.sex,
    upn: before.upn,
  })
  t.same(
    (await school.get('/pupil-contacts')).body.data,
    [],
    'a guardian who is named no longer is one no longer',
  )
  const members = (await school.get('/memberships?role=pupil')).body.data
  t.same(
    members.map(({ validUntil }: { validUntil: string | null }) => validUntil).toSorted(),
    ['2026-11-19', null, null].toSorted(),
  )

  const again = await importZip(school, zip)
  t.match(
    again.report.files.users,
    { created: 0, changed: 0, unchanged: 3 },
    'a second time it changes nothing',
  )
  t.match(again.report.files.enrollments, { created: 0, changed: 0, unchanged: 2 })
})

t.test('who is called active again has come back', async (t) => {
  const school = await importedSchool(t)
  const row = (status: string) => ['u2', status, at, 'student', 'Ben', 'Łoś', '4002', '7', '', 's1']
  await importZip(school, await delta({ 'users.csv': [userHeader, row('tobedeleted')] }))
  t.match(await pupilNamed(school, '4002'), { leftOn: '2026-11-20' })
  const back = await delta({
    'users.csv': [userHeader, row('active')],
    'enrollments.csv': [
      enrollmentHeader,
      ['e9', 'active', at, 'k1', 's1', 'u2', 'student', '2026-11-23', ''],
    ],
  })
  const job = await importZip(school, back)
  t.equal(job.status, 'done', JSON.stringify(job.report))
  const pupil = await pupilNamed(school, '4002')
  t.match(pupil, { leftOn: null, enrolledOn: '2026-11-23' })
  t.equal((await school.get(`/enrolments?pupilId=${pupil.id}`)).body.data.length, 2)
})

t.test(
  'what others keep no longer goes where nothing depends on it, and stays where something does',
  async (t) => {
    const school = await importedSchool(t)
    const gone = (header: readonly string[], id: string): Table => [
      header,
      header.map((name) => ({ sourcedId: id, status: 'tobedeleted', dateLastModified: at })[name] ?? ''),
    ]
    const courses = ['sourcedId', 'status', 'dateLastModified', 'title']
    const classes = [
      'sourcedId',
      'status',
      'dateLastModified',
      'title',
      'courseSourcedId',
      'schoolSourcedId',
      'termSourcedIds',
    ]
    const sessions = ['sourcedId', 'status', 'dateLastModified', 'title', 'type', 'startDate', 'endDate']
    const { status, report } = await importZip(
      school,
      await delta({
        'courses.csv': gone(courses, 'c1'),
        'classes.csv': gone(classes, 'k1'),
        'academicSessions.csv': gone(sessions, 't1'),
        'enrollments.csv': gone(enrollmentHeader, 'unheard of'),
      }),
    )
    t.equal(status, 'done', JSON.stringify(report))
    t.match(report.files, {
      courses: { changed: 1 },
      classes: { ignored: 1 },
      academicSessions: { removed: 1 },
      enrollments: { ignored: 1 },
    })
    t.match((await school.get('/subjects')).body.data, [{ code: 'MA', isActive: false }])
    t.same((await school.get('/terms')).body.data, [])
    t.equal((await school.get('/groups')).body.data.length, 1)
  },
)

t.test('a delta that refers to what never came writes nothing', async (t) => {
  const school = await importedSchool(t)
  const { status, report } = await importZip(
    school,
    await delta({
      'users.csv': [userHeader, ['u8', 'active', at, 'student', 'Di', 'Doe', '4008', '7', '', 's1']],
      'enrollments.csv': [enrollmentHeader, ['e8', 'active', at, 'k8', 's1', 'u8', 'student', '', '']],
    }),
  )
  t.equal(status, 'refused')
  t.match(report.reasons, [/1 reference leads nowhere/])
  t.match(report.refusals, [{ file: 'enrollments', row: 2, field: 'classSourcedId' }])
  t.equal(await pupilNamed(school, '4008'), undefined)
})

t.test('the feed tells what a delta did, by whom it concerns', async (t) => {
  const school = await importedSchool(t)
  const start = (await school.get('/changes')).body.cursor
  await importZip(
    school,
    await delta({
      'users.csv': [userHeader, ['u2', 'tobedeleted', at, 'student', 'Ben', 'Łoś', '4002', '7', '', 's1']],
      'enrollments.csv': [
        enrollmentHeader,
        ['e2', 'tobedeleted', at, 'k1', 's1', 'u2', 'student', '', '2026-11-19'],
      ],
    }),
  )
  const { data } = (await school.get(`/changes?after=${encodeURIComponent(start)}`)).body
  const told = new Set(data.map(({ resource, action }: Record<string, string>) => `${resource} ${action}`))
  for (const each of ['pupils changed', 'enrolments changed', 'memberships changed'])
    t.ok(told.has(each), each)
})

t.test('an app from which somebody is withheld imports nothing', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await importZip(school, await zipOf(littleExport()))
  const { id } = await pupilNamed(school, '4001')
  const agreementId = (await school.get(`/agreements?appId=${school.clientId}`)).body.data[0].id
  await asSystem(service, school, (tx) =>
    withholdPupils(tx, agreementId, [{ pupilId: id, reason: 'Asked.' }]),
  )
  const began = performance.now()
  while ((await pupilNamed(school, '4001')) && performance.now() - began < 2_000);
  const answer = await school.call('POST', '/imports?format=oneroster', {
    body: await zipOf(littleExport()),
    headers: { 'content-type': 'application/zip' },
  })
  t.match(answer, { status: 403, body: { code: 'reach-too-narrow' } })
})
