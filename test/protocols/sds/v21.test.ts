import t from 'tap'
import type { Table } from '../../support/oneroster.ts'
import { type Archive, cellsOf, readArchive, refusalsOf, v21Archive } from '../../support/sds.ts'

/** With every optional file, a second school and a guardian. */
function fullArchive(): Record<string, Table> {
  const archive = v21Archive()
  const more = (name: string, ...lines: string[][]) => [...(archive[name] as Table), ...lines]
  return {
    ...archive,
    'orgs.csv': more('orgs.csv', ['s2', 'Hill School', 'school', 'd1']),
    'users.csv': more('users.csv', ['g1', 'gia@example.org', 'Gia', "O'Hare", '', 'gia@example.org']),
    'roles.csv': [
      ['userSourcedId', 'orgSourcedId', 'role', 'sessionSourcedId', 'grade', 'isPrimary', 'roleEndDate'],
      ['p1', 's1', 'student', 'y1', '09', 'TRUE', '7/20/2027'],
      ['t1', 's2', 'itAdmin', 'y1', '', 'FALSE', ''],
      ['t1', 's1', 'teacher', 'y1', '', 'TRUE', ''],
    ],
    'classes.csv': [
      ['sourcedId', 'orgSourcedId', 'title', 'sessionSourcedIds', 'courseSourcedId'],
      ['k1', 's1', 'Maths, set 1', 'aut,spr', 'c1'],
    ],
    'academicSessions.csv': [
      ['sourcedId', 'title', 'type', 'schoolYear', 'startDate', 'endDate'],
      ['aut', 'Autumn', 'term', '2026', '9/1/2026', '12/18/2026'],
      ['spr', 'Spring', 'semester', '2026', '1/4/2027', '3/24/2027'],
      ['y1', 'Year 2026', 'schoolYear', '2026', '9/1/2026', '7/20/2027'],
    ],
    'courses.csv': [
      ['sourcedId', 'orgSourcedId', 'title', 'code', 'schoolYearSourcedId', 'subject', 'grade'],
      ['c1', 's1', 'Mathematics', 'MA', 'a year that is nowhere', '02', '09'],
    ],
    'demographics.csv': [
      ['userSourcedId', 'sex', 'birthDate', 'raceCodes'],
      ['p1', 'female', '4/25/2013', 'white'],
    ],
    'relationships.csv': [
      ['userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'],
      ['p1', 'g1', 'Guardian'],
    ],
    'userFlags.csv': [
      ['userSourcedId', 'flag'],
      ['p1', 'FreeLunch'],
    ],
  }
}

t.test('V2.1 needs no optional file: the year around today is made up', async (t) => {
  const { version, files, notes } = await readArchive(v21Archive())
  t.equal(version, 'V2.1')
  t.same(notes.report.refusals, [])
  t.same(cellsOf(files, 'academicsessions', 'sourcedId', 'startDate', 'endDate'), [
    { sourcedId: 'made-up-year-2026', startDate: '2026-09-01', endDate: '2027-09-01' },
  ])
  t.same(cellsOf(files, 'classes', 'classCode', 'schoolSourcedId', 'termSourcedIds', 'courseSourcedId'), [
    { classCode: '9MA1', schoolSourcedId: 's1', termSourcedIds: 'made-up-year-2026', courseSourcedId: '' },
  ])
  t.same(cellsOf(files, 'users', 'sourcedId', 'role', 'grades', 'orgSourcedIds', 'password'), [
    { sourcedId: 'p1', role: 'student', grades: '09', orgSourcedIds: 's1', password: '' },
    { sourcedId: 't1', role: 'teacher', grades: '', orgSourcedIds: 's1', password: '' },
  ])
  t.same(cellsOf(files, 'enrollments', 'sourcedId', 'role', 'schoolSourcedId'), [
    { sourcedId: 'k1 p1', role: 'student', schoolSourcedId: 's1' },
    { sourcedId: 'k1 t1', role: 'teacher', schoolSourcedId: 's1' },
  ])
  t.same(notes.report.notices, ['Passwords are not imported.'])
})

t.test('the optional files tell sessions, courses, birth dates and contacts', async (t) => {
  const { files, notes } = await readArchive(fullArchive())
  t.same(notes.report.refusals, [])
  t.same(
    cellsOf(files, 'academicsessions', 'sourcedId', 'type', 'endDate', 'parentSourcedId').map((row) =>
      Object.values(row).join(' '),
    ),
    ['y1 schoolYear 2027-07-21 ', 'aut term 2026-12-19 y1', 'spr term 2027-03-25 y1'],
  )
  t.equal(files.classes[0]?.cell('termSourcedIds'), 'aut,spr')
  t.equal(files.classes[0]?.cell('courseSourcedId'), 'c1')
  t.same(cellsOf(files, 'courses', 'title', 'courseCode', 'schoolYearSourcedId'), [
    { title: 'Mathematics', courseCode: 'MA', schoolYearSourcedId: '' },
  ])
  t.same(cellsOf(files, 'demographics', 'sourcedId', 'birthDate', 'sex'), [
    { sourcedId: 'p1', birthDate: '2013-04-25', sex: 'female' },
  ])
  t.same(
    cellsOf(files, 'users', 'sourcedId', 'role', 'orgSourcedIds', 'agentSourcedIds').map((row) =>
      Object.values(row),
    ),
    [
      ['p1', 'student', 's1', 'g1'],
      ['t1', 'teacher', 's1,s2', ''],
      ['g1', 'guardian', 's1', ''],
    ],
  )
  const notices = notes.report.notices.join('\n')
  for (const sign of ['userFlags.csv is not imported: .*special categories', 'no place here for raceCodes'])
    t.match(notices, new RegExp(sign))
})

t.test('every role of a user has a row, the primary one first', async (t) => {
  const { files } = await readArchive(fullArchive())
  t.same(
    cellsOf(files, 'roles', 'userSourcedId', 'orgSourcedId', 'role', 'roleType', 'endDate').map((row) =>
      Object.values(row).join(' '),
    ),
    [
      'p1 s1 student primary 2027-07-21',
      't1 s1 teacher primary ',
      't1 s2 siteTechnicalAdministrator secondary ',
    ],
  )
})

t.test('years that share their first day, or are called otherwise, stay within one another', async (t) => {
  const archive = fullArchive()
  archive['academicSessions.csv'] = [
    ['sourcedId', 'title', 'type', 'startDate', 'endDate'],
    ['y1', 'Year', 'semester', '2026-09-01', '2027-07-20'],
    ['y2', 'Year of the sixth form', 'schoolYear', '2026-09-01', '2027-06-20'],
    ['aut', 'Autumn', 'term', '2025-09-01', '2025-12-18'],
    ['spr', 'Marks', 'gradingPeriod', '2027-01-04', '2027-01-24'],
    ['bad', 'Backwards', 'term', '2027-01-04', '2026-01-24'],
    ['y1', 'Again', 'term', '2026-09-01', '2026-10-24'],
  ]
  const { files, notes } = await readArchive(archive)
  t.same(
    files.academicsessions.map((row) => [row.id, row.cell('type'), row.cell('parentSourcedId')]),
    [
      ['y1', 'schoolYear', ''],
      ['y2', 'term', 'y1'],
      ['made-up-year-2025', 'schoolYear', ''],
      ['aut', 'term', 'made-up-year-2025'],
      ['spr', 'gradingPeriod', 'y1'],
    ],
  )
  t.same(refusalsOf(notes), ['academicSessions 6 endDate', 'academicSessions 7 sourcedId'])
})

t.test('references to optional files that are not there are left out and said', async (t) => {
  const archive: Archive = fullArchive()
  delete archive['academicSessions.csv']
  delete archive['courses.csv']
  const { files, notes } = await readArchive(archive)
  t.same(cellsOf(files, 'classes', 'courseSourcedId', 'termSourcedIds'), [
    { courseSourcedId: '', termSourcedIds: 'made-up-year-2026' },
  ])
  t.match(
    notes.report.notices.join('\n'),
    /sessionSourcedIds leads nowhere[\s\S]*courseSourcedId leads nowhere/,
  )
})

t.test('bad rows are named with file, line and column', async (t) => {
  const archive = fullArchive()
  const more = (name: string, ...lines: string[][]) => {
    archive[name] = [...(archive[name] as Table), ...lines]
  }
  more('users.csv', ['p1', 'x', 'Amy', 'Twice', '', ''], ['', 'x', 'No', 'Id', '', ''])
  more(
    'relationships.csv',
    ['p1', 'g9', 'guardian'],
    ['p1', 'g1', 'doctor'],
    ['p1', 'p1', 'parent'],
    ['p1', '', 'parent'],
  )
  more(
    'roles.csv',
    ['p1', 's1', 'student', '', '', '', ''],
    ['t1', 's1', 'staff', '', '', '', '2027-02-30'],
    ['t1', '', 'staff', '', '', '', ''],
  )
  more('demographics.csv', ['p1', 'female', '4/25/2013', ''], ['t1', '', 'unknown', ''])
  more('enrollments.csv', ['k1', 'p1', 'student'])
  const { notes } = await readArchive(archive)
  t.same(refusalsOf(notes).toSorted(), [
    'demographics 3 userSourcedId',
    'demographics 4 birthDate',
    'enrollments 4 userSourcedId',
    'relationships 3 relationshipUserSourcedId',
    'relationships 4 relationshipRole',
    'relationships 5 relationshipUserSourcedId',
    'relationships 6 relationshipUserSourcedId',
    'roles 5 role',
    'roles 6 roleEndDate',
    'roles 7 orgSourcedId',
    'users 5 sourcedId',
    'users 6 sourcedId',
  ])
  for (const [name, { read, refused }] of Object.entries(notes.report.files))
    t.equal(
      read,
      refused + Number(kept[name]),
      `${name}: what was read is what was kept and what was refused`,
    )
})

const kept: Record<string, number> = {
  orgs: 3,
  academicSessions: 3,
  courses: 1,
  classes: 1,
  users: 3,
  roles: 3,
  enrollments: 2,
  demographics: 1,
}

t.test('what the archive lacks is named, and an archive of OneRoster is known as one', async (t) => {
  const archive: Archive = v21Archive()
  delete archive['roles.csv']
  archive['classes.csv'] = [['sourcedId', 'title']]
  await t.rejects(readArchive(archive), {
    message: 'The archive has no roles.csv.\nclasses.csv lacks the column orgSourcedId.',
  })
  const roster = { ...v21Archive(), 'manifest.csv': 'propertyName,value\n' }
  await t.rejects(readArchive(roster), /one of OneRoster/)
  const lost: Archive = { ...v21Archive() }
  lost['roles.csv'] = [...(lost['roles.csv'] as Table), ['u9', 's9', 'teacher', '', '']]
  await t.rejects(readArchive(lost), {
    message: /2 references lead nowhere/,
    report: { refusals: [{ file: 'roles', row: 4 }, { file: 'roles' }] },
  })
})
