import t from 'tap'
import { registersOf } from '../support/attendance.ts'
import { makeLittleSchool, newPupil } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

/** Two forms of thirty in year 7 and one of four in year 8. */
async function makeForms(school: TestSchool) {
  const little = await makeLittleSchool(school, 30)
  const form = async (code: string, yearGroup: number, size: number, from: number) => {
    const { id } = (
      await school.post('/groups', {
        kind: 'registration',
        code,
        name: code,
        yearGroup,
        academicYearId: little.year,
      })
    ).body
    const { ids } = (
      await school.post('/pupils/batch', {
        items: Array.from({ length: size }, (_, at) => ({ ...newPupil(from + at), yearGroup })),
      })
    ).body
    await school.post('/memberships/batch', {
      items: ids.map((pupilId: string) => ({ groupId: id, pupilId, role: 'pupil', validFrom: '2026-09-01' })),
    })
    return { id: id as string, pupils: ids as string[] }
  }
  return {
    ...little,
    a: { id: little.form, pupils: little.pupils },
    b: await form('7B', 7, 30, 100),
    other: await form('8A', 8, 4, 200),
  }
}

t.test('a trip of sixty fills the registers ahead in one request', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { a, b } = await makeForms(school)
  const registers = registersOf(school)
  const everybody = [...a.pupils, ...b.pupils]
  const [ill, stays] = everybody as [string, string]
  await school.post('/planned-absences', {
    pupilIds: [ill],
    code: 'M',
    startsOn: '2026-11-25',
    comment: 'Dentist.',
  })

  const trip = await school.call('POST', '/planned-absences', {
    body: {
      pupilIds: everybody,
      code: 'V',
      startsOn: '2026-11-25',
      endsOn: '2026-11-26',
      endsSession: 'AM',
      comment: 'Field trip.',
    },
    headers: { 'idempotency-key': 'trip' },
  })
  t.equal(trip.status, 201, trip.text)
  t.equal(trip.body.written, 60 * 3 - 2, 'three sessions each, but for the two at the dentist')
  t.match(trip.body.kept, [
    { pupilId: ill, date: '2026-11-25', session: 'AM', code: 'M' },
    { pupilId: ill, date: '2026-11-25', session: 'PM', code: 'M' },
  ])
  const listed = (await school.get(`/planned-absences?outingId=${trip.body.outingId}&limit=100`)).body.data
  t.equal(listed.length, 60)
  const own = (await school.get(`/attendance-summaries?limit=100`)).body.data
  t.ok(
    own.every(
      ({ possible, educational }: { possible: number; educational: number }) => possible + educational === 0,
    ),
    'what lies ahead counts in no figure',
  )

  service.clock.set('2026-11-25T09:00:00.000Z')
  const id = await registers.open(a.id, '2026-11-25')
  const codes = await registers.codesOf(id)
  t.equal(codes[stays], 'V', 'the register is filled')
  const taken = await registers.put(id, [{ pupilId: stays, code: '/' }])
  t.equal(taken.status, 200, 'only who did not go is sent; the others keep what stands')
  t.equal((await registers.codesOf(id))[stays], '/')
  const { data } = (await school.get(`/registers/${id}/marks`)).body
  t.match(
    data.find((mark: { pupilId: string }) => mark.pupilId === a.pupils[5]),
    { code: 'V', comment: 'Field trip.', origin: 'filled' },
  )
  const plan = (await school.get(`/planned-absences?outingId=${trip.body.outingId}&pupilId=${a.pupils[7]}`))
    .body.data[0]
  const gone = await school.call('DELETE', `/planned-absences/${plan.id}`, { headers: { 'if-match': '*' } })
  t.equal(gone.status, 204, gone.text)
  const left = (await school.get(`/marks?pupilId=${a.pupils[7]}&from=2026-11-25&until=2026-11-28`)).body.data
  t.same(
    left.map(({ date, session }: { date: string; session: string }) => `${date} ${session}`),
    ['2026-11-25 AM'],
    'a cancelled plan leaves the register that was taken and nothing ahead',
  )
})

t.test('a snow day: the site is closed in one request, or one year group', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { a, other } = await makeForms(school)
  const registers = registersOf(school)
  await registers.take(a.id, '2026-11-23', 'AM', a.pupils, { [a.pupils[0] as string]: 'N' })
  service.clock.set('2026-11-23T11:30:00.000Z')

  const act = (body: object) => school.call('POST', '/attendance-acts', { body })
  const year = await act({ code: 'Y3', yearGroup: 8, startsOn: '2026-11-23', comment: 'Boiler of block B.' })
  t.equal(year.status, 200, year.text)
  t.match(year.body, { pupils: 4, written: 8 })
  const closed = await act({ code: 'Y4', isEveryone: true, startsOn: '2026-11-23', comment: 'Snow.' })
  t.equal(closed.status, 200, closed.text)
  t.equal(closed.body.pupils, 64)
  t.equal(closed.body.kept.length, 29, 'who was seen in the morning was there')
  const marks = (await school.get(`/marks?pupilId=${a.pupils[1]}`)).body.data
  t.same(
    marks.map(({ code }: { code: string }) => code),
    ['/', 'Y4'],
  )
  t.same((await school.get('/work-lists/registers-not-taken')).body.data, [], 'nobody has to take a register')
  const figures = (await school.get('/attendance-statistics?by=session')).body.data
  t.match(figures[0].figures, { possible: 29, attendance: 29, notPossible: 35 })
  t.match(figures[1].figures, { possible: 0, notPossible: 64, attendancePercent: null })

  const nobody = await act({ code: 'Y3', yearGroup: 12, startsOn: '2026-11-23' })
  t.equal(nobody.status, 422)
  const twice = await act({ code: 'Y3', yearGroup: 8, isEveryone: true, startsOn: '2026-11-23' })
  t.equal(twice.status, 422, 'whom is said in one way')
  const stranger = '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'
  const unknown = await act({ code: 'V', pupilIds: [other.pupils[0], stranger], startsOn: '2026-11-24' })
  t.match(unknown.body.errors, [{ path: '/pupilIds/1' }], 'nobody is left out silently')
  const present = await act({ code: '/', isEveryone: true, startsOn: '2026-11-23' })
  t.equal(present.status, 422, 'nobody is present by decree')
})

t.test('the days of a closure are # by one request, and nothing else may stand there', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 3)
  const inset = (
    await school.post('/closures', {
      name: 'Training',
      kind: 'inset',
      startsOn: '2026-11-30',
      endsOn: '2026-11-30',
    })
  ).body.id
  const act = (body: object) => school.call('POST', '/attendance-acts', { body })
  const done = await act({ code: '#', isEveryone: true, closureId: inset })
  t.match(done.body, { pupils: 3, written: 6 })
  const marks = (await school.get(`/marks?pupilId=${pupils[0]}&from=2026-11-30`)).body.data
  t.match(marks, [{ code: '#' }, { code: '#' }])
  const history = (await school.get(`/mark-history?pupilId=${pupils[0]}&from=2026-11-30`)).body.data
  t.match(history, [
    { was: null, becomes: '#', origin: 'closed' },
    { was: null, becomes: '#', origin: 'closed' },
  ])
  const open = await act({ code: '#', isEveryone: true, startsOn: '2026-11-24' })
  t.equal(open.status, 422, '# stands only in a closure')

  // A register that was opened before the closure was entered.
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23', 'PM')
  await school.post('/closures', {
    name: 'Burst pipe',
    kind: 'other',
    startsOn: '2026-11-23',
    endsOn: '2026-11-23',
    sessions: 'PM',
  })
  const refused = await registers.put(
    id,
    pupils.map((pupilId) => ({ pupilId, code: '\\' })),
  )
  t.equal(refused.status, 422)
  t.match(refused.body.errors[0].message, /Burst pipe.*only #/)
})
