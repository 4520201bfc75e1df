import t from 'tap'
import { importZip, littleExport, type Table, zipOf } from '../../../support/oneroster.ts'
import { serveTest } from '../../../support/service.ts'

const counts = (created: number, rest: object = {}) => ({
  read: created,
  created,
  changed: 0,
  unchanged: 0,
  removed: 0,
  refused: 0,
  ignored: 0,
  ...rest,
})

t.test('a school comes in whole, and a second time nothing changes', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const zip = await zipOf(littleExport())

  const rehearsed = await importZip(school, zip, 'dry-run')
  t.equal(rehearsed.status, 'done')
  t.match(rehearsed.report.files.users, counts(4))
  t.same((await school.get('/pupils')).body.data, [], 'a dry run keeps nothing')

  const { status, report } = await importZip(school, zip)
  t.equal(status, 'done')
  t.equal(report.version, '1.1')
  t.same(report.files, {
    orgs: { read: 2, created: 0, changed: 0, unchanged: 1, removed: 0, refused: 0, ignored: 1 },
    academicSessions: counts(2),
    courses: counts(1),
    classes: counts(1),
    users: counts(4),
    enrollments: counts(3),
    demographics: counts(1),
  })
  const pupils = (await school.get('/pupils?sort=admissionNumber')).body.data
  t.match(pupils, [
    {
      legalGivenName: 'Amy',
      legalFamilyName: "O'Hare",
      admissionNumber: '4001',
      yearGroup: 7,
      upn: 'B801200005001',
      birthDate: '2015-03-04',
      sex: 'F',
      enrolledOn: '2026-09-03',
    },
    { legalGivenName: 'Ben', legalFamilyName: 'Łoś', yearGroup: 7 },
  ])
  t.match((await school.get('/groups?include=subject')).body.data, [
    { code: '7MA1', name: 'Maths, set 1', kind: 'teaching', yearGroup: 7, subject: { code: 'MA' } },
  ])
  t.match(
    (await school.get('/terms')).body.data,
    [{ name: 'Autumn', endsOn: '2026-12-18' }],
    'end dates are exclusive there, inclusive here',
  )
  t.match(
    (await school.get('/memberships?role=pupil')).body.data.map(
      ({ validFrom }: { validFrom: string }) => validFrom,
    ),
    ['2026-09-03', '2026-09-03'],
  )
  t.match((await school.get('/pupil-contacts?include=contact')).body.data, [
    { pupilId: pupils[0].id, contact: { legalGivenName: 'Gia' } },
  ])
  t.match((await school.get('/rooms')).body.data, [{ code: 'Room 4' }])

  const second = await importZip(school, zip)
  for (const [name, file] of Object.entries(second.report.files as Record<string, Record<string, number>>))
    t.match(
      file,
      { created: 0, changed: 0, refused: 0, unchanged: (file.read ?? 0) - (file.ignored ?? 0) },
      `${name} is unchanged`,
    )
})

t.test('a third file changes what differs, with a new version and an entry in the change log', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await importZip(school, await zipOf(littleExport()))
  const before = (await school.get('/pupils?admissionNumber=4001')).body.data[0]
  const one = await school.get(`/pupils/${before.id}`)
  const files = littleExport()
  files['users.csv'] = (files['users.csv'] as Table).map((row) =>
    row.map((cell) => (cell === 'Amy' ? 'Amelia' : cell)),
  )
  const { report } = await importZip(school, await zipOf(files))
  t.match(report.files.users, { changed: 1, unchanged: 3 })
  const after = await school.get(`/pupils/${before.id}`)
  t.equal(after.body.legalGivenName, 'Amelia')
  t.not(after.etag, one.etag)
})

t.test('version 1.2, odd headers and what exports differ in are tolerated', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const files = littleExport()
  const [header = [], ...users] = files['users.csv'] as Table
  const role = header.indexOf('role')
  const without = (row: readonly string[]) => row.filter((_, at) => at !== role)
  files['users.csv'] = [without(header).map((name) => ` ${name.toUpperCase()}`), ...users.map(without)]
  files['roles.csv'] = [
    ['sourcedId', 'userSourcedId', 'roleType', 'role', 'beginDate', 'endDate', 'orgSourcedId'],
    ...users.map((row, at) => [`r${at}`, row[0] as string, 'primary', row[role] as string, '', '', 's1']),
  ]
  delete files['manifest.csv']
  files['userProfiles.csv'] = [['sourcedId'], ['x']]
  const nested = Object.fromEntries(Object.entries(files).map(([name, rows]) => [`export/${name}`, rows]))
  const zip = await zipOf({
    ...nested,
    'readme.txt': 'hello',
    'export/courses.csv': '\uFEFFsourcedId,title,metadata.x\n\nc1,Mathematics,1\n',
  })
  const { status, report } = await importZip(school, zip)
  t.equal(status, 'done', JSON.stringify(report))
  t.equal(report.version, '1.2')
  t.match(report.files.users, counts(4))
  const notices = report.notices.join('\n')
  for (const sign of ['no manifest', 'userprofiles.csv is not imported', 'readme.txt', 'metadata.x'])
    t.match(notices, sign)
})

t.test('every row that is refused is named with its line and reason, and the others come in', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const files = littleExport()
  const users = files['users.csv'] as Table
  files['users.csv'] = [
    ...users,
    ['u4', 'true', 's1', 'student', '', '', '', 'Nameless', '4004', '', '', '07'],
    ['u5', 'true', 's1', 'student', '', '', 'Uma', 'Ungraded', '4005', '', '', 'UG'],
    ['u6', 'true', 's1', 'wizard', '', '', 'Gan', 'Dalf', '4006', '', '', ''],
    ['u1', 'true', 's1', 'student', '', '', 'Amy', 'Twice', '4007', '', '', '07'],
  ]
  const enrollments = files['enrollments.csv'] as Table
  files['enrollments.csv'] = [
    ...enrollments,
    ['e4', 'k1', 's1', 'u5', 'student', '', '2026-09-03', ''],
    ['e5', 'k1', 's1', 'u2', 'student', '', '01/09/2026', ''],
    ['e6', 'k1', 's1', 'u1', 'student', '', '2026-10-01', ''],
  ]
  const { status, report } = await importZip(school, await zipOf(files))
  t.equal(status, 'done', JSON.stringify(report))
  t.match(report.files.users, { read: 8, created: 4, refused: 4 })
  t.match(report.files.enrollments, { read: 6, created: 3, refused: 3 })
  const lines = report.refusals.map(
    ({ file, row, field }: { file: string; row: number; field: string }) => `${file} ${row} ${field}`,
  )
  t.same(lines.toSorted(), [
    'enrollments 5 userSourcedId',
    'enrollments 6 beginDate',
    'enrollments 7 userSourcedId',
    'users 6 givenName',
    'users 7 grades',
    'users 8 role',
    'users 9 sourcedId',
  ])
})

t.test('what is not whole writes nothing', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const dangling = littleExport()
  dangling['enrollments.csv'] = [
    ...(dangling['enrollments.csv'] as Table),
    ['e9', 'k9', 's1', 'u9', 'student', '', '', ''],
  ]
  const incomplete = littleExport()
  delete incomplete['users.csv']
  const lacking = littleExport()
  lacking['classes.csv'] = [
    ['sourcedId', 'title'],
    ['k1', 'x'],
  ]
  const two = littleExport()
  two['orgs.csv'] = [...(two['orgs.csv'] as Table), ['s2', '', '', 'Another', 'school', '', '']]
  const whole = await zipOf(littleExport())
  const cases: [string, Buffer, RegExp][] = [
    ['a dangling reference', await zipOf(dangling), /2 references lead nowhere/],
    ['a missing file', await zipOf(incomplete), /no users\.csv/],
    ['a missing column', await zipOf(lacking), /lacks the columns/],
    ['two schools', await zipOf(two), /2 schools/],
    ['no zip', Buffer.from('hello'), /no zip file/],
    ['half a zip', whole.subarray(0, whole.length / 2), /no zip file/],
    ['a broken zip', Buffer.concat([whole.subarray(0, 40), Buffer.alloc(200), whole.subarray(240)]), /./],
  ]
  for (const [name, zip, reason] of cases) {
    const job = await importZip(school, zip)
    t.equal(job.status, 'refused', name)
    t.match(job.report.reasons.join(' '), reason, name)
  }
  t.same((await school.get('/pupils')).body.data, [])
  t.same((await school.get('/subjects')).body.data, [])
})
