import t from 'tap'
import { download } from '../../support/exports.ts'
import { personAt, tokenFor } from '../../support/people.ts'
import { change, makeRosterSchool } from '../../support/roster-school.ts'
import { serveTest } from '../../support/service.ts'
import { type CsvRow, readCsv } from '../../support/zip.ts'

/** Microsoft, SDS V2.1 CSV file format. */
const headers: Readonly<Record<string, string>> = {
  orgs: 'sourcedId,name,type,parentSourcedId',
  users: 'sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms',
  roles: 'userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate',
  classes: 'sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId,code',
  enrollments: 'classSourcedId,userSourcedId,role',
  academicSessions: 'sourcedId,title,type,schoolYear,startDate,endDate',
  courses: 'sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade',
  demographics: 'userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes',
  relationships: 'userSourcedId,relationshipUserSourcedId,relationshipRole',
}

const leads: Readonly<Record<string, string>> = {
  orgSourcedId: 'orgs',
  userSourcedId: 'users',
  relationshipUserSourcedId: 'users',
  classSourcedId: 'classes',
  courseSourcedId: 'courses',
  sessionSourcedIds: 'academicSessions',
}

const forms: Readonly<Record<string, RegExp>> = {
  'roles.role': /^(student|teacher|staff)$/,
  'enrollments.role': /^(student|teacher|teacherAssistant)$/,
  'roles.grade': /^(PR|PK|KG|0[1-9]|1[0-3])$/,
  'roles.isPrimary': /^(true|false)$/,
  'users.phone': /^\+[1-9]\d+$/,
  'demographics.sex': /^(male|female)$/,
  'academicSessions.type': /^(schoolYear|term)$/,
}

type Files = Readonly<Record<string, readonly CsvRow[]>>

/** Reads a zip as Microsoft describes it; every fault is a sentence. */
function readSds(texts: ReadonlyMap<string, string>): { files: Files; faults: string[] } {
  const faults: string[] = []
  const files: Record<string, readonly CsvRow[]> = {}
  for (const [name, text] of texts) {
    const { header, rows } = readCsv(text)
    const file = name.replace('.csv', '')
    if (header.join() !== headers[file]) faults.push(`${file}: ${header}`)
    files[file] = rows
    if (new Set(rows.map((row) => Object.values(row).join())).size < rows.length)
      faults.push(`${file}: a row twice`)
  }
  for (const [file, rows] of Object.entries(files))
    for (const row of rows)
      for (const [column, cell] of Object.entries(row)) {
        const form =
          forms[`${file}.${column}`] ?? (/Date$/.test(column) ? /^\d{4}-\d{2}-\d{2}$/ : /^[^\r\n]*$/)
        if (cell !== '' && !form.test(cell)) faults.push(`${file}.${column}: ${cell}`)
        const known = leads[column] && files[leads[column]]?.map(({ sourcedId }) => sourcedId)
        const ids = column.endsWith('Ids') ? cell.split(',') : [cell]
        if (leads[column] && cell !== '' && !ids.every((id) => known?.includes(id)))
          faults.push(`${file}.${column}: ${cell} leads nowhere`)
      }
  return { files, faults }
}

t.test('Microsoft School Data Sync by CSV', async (t) => {
  const service = await serveTest(t)
  const own = await service.school('A school\nin two lines')
  const school = await makeRosterSchool(own)
  const [first, second, third, fourth] = school.pupils
  const exported = async (scopes?: readonly string[]) => {
    const answer = await download(service, 'sds', `Bearer ${await own.token(scopes)}`)
    t.equal(answer.status, 200, answer.text)
    const { files, faults } = readSds(answer.files)
    t.same(faults, [])
    return { ...answer, read: files }
  }

  await t.test('every file, every header, nothing that leads nowhere', async (t) => {
    const assistant = (
      await own.post('/staff', {
        code: 'ASS',
        legalGivenName: 'A\nB',
        legalFamilyName: 'C',
        role: 'x',
        kind: 'support',
      })
    ).body.id
    const joins = (role: string, validFrom: string, groupId = school.set) =>
      own.post('/memberships', { groupId, staffId: assistant, role, validFrom })
    await joins('assistant', '2026-09-01')
    await joins('assistant', '2027-01-01', school.forms[0])
    await change(own, `/contacts/${school.guardian}`, { phone: '(020) 7946-0001' })
    await change(own, `/pupils/${third}`, { yearGroup: 0 })
    const { read, headers: said } = await exported()
    t.equal(said.get('content-disposition'), 'attachment; filename="sds-2026-11-23.zip"')
    t.same(Object.keys(read).sort(), Object.keys(headers).sort(), 'no flags, no manifest')
    t.match(read.orgs, [{ sourcedId: own.id, name: 'A school in two lines', type: 'school' }])
    const roleOf = (id: string) => read.roles?.filter(({ userSourcedId }) => userSourcedId === id)
    t.match(roleOf(first), [{ role: 'student', grade: '07', isPrimary: 'true' }])
    t.match(roleOf(third), [{ role: 'student', grade: 'KG' }])
    t.match(roleOf(assistant), [{ role: 'staff', grade: '' }])
    t.same(roleOf(school.guardian), [])
    t.match(
      read.enrollments?.filter(({ userSourcedId }) => userSourcedId === assistant),
      [{ classSourcedId: school.set, role: 'teacherAssistant' }],
      'what begins next year is not there yet',
    )
    const user = (id: string) => read.users?.find(({ sourcedId }) => sourcedId === id)
    t.match(user(first), { username: 'p0@example.org', givenName: 'Ída', familyName: "O'Hare" })
    t.match(user(assistant), { username: 'ass', givenName: 'A B' })
    t.match(user(school.guardian), { email: 'gil@example.org', phone: '+442079460001' })
    t.equal(user(school.otherContact), undefined, 'a guardian without an e-mail address is of no use there')
    t.same(read.relationships, [
      { userSourcedId: first, relationshipUserSourcedId: school.guardian, relationshipRole: 'guardian' },
    ])
    t.match(read.academicSessions, [
      { type: 'schoolYear', schoolYear: '2027', startDate: '2026-09-01', endDate: '2027-08-31' },
      { type: 'term', startDate: '2026-09-03', endDate: '2026-12-18' },
    ])
    t.match(
      read.courses?.find(({ sourcedId }) => sourcedId === school.subject),
      { code: 'MA' },
    )
    t.equal(read.demographics?.find(({ userSourcedId }) => userSourcedId === second)?.sex, '')
  })

  await t.test('only what is granted; without the school and its people it is nothing', async (t) => {
    const { read } = await exported(['schools:read', 'pupils:read', 'contacts:read'])
    t.same(Object.keys(read).sort(), ['orgs', 'relationships', 'roles', 'users'])
    t.match(
      read.users?.find(({ sourcedId }) => sourcedId === fourth),
      { username: 'a0003', email: '', phone: '' },
    )
    const bare = await exported(['schools:read', 'staff:read', 'groups:read', 'contacts:read'])
    t.same(Object.keys(bare.read).sort(), ['classes', 'enrollments', 'orgs', 'roles', 'users'])
    t.ok(bare.read.classes?.every((row) => row.sessionSourcedIds === '' && row.courseSourcedId === ''))
    t.notMatch(JSON.stringify(bare.read.users), school.guardian, 'nobody is a guardian of nobody')
    for (const scopes of [['schools:read'], ['pupils:read', 'groups:read'], ['behaviour:read']]) {
      const { status, body } = await own.call('GET', '/exports/sds', { scopes })
      t.match({ status, code: body.code }, { status: 403, code: 'scope-missing' })
    }
  })

  await t.test('who has left is not there, and a tutor exports the form', async (t) => {
    await own.post(`/pupils/${fourth}/leave`, { leftOn: '2026-11-20' })
    const { files } = await exported()
    t.notMatch([...files.values()].join(), fourth)
    const { accountId } = await personAt(service, own, { personId: school.staff.tutor, kind: 'staff' }, [
      { role: 'tutor' },
    ])
    const mine = await download(service, 'sds', `Bearer ${await tokenFor(service, own, accountId)}`)
    t.equal(mine.status, 200, mine.text)
    const { files: read, faults } = readSds(mine.files)
    t.same(faults, [])
    const pupils = read.roles
      ?.filter(({ role }) => role === 'student')
      .map(({ userSourcedId }) => userSourcedId)
    t.same(pupils?.sort(), [first, second].sort())
  })
})
