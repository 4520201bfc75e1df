import t from 'tap'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

/** Two groups that share no pupil, three teachers, two rooms, three periods of a Monday and one of a Tuesday. */
async function makeTimetable(school: TestSchool) {
  const little = await makeLittleSchool(school, 4)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const period = (name: string, weekday: number, startsAt: string, endsAt: string) =>
    made('/periods', { name, weekday, startsAt, endsAt, session: startsAt < '12:00' ? 'AM' : 'PM' })
  const teacher = (code: string) =>
    made('/staff', { code, legalGivenName: code, legalFamilyName: 'Smith', role: 'Teacher' })
  const other = await made('/groups', {
    kind: 'teaching',
    code: '8B',
    name: '8B',
    academicYearId: little.year,
    subjectId: little.subject,
  })
  return {
    ...little,
    other,
    room2: await made('/rooms', { code: 'M2', name: 'M2' }),
    p2: await period('P2', 1, '09:50', '10:50'),
    p3: await period('P3', 1, '13:00', '14:00'),
    tuesday: await period('P1', 2, '08:50', '09:50'),
    second: await teacher('SEC'),
    third: await teacher('THI'),
  }
}

t.test('a cover day: cancelled, covered, moved, another room, and each is where it really is', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const it = await makeTimetable(school)
  const entry = async (body: object) =>
    (await school.post('/timetable-entries', { validFrom: '2026-09-01', subjectId: it.subject, ...body }))
      .body.id
  const second = await entry({ groupId: it.form, periodId: it.p2, staffId: it.teacher, roomId: it.room })
  const third = await entry({ groupId: it.other, periodId: it.p3, staffId: it.second, roomId: it.room2 })
  const lessonId = (id: string, day = '20261123') => `${id}.${day}`
  const change = (body: object) => school.call('POST', '/lesson-changes', { body })
  const lessons = async (query: string) => (await school.get(`/lessons?${query}`)).body.data

  t.equal((await change({ lessonId: lessonId(it.entry), kind: 'cancelled', reason: 'Trip.' })).status, 201)
  await entry({ groupId: it.form, periodId: it.tuesday, staffId: it.third })
  const free = (await school.get(`/cover/candidates?lessonId=${lessonId(second)}`)).body.data
  t.same(
    free.map(({ staffId }: { staffId: string }) => staffId).sort(),
    [it.second, it.third].sort(),
    'who teaches then is not free',
  )
  t.match(free[0], { isQualified: true, coversInWeek: 0, lessonsInWeek: 1 })
  const cover = await change({
    lessonId: lessonId(second),
    kind: 'cover',
    staffId: it.third,
    reason: 'Course.',
  })
  t.equal(cover.status, 201, cover.text)
  const moved = await change({
    lessonId: lessonId(third),
    kind: 'moved',
    toDate: '2026-11-24',
    periodId: it.tuesday,
  })
  t.equal(moved.status, 201, moved.text)

  const load = (await school.get('/cover/load?from=2026-11-23')).body.data
  const loadOf = (staffId: string) => load.find((one: { staffId: string }) => one.staffId === staffId)
  t.match(loadOf(it.third), { lessons: 2, covers: 1 })
  t.match(loadOf(it.teacher), { lessons: 0, coveredByOthers: 1, cancelled: 1 })

  const monday = await lessons('from=2026-11-23')
  t.match(monday, [
    { id: lessonId(it.entry), isCancelled: true, change: { kind: 'cancelled', reason: 'Trip.' } },
    { id: lessonId(second), staffId: it.third, change: { kind: 'cover', plannedStaffId: it.teacher } },
  ])
  t.equal(monday.length, 2, 'what was moved away is not there')
  t.match(await lessons('from=2026-11-24'), [
    { id: lessonId(third), date: '2026-11-24', startsAt: '08:50', change: { plannedDate: '2026-11-23' } },
  ])
  t.match(
    await lessons(`from=2026-11-23&staffId=${it.third}`),
    [{ id: lessonId(second) }],
    'who covers has it',
  )
  t.same(
    (await lessons(`from=2026-11-23&staffId=${it.teacher}`)).map(({ id }: { id: string }) => id),
    [lessonId(it.entry)],
    'and who is covered has not',
  )
  t.match((await school.get(`/lessons/${lessonId(third)}`)).body, { date: '2026-11-24' }, 'its id stays')

  const cancelled = await school.call('POST', '/registers', { body: { lessonId: lessonId(it.entry) } })
  t.equal(cancelled.status, 422, 'nobody takes the register of a cancelled lesson')
  service.clock.set('2026-11-24T09:00:00.000Z')
  const register = await school.post('/registers', { lessonId: lessonId(third) })
  t.match(register.body, { date: '2026-11-24', lessonId: lessonId(third) }, 'the register follows the lesson')
  t.equal((await school.post('/registers', { lessonId: lessonId(third) })).body.id, register.body.id)

  const undone = await school.call('DELETE', `/lesson-changes/${cover.body.id}`, {
    headers: { 'if-match': '*' },
  })
  t.equal(undone.status, 204)
  t.match(await lessons(`from=2026-11-23&staffId=${it.teacher}`), [
    {},
    { id: lessonId(second), change: null },
  ])
  const twice = await change({ lessonId: lessonId(it.entry), kind: 'room', roomId: it.room2 })
  t.equal(twice.status, 409, 'a lesson has one change')
  const unknown = await change({ lessonId: lessonId(it.entry, '20261124'), kind: 'cancelled' })
  t.equal(unknown.status, 422, 'the entry does not meet on a Tuesday')
  const empty = await change({ lessonId: lessonId(it.entry, '20261130'), kind: 'cover' })
  t.match(empty.body.errors, [{ path: '/kind' }])
})

t.test(
  'clashes of teacher, room, group and pupils are refused by name, or allowed with a reason on record',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const it = await makeTimetable(school)
    const add = (body: object) =>
      school.call('POST', '/timetable-entries', {
        body: { periodId: it.period, validFrom: '2026-09-01', ...body },
      })
    const busy = await add({ groupId: it.other, staffId: it.teacher, roomId: it.room })
    t.equal(busy.status, 409)
    t.equal(busy.body.code, 'timetable-clash')
    t.match(busy.body.errors, [
      { path: '/staffId', message: new RegExp(it.entry) },
      { path: '/roomId', message: new RegExp(it.entry) },
    ])
    const same = await add({ groupId: it.form, staffId: it.second, roomId: it.room2 })
    t.match(same.body.errors, [{ path: '/groupId' }])
    await school.post('/memberships', {
      groupId: it.other,
      pupilId: it.pupils[0],
      role: 'pupil',
      validFrom: '2026-09-01',
    })
    const shared = await add({ groupId: it.other, staffId: it.second, roomId: it.room2 })
    t.match(shared.body.errors, [{ path: '/groupId', message: /Pupils of the group/ }])
    t.equal((await school.get('/timetable-entries')).body.data.length, 1, 'nothing was written')

    const allowed = await add({
      groupId: it.other,
      staffId: it.second,
      roomId: it.room2,
      clashOverride: 'Blocked.',
    })
    t.equal(allowed.status, 201, allowed.text)
    t.equal(allowed.body.clashOverride, 'Blocked.')
    const later = await add({
      groupId: it.other,
      staffId: it.teacher,
      roomId: it.room,
      validFrom: '2027-09-01',
    })
    t.equal(later.status, 409, 'an entry without an end clashes with next September')

    const afternoon = await school.post('/timetable-entries', {
      groupId: it.other,
      periodId: it.p3,
      staffId: it.second,
      roomId: it.room2,
      validFrom: '2026-09-01',
    })
    const lessonId = `${afternoon.body.id}.20261123`
    const into = await school.call('POST', '/lesson-changes', {
      body: { lessonId, kind: 'moved', periodId: it.period },
    })
    t.equal(into.status, 409, 'pupils are elsewhere, and the teacher')
    t.match(into.body.errors.map(({ path }: { path: string }) => path).sort(), ['/groupId', '/staffId'])
    const cover = await school.call('POST', '/lesson-changes', {
      body: { lessonId, kind: 'cover', staffId: it.second },
    })
    t.equal(cover.status, 422, 'nobody covers the own lesson')
    const closed = await school.call('POST', '/lesson-changes', {
      body: { lessonId, kind: 'moved', toDate: '2026-11-28' },
    })
    t.equal(closed.status, 422, 'no lesson is moved to a Saturday')
  },
)

t.test('a timetable is switched at half-term: what was stays, what comes is read ahead', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const it = await makeTimetable(school)
  const { etag } = await school.get(`/timetable-entries/${it.entry}`)
  const ended = await school.call('PATCH', `/timetable-entries/${it.entry}`, {
    body: { validUntil: '2026-11-30' },
    headers: { 'if-match': etag },
  })
  t.equal(ended.status, 200, ended.text)
  await school.post('/timetable-entries', {
    groupId: it.form,
    periodId: it.period,
    staffId: it.second,
    roomId: it.room,
    validFrom: '2026-11-30',
  })
  const { data } = (await school.get('/lessons?from=2026-11-16&until=2026-12-08')).body
  t.same(
    data.map(({ date, staffId }: { date: string; staffId: string }) => [date, staffId]),
    [
      ['2026-11-16', it.teacher],
      ['2026-11-23', it.teacher],
      ['2026-11-30', it.second],
      ['2026-12-07', it.second],
    ],
  )
})
