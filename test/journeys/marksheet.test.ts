import t from 'tap'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('a teacher fills a marksheet in one request, and every wrong cell is named', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const set = (code: string) =>
    made('/result-sets', { code, name: code, opensOn: '2026-11-01', closesOn: '2026-11-30' })
  const [autumn, spring] = [await set('AUT'), await set('SPR')]
  const aspect = await made('/aspects', {
    code: 'MA',
    name: 'Maths',
    type: 'integer',
    minimum: 0,
    maximum: 100,
  })
  const column = (key: string, resultSetId: string, type = 'R') => ({
    key,
    label: key,
    kind: 'result',
    aspectId: aspect,
    resultSetId,
    type,
  })
  const columns = [
    column('autumn', autumn),
    column('spring', spring),
    column('target', spring, 'T'),
    { key: 'progress', label: 'Progress', kind: 'difference', of: ['autumn', 'spring'] },
    { key: 'mean', label: 'Mean', kind: 'mean', of: ['autumn', 'spring'] },
    { key: 'on-target', label: 'On target', kind: 'on-target', of: ['spring', 'target'] },
    { key: 'residual', label: 'Residual', kind: 'residual', of: ['spring', 'target'] },
  ]
  const wrong = await school.call('POST', '/marksheet-templates', {
    body: {
      name: 'X',
      columns: [columns[3], { ...columns[0], type: undefined }, { ...columns[1], key: 'autumn' }],
    },
  })
  t.same(
    wrong.body.errors.map(({ path }: { path: string }) => path),
    ['/columns/0/of/0', '/columns/0/of/1', '/columns/1/type', '/columns/2/key'],
  )
  const template = await made('/marksheet-templates', { name: 'Maths 7', columns })
  const address = `/marksheet-templates/${template}/grid?groupId=${full.set}`
  const [first, second] = [full.pupils[1], full.pupils[2]]
  const write = (cells: object[]) => teacher.call('POST', address, { body: { cells } })
  const cell = (pupilId: string, key: string, value: string) => ({ pupilId, column: key, value })

  const refused = await write([
    cell(first, 'autumn', '101'),
    cell(second, 'autumn', 'many'),
    cell(first, 'progress', '1'),
    cell(full.pupils[0], 'autumn', '50'),
    cell(first, 'summer', '50'),
  ])
  t.equal(refused.status, 422)
  t.same(
    refused.body.errors.map(({ path }: { path: string }) => path),
    ['/cells/2/column', '/cells/3/pupilId', '/cells/4/column'],
  )
  const values = await write([
    cell(first, 'autumn', '101'),
    cell(second, 'autumn', 'many'),
    cell(first, 'spring', '60'),
  ])
  t.same(
    values.body.errors.map(({ path }: { path: string }) => path),
    ['/cells/0/value', '/cells/1/value'],
  )
  t.ok(
    (await teacher.get(address)).body.rows.every(({ cells }: { cells: (string | null)[] }) =>
      cells.every((value) => value === null),
    ),
    'nothing was written',
  )
  const written = await write([
    cell(first, 'autumn', '50'),
    cell(first, 'spring', '61'),
    cell(first, 'target', '60'),
    cell(second, 'spring', '40'),
    cell(second, 'target', '45'),
  ])
  t.equal(written.status, 200, written.text)
  t.match(written.body.rows, [
    { pupilId: first, name: 'Given1 Family1', cells: ['50', '61', '60', '11', '55.5', '1', '1'] },
    { pupilId: second, cells: [null, '40', '45', null, '40', '0', '-5'] },
  ])
  t.same((await teacher.get(address)).body, written.body)
  const results = (await school.get(`/results?resultSetId=${spring}&type=R`)).body.data
  t.equal(results.length, 2)
  t.match(results[0].recordedBy, school.clientId, 'with its provenance')

  const other = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  t.same((await other.get(address)).body.rows, [], 'who does not teach the group sees nobody')
  const strange = await other.call('POST', address, { body: { cells: [cell(first, 'autumn', '1')] } })
  t.equal(strange.status, 422)
})
