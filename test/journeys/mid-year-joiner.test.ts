import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test('a pupil joins in November, moves form in December and leaves at Christmas', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, year } = await makeLittleSchool(school, 1)
  const other = (
    await school.post('/groups', {
      kind: 'registration',
      code: '7B',
      name: '7B',
      academicYearId: year,
      yearGroup: 7,
    })
  ).body.id

  const joined = await school.post('/pupils', {
    admissionNumber: 'J1',
    legalGivenName: 'Noor',
    legalFamilyName: 'Ahmed',
    yearGroup: 7,
    enrolledOn: '2026-11-16',
    upn: 'B801200005001',
  })
  const pupilId = joined.body.id
  const contact = (
    await school.post('/contacts', {
      legalGivenName: 'Sara',
      legalFamilyName: 'Ahmed',
      phone: '07700 900123',
    })
  ).body.id
  await school.post('/pupil-contacts', {
    pupilId,
    contactId: contact,
    relationship: 'Mother',
    priority: 1,
    hasParentalResponsibility: true,
  })
  await school.post('/memberships', {
    groupId: form,
    pupilId,
    role: 'pupil',
    validFrom: '2026-11-16',
    validUntil: '2026-12-01',
  })
  await school.post('/memberships', { groupId: other, pupilId, role: 'pupil', validFrom: '2026-12-01' })

  const inForm = async (groupId: string, day: string) =>
    (await school.get(`/memberships?groupId=${groupId}&role=pupil&asOf=${day}`)).body.data.map(
      (each: { pupilId: string }) => each.pupilId,
    )
  t.notOk((await inForm(form, '2026-11-15')).includes(pupilId), 'not there the day before')
  t.ok((await inForm(form, '2026-11-16')).includes(pupilId))
  t.notOk((await inForm(form, '2026-12-01')).includes(pupilId), 'the old form ends as the new one begins')
  t.ok((await inForm(other, '2026-12-01')).includes(pupilId), 'and the future can be read today')

  const twice = await school.call('POST', '/memberships', {
    body: { groupId: form, pupilId, role: 'pupil', validFrom: '2026-11-20' },
  })
  t.equal(twice.status, 409, 'nobody is twice in a group at a time')

  const lessons = async (from: string, until: string) =>
    (await school.get(`/lessons?pupilId=${pupilId}&from=${from}&until=${until}`)).body.data.map(
      (each: { date: string }) => each.date,
    )
  t.same(
    await lessons('2026-11-09', '2026-12-18'),
    ['2026-11-16', '2026-11-23', '2026-11-30'],
    'lessons follow the membership',
  )

  const left = await school.call('POST', `/pupils/${pupilId}/leave`, {
    body: { leftOn: '2026-12-19', leavingReason: 'Moved away' },
  })
  t.match(left.body, { leftOn: '2026-12-19' })
  t.ok(
    (await school.get('/pupils?asOf=2026-12-18')).body.data.some(
      (each: { id: string }) => each.id === pupilId,
    ),
  )
  t.notOk(
    (await school.get('/pupils?asOf=2026-12-19')).body.data.some(
      (each: { id: string }) => each.id === pupilId,
    ),
  )
  const again = await school.call('POST', `/pupils/${pupilId}/leave`, { body: { leftOn: '2026-12-20' } })
  t.equal(again.status, 409, 'nobody leaves twice')

  const whole = await school.get(`/pupils/${pupilId}?include=contacts,memberships&fields=legalGivenName`)
  t.match(whole.body, { legalGivenName: 'Noor', contacts: [{ relationship: 'Mother' }] })
  t.equal(whole.body.memberships.length, 2)
})

t.test('a temporary UPN gives way to a permanent one and stays as the former', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const body = {
    admissionNumber: 'T1',
    legalGivenName: 'A',
    legalFamilyName: 'B',
    yearGroup: 7,
    enrolledOn: '2026-09-01',
    upn: 'X80120000501A',
  }
  const refused = await school.call('POST', '/pupils', { body })
  t.equal(refused.status, 422)
  const letter = /should be ([A-Z])/.exec(refused.body.errors[0].message)?.[1]
  const made = await school.post('/pupils', { ...body, upn: `${letter}80120000501A` })
  const change = (upn: string, etag: string) =>
    school.call('PATCH', `/pupils/${made.body.id}`, { body: { upn }, headers: { 'if-match': etag } })
  const permanent = await change('B801200005001', made.etag)
  t.match(permanent.body, { upn: 'B801200005001', formerUpn: `${letter}80120000501A` })
  t.equal(
    (await change(`${letter}80120000501A`, permanent.etag)).status,
    422,
    'never back to a temporary one',
  )
})
