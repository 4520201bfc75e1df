import t from 'tap'
import { download, rosterOf } from '../../../support/exports.ts'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { rosterClient } from '../../../support/oneroster-client.ts'
import { change } from '../../../support/roster-school.ts'
import { serveTest, type TestSchool } from '../../../support/service.ts'
import { headers, never } from '../../../support/strict-csv.ts'
import type { CsvRow } from '../../../support/zip.ts'

const versions = ['1.1', '1.2'] as const
const restOf = { '1.1': 'v1p1', '1.2': 'v1p2' } as const

/** What CSV cannot say as it stands: quotes, commas, line ends, other alphabets, what a spreadsheet would run. */
async function makeOddSchool(school: TestSchool) {
  const made = await makeGradebookSchool(school)
  const odd = ['=SUM(A1)', '+44', '-1', '@x', 'a "b", c\r\nd\ne', 'Łucja 王小明 🌱', ' , ']
  for (const [at, legalGivenName] of odd.entries())
    await school.post('/staff', {
      code: `ODD${at}`,
      legalGivenName,
      legalFamilyName: 'Smith',
      preferredFamilyName: 'O\'Hare, the "first"',
      role: 'Technician',
      kind: at === 0 ? 'support' : 'teaching',
    })
  const roomId = (await school.post('/rooms', { code: 'M2', name: 'Lab, upper', capacity: 9 })).body.id
  const periodId = (await school.get('/periods')).body.data[0].id
  await school.post('/timetable-entries', {
    groupId: made.forms[0],
    periodId,
    staffId: made.staff.tutor,
    roomId,
    validFrom: '2026-09-01',
    clashOverride: 'Both halves of the class',
  })
  return { ...made, odd }
}

/** An object of REST as the cells of its row, as far as it says them. */
function cellsOf(object: Record<string, unknown>, file: string): CsvRow {
  const renamed: Record<string, string> = {
    preferredFirstName: 'preferredGivenName',
    preferredLastName: 'preferredFamilyName',
    metadata: 'metadata.json',
    agents: 'agentSourcedIds',
    orgs: 'orgSourcedIds',
    terms: 'termSourcedIds',
    gradingPeriod:
      file === 'lineItems' && 'school' in object ? 'academicSessionSourcedId' : 'gradingPeriodSourcedId',
  }
  const skipped = [
    'children',
    'roles',
    'learningObjectiveSet',
    ...(['lineItems', 'results'].includes(file) ? ['scoreScale'] : []),
  ]
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      if (skipped.includes(name)) return []
      const isReference = typeof value === 'object' && value !== null && 'sourcedId' in value
      return [[renamed[name] ?? (isReference ? `${name}SourcedId` : name), cellOf(name, value)]]
    }),
  )
}

function cellOf(name: string, value: unknown): string {
  // biome-ignore lint/suspicious/noExplicitAny: whatever REST says
  const given = value as any
  if (name === 'metadata') return JSON.stringify(value)
  if (name === 'assignDate' || name === 'dueDate')
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date(given))
  if (name === 'userIds') return given.map((each: CsvRow) => `{${each.type}:${each.identifier}}`).join()
  if (name === 'scoreScaleValue')
    return given.map((each: CsvRow) => `{${each.itemValueLHS}:${each.itemValueRHS}}`).join()
  if (Array.isArray(given))
    return given
      .map((each) => each.sourcedId ?? (/[",]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each))
      .join()
  return String(given?.sourcedId ?? given)
}

t.test('a whole school, release by release', async (t) => {
  const service = await serveTest(t)
  const own = await service.school('School "of" =Sums, and more')
  const school = await makeOddSchool(own)
  const client = await rosterClient(t, service, own)
  const book = gradebookOf(client, 'v1p2')
  const written = book.lineItem(school.set, (await book.rows('/categories'))[0].sourcedId, {
    metadata: { from: 'a VLE, "new"' },
    learningObjectiveSet: [{ source: 'case', learningObjectiveIds: ['one', 'two'] }],
  })
  t.equal((await book.put('/lineItems/hw, "1"', written)).status, 201)
  const scored = book.result('hw, "1"', school.pupils[1], {
    comment: 'Well\ndone',
    late: 'true',
    learningObjectiveSet: [
      { source: 'case', learningObjectiveResults: [{ learningObjectiveId: 'one', score: 2.5 }] },
    ],
  })
  t.equal((await book.put('/results/r1', scored)).status, 201)

  for (const version of versions) {
    const { manifest, files } = await rosterOf(t, service, own, { version })
    await t.test(`${version}: the manifest and every file that a school has`, async (t) => {
      t.match(manifest, {
        'manifest.version': '1.0',
        'oneroster.version': version,
        'source.systemName': 'open-mis',
        'source.systemCode': 'open-mis',
      })
      t.same([...files.keys()].sort(), Object.keys(headers[version]).sort())
      t.ok(never[version].every((name) => manifest[`file.${name}`] === 'absent'))
      for (const [name, rows] of files) t.ok(rows.length > 0, name)
    })

    await t.test(`${version}: each row says what REST says of the object`, async (t) => {
      for (const [name, rows] of files) {
        if (/(ScoreScales|ObjectiveIds)$/.test(name) || name === 'roles') continue
        const objects = await client.rows(restOf[version], `/${name}?limit=10000&filter=status%3D'active'`)
        t.equal(rows.length, objects.length, name)
        const byId = new Map(objects.map((object) => [object.sourcedId, object]))
        for (const row of rows) {
          const { status, dateLastModified, ...said } = cellsOf(byId.get(row.sourcedId), name)
          t.match(row, said, `${name} ${row.sourcedId}`)
          const silent = Object.keys(row).filter((column) => row[column] !== '' && !(column in said))
          t.same(silent, name === 'scoreScales' ? ['orgSourcedId'] : [], `${name}: nothing else`)
        }
      }
    })
  }

  await t.test('1.2: roles, and what hangs below the gradebook, are files of their own', async (t) => {
    const { files } = await rosterOf(t, service, own)
    const rows = (name: string) => files.get(name) ?? []
    for (const user of await client.rows('v1p2', `/users?limit=10000&filter=status%3D'active'`)) {
      const roles = rows('roles').filter(({ userSourcedId }) => userSourcedId === user.sourcedId)
      t.match(
        roles.map(({ roleType, role, orgSourcedId }) => ({
          roleType,
          role,
          org: { sourcedId: orgSourcedId },
        })),
        user.roles.map(({ roleType, role }: CsvRow) => ({ roleType, role, org: { sourcedId: own.id } })),
      )
    }
    const again = (await rosterOf(t, service, own)).files.get('roles')
    t.same(again, rows('roles'), 'under the same ids each time')
    t.same(
      rows('lineItemLearningObjectiveIds')
        .map((row) => [row.lineItemSourcedId, row.learningObjectiveId])
        .sort(),
      [
        ['hw, "1"', 'one'],
        ['hw, "1"', 'two'],
      ],
    )
    t.match(rows('resultLearningObjectiveIds'), [
      { resultSourcedId: 'r1', source: 'case', learningObjectiveId: 'one', score: '2.5', textScore: '' },
    ])
    for (const name of ['lineItem', 'result'])
      for (const object of await client.rows('v1p2', `/${name}s?limit=10000`)) {
        const scales = rows(`${name}ScoreScales`).filter(
          (row) => row[`${name}SourcedId`] === object.sourcedId,
        )
        t.same(
          scales.map(({ scoreScaleSourcedId }) => scoreScaleSourcedId),
          object.scoreScale ? [object.scoreScale.sourcedId] : [],
        )
      }
  })

  await t.test('texts are written as they are: for programs, nothing is disarmed', async (t) => {
    const { files } = await rosterOf(t, service, own)
    const names = (files.get('users') ?? []).map(({ givenName }) => givenName)
    t.same(
      school.odd.filter((name) => !names.includes(name)),
      [],
    )
    const rooms = (files.get('classes') ?? []).map(({ location }) => location)
    t.ok(rooms.includes('Lab, upper'))
    await change(own, `/groups/${school.set}`, { name: '7 "Ma", 1' })
  })

  await t.test('what has ended is in no bulk file, and nothing that is there refers to it', async (t) => {
    const left = school.pupils[1]
    await own.post(`/pupils/${left}/leave`, { leftOn: '2026-11-20' })
    for (const version of versions) {
      const { files } = await rosterOf(t, service, own, { version })
      for (const [name, rows] of files) t.notMatch(JSON.stringify(rows), left, `${version} ${name}`)
    }
    const delta = await rosterOf(t, service, own, { since: '2026-11-01' })
    t.match(
      delta.files.get('users')?.find(({ sourcedId }) => sourcedId === left),
      { status: 'tobedeleted', enabledUser: 'false' },
    )
  })

  await t.test('it is a download with a name', async (t) => {
    const { headers } = await download(service, 'oneroster', `Bearer ${await own.token()}`)
    t.equal(headers.get('content-type'), 'application/zip')
    t.equal(headers.get('content-disposition'), 'attachment; filename="oneroster-1.2-bulk-2026-11-23.zip"')
    t.equal(headers.get('x-as-of'), '2026-11-23T08:50:00.000Z')
  })
})
