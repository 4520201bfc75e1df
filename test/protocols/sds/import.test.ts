import t, { type Test } from 'tap'
import type { ImportReport } from '../../../src/operations/imports/report.ts'
import { importZip, type Table, zipOf } from '../../support/oneroster.ts'
import { change, makeRosterSchool } from '../../support/roster-school.ts'
import { type Archive, ukArchive, v21Archive } from '../../support/sds.ts'
import { serveTest, type TestSchool } from '../../support/service.ts'

async function importArchive(school: TestSchool, archive: Archive): Promise<ImportReport> {
  const { status, report } = await importZip(school, await zipOf(archive), 'write', '', 'sds')
  t.equal(status, 'done', JSON.stringify(report))
  return report
}

const listOf = async (school: TestSchool, path: string) => (await school.get(path)).body.data

/** Every row of the second report was there before. */
function unchanged(t: Test, { files }: ImportReport): void {
  for (const [name, { read, unchanged, refused, ignored }] of Object.entries(files))
    t.equal(unchanged + refused + ignored, read, `${name} is unchanged`)
}

t.test('a school of V1 comes in, and a second time nothing changes', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const archive: Archive = ukArchive()
  archive['Student.csv'] = [
    ...(archive['Student.csv'] as Table),
    ['p3', '3304001', 'Una', 'Graded', 'una', '', '', '', '4003', '', '', '', '', ''],
  ]
  const report = await importArchive(school, archive)
  t.match(report, {
    format: 'sds',
    version: 'V1',
    refusals: [{ file: 'Student', row: 4, sourcedId: 'p3', field: 'grades' }],
    files: {
      orgs: { read: 1, unchanged: 1 },
      academicSessions: { read: 1, created: 1 },
      courses: { read: 1, created: 1 },
      classes: { read: 2, created: 2 },
      users: { read: 4, created: 3, refused: 1 },
      enrollments: { read: 4, created: 4 },
      demographics: { read: 1, created: 1 },
    },
  })
  t.match(await listOf(school, '/pupils?sort=admissionNumber'), [
    {
      legalGivenName: 'Amy',
      legalMiddleNames: 'Jo',
      admissionNumber: '4001',
      yearGroup: 9,
      birthDate: '2013-04-25',
      enrolledOn: '2026-09-01',
    },
    { legalGivenName: 'Ben', legalFamilyName: 'Łoś', yearGroup: 10 },
  ])
  t.match(await listOf(school, '/staff'), [{ code: 'TSM', legalFamilyName: 'Smith', kind: 'teaching' }])
  t.match(await listOf(school, '/groups?include=subject&sort=name'), [
    { code: 'Form 9A', kind: 'teaching', subject: null },
    { code: '9MA1', name: 'Maths, set 1', subject: { code: 'MA', name: 'Mathematics' } },
  ])
  t.match(await listOf(school, '/academic-years'), [
    { name: '2026/27', startsOn: '2026-09-01', endsOn: '2027-08-31' },
  ])
  t.same((await listOf(school, '/memberships')).map(({ role }: { role: string }) => role).sort(), [
    'pupil',
    'pupil',
    'pupil',
    'teacher',
  ])
  unchanged(t, await importArchive(school, archive))
})

t.test('a school of V2.1 comes in with its contacts and a year that the reader made up', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const archive: Archive = v21Archive()
  archive['users.csv'] = [
    ...(archive['users.csv'] as Table),
    ['g1', 'g', 'Gia', "O'Hare", '', 'gia@example.org'],
  ]
  archive['relationships.csv'] = [
    ['userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'],
    ['p1', 'g1', 'parent'],
  ]
  const report = await importArchive(school, archive)
  t.match(report, { version: 'V2.1', refusals: [], files: { users: { created: 3 }, roles: { created: 2 } } })
  t.match(await listOf(school, '/academic-years'), [{ name: '2026/27', startsOn: '2026-09-01' }])
  t.match(await listOf(school, '/pupils'), [{ admissionNumber: 'amy@mill.example', yearGroup: 9 }])
  t.match(await listOf(school, '/pupil-contacts?include=contact'), [
    { relationship: 'Parent', contact: { legalGivenName: 'Gia' } },
  ])
  t.match(await listOf(school, '/memberships?role=teacher'), [{ validFrom: '2026-09-01' }])
  unchanged(t, await importArchive(school, archive))
})

t.test('files that the school made for Microsoft change nothing where they came from', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils } = await makeRosterSchool(school)
  await change(school, `/pupils/${pupils[1]}`, { preferredFamilyName: 'Called' })
  const paths = ['/groups', '/memberships', '/pupils', '/staff', '/subjects', '/terms']
  const records = async () => {
    const lists: object[] = []
    for (const path of paths)
      lists.push(
        (await listOf(school, path)).map(({ updatedAt, ...record }: { updatedAt: string }) => record),
      )
    return lists
  }
  const before = await records()
  const authorization = `Bearer ${await school.token()}`
  const zip = await fetch(`${service.publicUrl}/v1/exports/sds`, { headers: { authorization } })
  const job = await importZip(school, Buffer.from(await zip.arrayBuffer()), 'write', '', 'sds')
  t.equal(job.status, 'done', JSON.stringify(job.report))
  t.same(job.report.refusals, [])
  t.same(await records(), before)
})
