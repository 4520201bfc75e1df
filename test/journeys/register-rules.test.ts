import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeLittleSchool, newPupil } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

/** Who is told to an admission register but not yet to a class. */
async function admit(school: TestSchool, form: string, at: number, facts: object): Promise<string> {
  const { id } = (await school.post('/pupils', { ...newPupil(at), ...facts })).body
  await school.post('/memberships', { groupId: form, pupilId: id, role: 'pupil', validFrom: '2026-09-01' })
  return id
}

t.test('every rule of the code set is enforced on its date, and the refusal names it', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 1)
  const [first] = pupils as [string]
  const young = await admit(school, form, 50, { yearGroup: 0, birthDate: '2022-06-01' })
  const dual = await admit(school, form, 51, { enrolmentStatus: 'S' })
  const prospective = await admit(school, form, 52, { enrolledOn: '2026-12-01' })
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23')
  const put = (codes: string[]) =>
    registers.put(
      id,
      [first, young, dual, prospective].map((pupilId, at) => ({ pupilId, code: codes[at] as string })),
    )

  const wrong = await put(['X', '/', 'C2', '/'])
  t.equal(wrong.status, 422)
  t.match(
    wrong.body.errors.map(({ message }: { message: string }) => message),
    [/compulsory school age.*Education Act 1996/, /C2 needs a part-time timetable/, /only Z may stand/],
  )
  t.same(
    wrong.body.errors.map(({ path }: { path: string }) => path),
    ['/marks/0/code', '/marks/2/code', '/marks/3/code'],
  )
  const more = await put(['D', 'Z', '#', 'Z'])
  t.match(
    more.body.errors.map(({ message }: { message: string }) => message),
    [/planned closure/, /dual/, /not yet on the roll/],
  )
  t.equal((await put(['/', 'X', 'D', 'Z'])).status, 200, 'and what is right may stand')

  // N of three weeks ago may stay while others change, but not be written anew.
  service.clock.set('2026-11-02T09:00:00.000Z')
  const old = await registers.open(form, '2026-11-02')
  const rest = [
    { pupilId: young, code: '/' },
    { pupilId: dual, code: '/' },
    { pupilId: prospective, code: 'Z' },
  ]
  await registers.put(old, [{ pupilId: first, code: 'N' }, ...rest])
  service.clock.set('2026-11-23T09:00:00.000Z')
  const reason = { reason: 'Reason found.' }
  const stays = await registers.put(
    old,
    [{ pupilId: first, code: 'N' }, { pupilId: young, code: 'I' }, ...rest.slice(1)],
    reason,
  )
  t.equal(stays.status, 200, stays.text)
  const anew = await registers.put(
    old,
    [{ pupilId: first, code: 'N' }, { pupilId: young, code: 'N' }, ...rest.slice(1)],
    reason,
  )
  t.equal(anew.status, 422)
  t.match(anew.body.errors, [{ path: '/marks/1/code', message: /N is resolved within 5 school days/ }])
})

t.test('L and U follow from the time of arrival', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 4)
  const [a, b, c, d] = pupils as [string, string, string, string]
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23')
  const unsaid = await registers.put(id, [{ pupilId: a, arrivedAt: '08:52' }])
  t.match(unsaid.body.errors[0], { path: '/marks/0/arrivedAt', message: /attendance-settings/ })
  await setOpeningTimes(school, { exceptions: [{ date: '2026-11-24', session: 'AM', opensAt: '10:00' }] })

  const taken = await registers.put(id, [
    { pupilId: a, arrivedAt: '08:40' },
    { pupilId: b, arrivedAt: '09:10', comment: 'Bus.' },
    { pupilId: c, arrivedAt: '09:11' },
    { pupilId: d, code: 'I' },
  ])
  t.equal(taken.status, 200, taken.text)
  t.match(taken.body.data, [
    { code: '/', minutesLate: null },
    { code: 'L', minutesLate: 30, comment: 'Bus.' },
    { code: 'U', minutesLate: 31 },
    { code: 'I', minutesLate: null },
  ])
  const wrong = await registers.put(id, [
    { pupilId: a, arrivedAt: '09:30', code: 'L' },
    { pupilId: b, code: 'L', minutesLate: 31 },
    { pupilId: c, code: 'U', minutesLate: 30 },
    { pupilId: d },
  ])
  t.same(
    wrong.body.errors.map(({ path }: { path: string }) => path),
    ['/marks/0/code', '/marks/1/minutesLate', '/marks/2/minutesLate', '/marks/3/code'],
  )
  service.clock.set('2026-11-24T11:00:00.000Z')
  const next = await registers.open(form, '2026-11-24')
  const later = await registers.put(next, [
    { pupilId: a, arrivedAt: '10:00' },
    ...[b, c, d].map((pupilId) => ({ pupilId, code: '/' })),
  ])
  t.equal(later.body.data[0].code, '/', 'a day may begin later')
})

t.test('a part-time timetable: C2 where it asks for nothing, and only there', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 2)
  const [part, full] = pupils as [string, string]
  const registers = registersOf(school)
  const plan = await school.post('/part-time-timetables', {
    pupilId: part,
    validFrom: '2026-11-23',
    validUntil: '2026-12-07',
    attends: ['1AM', '2AM', '3AM'],
    reason: 'Return after an operation.',
  })
  const morning = await registers.open(form, '2026-11-23', 'AM')
  const refused = await registers.put(morning, [
    { pupilId: part, code: 'C2' },
    { pupilId: full, code: '/' },
  ])
  t.match(refused.body.errors, [{ path: '/marks/0/code', message: /asks the pupil to attend/ }])
  await registers.take(form, '2026-11-23', 'AM', pupils)
  await registers.take(form, '2026-11-23', 'PM', pupils, { [part]: 'C2' })
  const overlap = await school.call('POST', '/part-time-timetables', {
    body: { pupilId: part, validFrom: '2026-12-01', validUntil: '2026-12-20', attends: [] },
  })
  t.equal(overlap.status, 409, 'one at a time')
  const figures = (await school.get(`/attendance-statistics?pupilId=${part}&decimals=0`)).body.data
  t.match(figures[0].figures, { possible: 2, attendance: 1, authorised: 1, attendancePercent: 50 })
  const { status } = await school.call('PATCH', `/part-time-timetables/${plan.body.id}`, {
    body: { attends: ['1AM', '1PM'] },
    headers: { 'if-match': plan.etag },
  })
  t.equal(status, 200)
})
