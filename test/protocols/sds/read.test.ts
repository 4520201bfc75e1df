import t from 'tap'
import { dayOf } from '../../../src/protocols/oneroster/csv/read/values.ts'
import type { Table } from '../../support/oneroster.ts'
import { type Archive, cellsOf, readArchive, refusalsOf, ukArchive, worldArchive } from '../../support/sds.ts'

/** The archive with lines put behind those of a file. */
function withLines(archive: Archive, name: string, ...lines: string[][]): Archive {
  return { ...archive, [name]: [...(archive[name] as Table), ...lines] }
}

t.test('V1 reads the same in the words of the United Kingdom and of the rest of the world', async (t) => {
  for (const archive of [ukArchive(), worldArchive()]) {
    const { version, files, notes } = await readArchive(archive)
    t.equal(version, 'V1')
    t.match(notes.report, { format: 'sds', version: 'V1', refusals: [] })
    t.same(cellsOf(files, 'orgs', 'sourcedId', 'name', 'type', 'identifier'), [
      { sourcedId: '3304001', name: 'Mill Lane School', type: 'school', identifier: '3304001' },
    ])
    t.same(cellsOf(files, 'academicsessions', 'sourcedId', 'title', 'type', 'startDate', 'endDate'), [
      {
        sourcedId: 'y1',
        title: '2026/27',
        type: 'schoolYear',
        startDate: '2026-09-01',
        endDate: '2027-09-01',
      },
    ])
    t.same(cellsOf(files, 'courses', 'sourcedId', 'title', 'courseCode', 'orgSourcedId'), [
      { sourcedId: 'c1', title: 'Mathematics', courseCode: 'MA', orgSourcedId: '3304001' },
    ])
    t.same(cellsOf(files, 'classes', 'title', 'classCode', 'courseSourcedId', 'termSourcedIds'), [
      { title: 'Maths, set 1', classCode: '9MA1', courseSourcedId: 'c1', termSourcedIds: 'y1' },
      { title: 'Form 9A', classCode: '', courseSourcedId: '', termSourcedIds: 'y1' },
    ])
    t.same(cellsOf(files, 'users', 'sourcedId', 'role', 'identifier', 'grades', 'email', 'password'), [
      {
        sourcedId: 'p1',
        role: 'student',
        identifier: '4001',
        grades: '9',
        email: 'amy@example.org',
        password: '',
      },
      { sourcedId: 'p2', role: 'student', identifier: '4002', grades: '10', email: '', password: '' },
      { sourcedId: 't1', role: 'teacher', identifier: 'TSM', grades: '', email: '', password: '' },
    ])
    t.same(cellsOf(files, 'demographics', 'sourcedId', 'birthDate'), [
      { sourcedId: 'p1', birthDate: '2013-04-25' },
    ])
    t.same(cellsOf(files, 'enrollments', 'sourcedId', 'role', 'schoolSourcedId').at(-1), {
      sourcedId: 'k1 t1',
      role: 'teacher',
      schoolSourcedId: '3304001',
    })
    t.same(
      [files.users[2], files.enrollments[3]].map((row) => [row?.file, row?.row]),
      [
        ['Teacher', 2],
        ['TeacherRoster', 2],
      ],
      'rows know the file of the sender',
    )
    t.same(notes.report.notices, [
      'School.csv: there is no place here for Address.',
      'Section.csv: there is no place here for Periods.',
      'Passwords are not imported.',
      'Student.csv: there is no place here for State ID, Graduation Year.',
    ])
    t.equal(notes.report.files.users?.read, 3)
  }
})

t.test('headings are found in any letter case and spacing, and strangers are named', async (t) => {
  const archive = ukArchive()
  const [, ...schools] = archive['School.csv'] as Table
  archive['School.csv'] = [['dfe number ', 'NAME', 'SchoolNumber', 'Motto'], ...schools]
  const { files, notes } = await readArchive({
    'export/readme.txt': 'hello',
    'Menu.csv': 'x\n1\n',
    ...archive,
  })
  t.equal(files.orgs[0]?.cell('name'), 'Mill Lane School')
  const notices = notes.report.notices.join('\n')
  for (const sign of ['School.csv: the column Motto is not imported', 'menu.csv is not a file', 'readme.txt'])
    t.match(notices, sign)
})

t.test('terms stand below a school year that is made up around them', async (t) => {
  const archive = ukArchive()
  const term = (id: string, from: string, to: string) => ['3304001', `In ${id}`, '', id, id, from, to]
  archive['Section.csv'] = [
    (archive['Section.csv'] as Table)[0] as string[],
    ['k1', ...term('aut', '2026-09-03', '2026-12-18')],
    ['k2', ...term('sum', '20270412', '20270721')],
    ['k3', '3304001', 'In none', '', '', '', '', ''],
  ]
  const { files } = await readArchive(archive)
  const columns = ['sourcedId', 'title', 'type', 'startDate', 'endDate', 'parentSourcedId']
  const lines = cellsOf(files, 'academicsessions', ...columns).map((row) => Object.values(row).join(' '))
  t.same(lines, [
    'made-up-year-2026 2026/27 schoolYear 2026-09-01 2027-09-01 ',
    'aut aut term 2026-09-03 2026-12-19 made-up-year-2026',
    'sum sum term 2027-04-12 2027-07-22 made-up-year-2026',
  ])
  t.same(
    cellsOf(files, 'classes', 'termSourcedIds').map(({ termSourcedIds }) => termSourcedIds),
    ['aut', 'sum', 'made-up-year-2026'],
    'a section without a term belongs to the year around today',
  )
})

t.test('a course is told by its id, its subject or its name', async (t) => {
  const archive = ukArchive()
  const course = (...cells: string[]) => ['3304001', 'A section', '', '', '', '', '', ...cells]
  const { files } = await readArchive(
    withLines(
      archive,
      'Section.csv',
      ['k3', ...course('', 'Advanced physics', '', 'Physics')],
      ['k4', ...course('', 'Plain physics', '', 'Physics')],
      ['k5', ...course('', 'Rowing', '', '')],
    ),
  )
  t.same(
    files.courses.map((row) => [row.id, row.cell('title')]),
    [
      ['c1', 'Mathematics'],
      ['subject Physics', 'Physics'],
      ['subject Rowing', 'Rowing'],
    ],
  )
})

t.test('who is at two schools is one user of both, and a leaver is to be deleted', async (t) => {
  let archive: Archive = withLines(ukArchive(), 'School.csv', ['3304002', 'Hill School', '78'])
  archive = withLines(
    archive,
    'Teacher.csv',
    ['t1', '3304002', 'Tom', 'Smith', 'tom', 'TSM', 'Active'],
    ['t2', '3304002', 'Gone', 'Away', 'gone', 'GAW', 'Inactive'],
  )
  const { files } = await readArchive(archive)
  t.same(
    cellsOf(files, 'users', 'sourcedId', 'orgSourcedIds', 'status')
      .slice(2)
      .map((row) => Object.values(row)),
    [
      ['t1', '3304001,3304002', 'active'],
      ['t2', '3304002', 'tobedeleted'],
    ],
  )
})

t.test('a row that cannot be taken is named with its file, line and column', async (t) => {
  let archive: Archive = withLines(
    ukArchive(),
    'Student.csv',
    ['p3', '3304001', '', 'Nameless', 'n', '', '', '', '', '', '9', '', ''],
    ['p1', '3304001', 'Amy', 'Twice', 'a', '', '', '', '', '', '9', '', ''],
    ['p4', '3304001', 'Late', 'Born', 'l', '', '', '', '4004', '', '9', '', '2/30/2013'],
    ['p5', '3304001', 'M\uFFFDd', 'Broken', 'm', '', '', '', '', '', '9', '', ''],
  )
  archive = withLines(archive, 'Section.csv', [
    'k8',
    '3304001',
    'Long',
    '',
    'y',
    'y',
    '9/1/2026',
    '8/31/2028',
  ])
  archive = withLines(archive, 'StudentEnrollment.csv', ['k1', 'p3'], ['k1', 'p1'], ['k8', 'p1'])
  archive = withLines(archive, 'Teacher.csv', ['p2', '3304001', 'Not', 'Again', '', '', ''])
  const { files, notes } = await readArchive(archive)
  t.same(refusalsOf(notes).toSorted(), [
    'Section 4 Term EndDate',
    'Student 4 First Name',
    'Student 5 ID',
    'Student 6 Birthdate',
    'Student 7 First Name',
    'StudentEnrollment 5 userSourcedId',
    'StudentEnrollment 6 ID',
    'StudentEnrollment 7 classSourcedId',
    'Teacher 3 ID',
  ])
  t.same(
    files.users.map(({ id }) => id),
    ['p1', 'p2', 'p4', 't1'],
    'a pupil whose birth date cannot be read still comes in',
  )
  t.match(notes.report.files, { users: { read: 8, refused: 4 }, demographics: { read: 2, refused: 1 } })
})

t.test('what the archive lacks is named, all at once', async (t) => {
  const archive: Archive = ukArchive()
  delete archive['TeacherRoster.csv']
  archive['Student.csv'] = [['ID', 'School DfE Number', 'Username']]
  await t.rejects(readArchive(archive), {
    message: 'The archive has no TeacherRoster.csv.\nStudent.csv lacks the columns First Name, Last Name.',
  })
  const blank = { ...ukArchive(), 'Teacher.csv': '' }
  await t.rejects(readArchive(blank), /Teacher\.csv lacks the columns SIS ID or ID, School SIS ID or/)
  await t.rejects(readArchive({ 'x.csv': 'a\n' }), /no archive of School Data Sync/)
  await t.rejects(readArchive({ ...ukArchive(), 'Student.csv': 'ID,"a\n' }), /[Ss]tudent\.csv cannot be read/)
  const dangling = withLines(ukArchive(), 'StudentEnrollment.csv', ['k9', 'p1'])
  await t.rejects(readArchive(dangling), {
    message: /1 reference leads nowhere/,
    report: { refusals: [{ file: 'StudentEnrollment', row: 5, reason: /no k9/ }] },
  })
})

t.test('dates are of one country throughout', async (t) => {
  const born = (...days: string[]) => {
    const archive = ukArchive()
    const [header = [], first = []] = archive['Student.csv'] as Table
    const pupil = (day: string, at: number) =>
      first.map((cell) => (cell === 'p1' ? `p${at}` : cell === '4/25/2013' ? day : cell))
    const sections = archive['Section.csv'] as Table
    archive['Section.csv'] = sections.map((row, at) => (at === 0 ? row : row.slice(0, 4)))
    archive['Student.csv'] = [header, ...days.map((day, at) => pupil(day, at + 1))]
    archive['StudentEnrollment.csv'] = [['Section ID', 'ID']]
    return archive
  }
  const daysOf = async (...days: string[]) => {
    const { files, notes } = await readArchive(born(...days))
    for (const row of files.demographics) t.ok(dayOf(row.cell('birthDate')))
    return { days: files.demographics.map((row) => row.cell('birthDate')), notes }
  }
  t.same((await daysOf('03/04/2013', '25/12/2013')).days, ['2013-04-03', '2013-12-25'])
  t.same((await daysOf('03/04/2013', '12/25/2013 00:00:00')).days, ['2013-03-04', '2013-12-25'])
  const iso = await daysOf('2013-04-03', '20131225', '5/5/2013')
  t.same(iso.days, ['2013-04-03', '2013-12-25', '2013-05-05'])
  t.notMatch(iso.notes.report.notices.join(), 'month', 'where both readings are one there is no doubt')
  const open = await daysOf('03/04/2013')
  t.same(open.days, ['2013-03-04'])
  t.match(open.notes.report.notices.join(), /"03\/04\/2013" \(Student\.csv, line 2, Birthdate\).*month first/)
  await t.rejects(
    readArchive(born('25/12/2013', '12/26/2013')),
    /first in "25\/12\/2013" \(Student\.csv, line 2, Birthdate\), the month in "12\/26\/2013" \(Student\.csv, line 3/,
  )
  t.same(refusalsOf((await daysOf('31/31/2013', '2013-02-29', 'spring', '1/2/13')).notes), [
    'Student 2 Birthdate',
    'Student 3 Birthdate',
    'Student 4 Birthdate',
    'Student 5 Birthdate',
  ])
})
