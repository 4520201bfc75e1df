import t from 'tap'
import { importZip, trustExport, zipOf } from '../../../support/oneroster.ts'
import { serveTest, type TestSchool } from '../../../support/service.ts'

const names = async (school: TestSchool, path: string, field: string) =>
  (await school.get(path)).body.data.map((each: Record<string, string>) => each[field]).toSorted()

t.test('of a file of several schools each takes its own part', async (t) => {
  const service = await serveTest(t)
  const [mill, hill] = [await service.school('Mill Lane'), await service.school('Hill Top')]
  const zip = await zipOf(trustExport())

  const unsaid = await importZip(mill, zip)
  t.equal(unsaid.status, 'refused')
  t.match(unsaid.report.reasons, [/2 schools/, 's1: Mill Lane School', 's2: Hill Top School'])
  t.match((await importZip(mill, zip, 'write', '&schoolSourcedId=s3')).report.reasons, [/no school s3/])
  t.same((await mill.get('/pupils')).body.data, [], 'nothing is guessed')

  const first = await importZip(mill, zip, 'write', '&schoolSourcedId=s1')
  t.equal(first.status, 'done', JSON.stringify(first.report))
  t.match(first.report.files.users, { read: 4, created: 4 })
  t.same(await names(mill, '/pupils', 'admissionNumber'), ['4001', '4002'])
  t.same(await names(mill, '/subjects', 'code'), ['MA'])
  const again = await importZip(mill, zip)
  t.match(again.report.files.users, { unchanged: 4 }, 'what came before is found again without being named')

  const known = await hill.call('PATCH', `/schools/${hill.id}`, {
    body: { laestab: '8014000' },
    headers: { 'if-match': '*' },
  })
  t.equal(known.status, 200, known.text)
  const second = await importZip(hill, zip)
  t.equal(second.status, 'done', 'the official number tells which one it is')
  t.same(await names(hill, '/pupils', 'admissionNumber'), ['9001'])
  t.same(await names(hill, '/staff', 'code'), ['TSM'], 'who works at both is at both')
  t.same(await names(hill, '/contacts', 'legalGivenName'), ['Gia'])
  t.same(await names(hill, '/groups', 'code'), ['8HI1'])
})
