import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeLittleSchool, newPupil } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test('a leaver counts up to the last day, a joiner from the first', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 2)
  const [leaver, stays] = pupils as [string, string]
  const registers = registersOf(school)
  await registers.take(form, '2026-11-16', 'AM', pupils, { [leaver]: 'O' })
  const { etag } = await school.get(`/pupils/${leaver}`)
  const left = await school.call('POST', `/pupils/${leaver}/leave`, {
    body: { leftOn: '2026-11-18', leavingReason: 'Moved', destination: 'Ashford Academy' },
    headers: { 'if-match': etag },
  })
  t.equal(left.status, 200, left.text)
  const joiner = (await school.post('/pupils', { ...newPupil(9), enrolledOn: '2026-11-19' })).body.id
  await school.post('/memberships', {
    groupId: form,
    pupilId: joiner,
    role: 'pupil',
    validFrom: '2026-11-19',
  })

  const id = await registers.open(form, '2026-11-18')
  t.same(
    Object.keys(await registers.codesOf(id)),
    [stays],
    'on the day of leaving nobody waits for the leaver',
  )
  const ahead = await school.post('/attendance-acts', {
    code: 'V',
    pupilIds: [leaver, stays, joiner],
    startsOn: '2026-11-17',
    endsOn: '2026-11-19',
  })
  t.equal(ahead.body.written, 2 + 6 + 2, 'each has marks on the own days only')
  const late = await school.call('POST', `/registers`, {
    body: { groupId: form, date: '2026-11-20', session: 'AM' },
  })
  t.equal(late.status, 201)
  const marked = await registers.put(
    late.body.id,
    [leaver, stays, joiner].map((pupilId) => ({ pupilId, code: '/' })),
  )
  t.match(marked.body.errors, [{ path: '/marks/0/pupilId', message: /not in the group/ }])

  const own = async (pupilId: string) =>
    (await school.get(`/attendance-statistics?pupilId=${pupilId}`)).body.data[0].figures
  t.match(await own(leaver), { possible: 3, absence: 1, attendance: 2 })
  t.match(await own(joiner), { possible: 2, attendancePercent: 100 })
  const joined = (await school.get('/returns/new-pupils?from=2026-11-01')).body.data
  t.match(joined, [{ pupilId: joiner, startedOn: '2026-11-19', dueOn: '2026-11-24', isExempt: false }])
  const deleted = (await school.get('/returns/deletions?from=2026-11-01')).body.data
  t.match(deleted, [{ pupilId: leaver, deletedOn: '2026-11-18', destination: 'Ashford Academy' }])
  const usual = (await school.get('/returns/new-pupils?from=2026-09-01&until=2026-09-02')).body.data
  t.match(usual, [{ isExempt: true }, { isExempt: true }], 'the most junior class on the first day is exempt')
})

t.test('in a week with a clock change a register opens and closes by the local time', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await setOpeningTimes(school)
  await school.post('/academic-years', {
    name: '2027/28',
    startsOn: '2027-09-01',
    endsOn: '2028-08-31',
    cycleStartsOn: '2027-08-30',
  })
  const { form, pupils, year } = await makeLittleSchool(school, 2)
  await school.post('/terms', {
    academicYearId: year,
    name: 'Spring',
    startsOn: '2027-01-04',
    endsOn: '2027-04-16',
  })
  const registers = registersOf(school)
  const [late, present] = pupils as [string, string]
  // Summer time begins on Sunday, 28 March 2027: 08:52 is one hour earlier in UTC from then on.
  for (const [date, instant] of [
    ['2027-03-26', '2027-03-26T08:52:00Z'],
    ['2027-03-29', '2027-03-29T07:52:00Z'],
  ] as const) {
    service.clock.set(instant)
    await school.post('/site-movements', { pupilId: late, direction: 'in' })
    const id = await registers.open(form, date)
    await registers.put(id, [{ pupilId: present, code: '/' }])
    const { data } = (await school.get(`/registers/${id}/marks`)).body
    t.match(
      data.find(({ pupilId }: { pupilId: string }) => pupilId === late),
      { code: 'L', minutesLate: 12, origin: 'arrived' },
      date,
    )
    const [overdue] = (await school.get(`/work-lists/registers-not-taken?date=${date}`)).body.data
    t.match(overdue, { session: 'PM', opensAt: '13:55', minutesOverdue: 0 })
  }
  // Half past midnight in summer is the day before in UTC.
  service.clock.set('2027-03-29T23:30:00Z')
  const early = await school.call('POST', '/registers', {
    body: { groupId: form, date: '2027-03-30', session: 'AM' },
  })
  t.equal(early.status, 201, 'the school day begins at midnight in England')
  const weeks = (await school.get('/attendance-statistics?from=2027-03-22&until=2027-04-03&by=week')).body
    .data
  t.match(weeks, [
    { by: { week: '2027-03-22' }, figures: { possible: 2 } },
    { by: { week: '2027-03-29' }, figures: { possible: 2 } },
  ])
})

t.test('a leap day is a school day like any other', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const year = (
    await school.post('/academic-years', {
      name: '2027/28',
      startsOn: '2027-09-01',
      endsOn: '2028-08-31',
      cycleStartsOn: '2027-08-30',
    })
  ).body.id
  const { form, pupils } = await makeLittleSchool(school, 2)
  await school.post('/terms', {
    academicYearId: year,
    name: 'Spring',
    startsOn: '2028-01-04',
    endsOn: '2028-03-31',
  })
  const registers = registersOf(school)
  for (const date of ['2028-02-28', '2028-02-29', '2028-03-01']) {
    service.clock.set(`${date}T09:00:00.000Z`)
    await registers.take(form, date, 'AM', pupils, {
      [pupils[0] as string]: date === '2028-02-29' ? 'I' : '/',
    })
  }
  const marks = (await school.get(`/marks?pupilId=${pupils[0]}&from=2028-02-28&until=2028-03-02`)).body.data
  t.same(
    marks.map(({ date, code }: { date: string; code: string }) => `${date} ${code}`),
    ['2028-02-28 /', '2028-02-29 I', '2028-03-01 /'],
  )
  const months = (await school.get('/attendance-statistics?from=2028-02-01&until=2028-04-01&by=month')).body
    .data
  t.match(months, [
    { by: { month: '2028-02' }, figures: { possible: 4, authorised: 1 } },
    { by: { month: '2028-03' }, figures: { possible: 2 } },
  ])
  const born = await school.call('POST', '/part-time-timetables', {
    body: { pupilId: pupils[0], validFrom: '2028-02-29', validUntil: '2028-02-30', attends: [] },
  })
  t.equal(born.status, 400, 'but there is no thirtieth')
})

t.test("the Department's daily extract holds each item, and no comment", async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 2)
  const [first] = pupils as [string]
  const { etag } = await school.get(`/pupils/${first}`)
  await school.call('PATCH', `/pupils/${first}`, {
    body: {
      upn: 'B801200005001',
      birthDate: '2014-03-09',
      sex: 'F',
      senStatus: 'K',
      legalFamilyName: '=1+1',
    },
    headers: { 'if-match': etag },
  })
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23')
  await registers.put(id, [
    { pupilId: first, code: 'I', comment: 'Secret.' },
    { pupilId: pupils[1] as string, code: '/' },
  ])
  const { text, headers } = await school.get('/exports/daily-attendance')
  const [header, ...lines] = text.trim().split('\r\n')
  t.match(header, /^SchoolURN,LACode,UPN,Surname,Forename/)
  t.equal(lines.length, 2)
  t.match(lines[0], /B801200005001,'=1\+1,Given0,F,2014-03-09,.*,7,Y,N,N,N,C,2026-09-01,,2026-11-23,AM,I$/)
  t.notMatch(text, 'Secret')
  t.match(headers.get('content-disposition'), 'attendance-2026-11-17-2026-11-23.csv')
  const scopes = ['attendance:read', 'pupils:read', 'pupils.identifiers:read']
  const refused = await school.call('GET', '/exports/daily-attendance', { scopes })
  t.equal(refused.status, 403)
})
