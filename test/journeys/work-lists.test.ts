import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('registers not yet taken are listed with the minutes overdue until they are', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, entry } = await makeLittleSchool(school, 2)
  const list = async (query = '') => (await school.get(`/work-lists/registers-not-taken${query}`)).body.data
  t.match(await list(), [
    { groupId: form, session: 'AM', minutesOverdue: null, registerId: null },
    { groupId: form, session: 'PM', minutesOverdue: null },
  ])
  await setOpeningTimes(school)
  service.clock.set('2026-11-23T09:40:00.000Z')
  const registers = registersOf(school)
  const id = await registers.open(form, '2026-11-23')
  t.match(await list(), [
    { session: 'AM', registerId: id, opensAt: '08:40', closesAt: '09:10', minutesOverdue: 30 },
    { session: 'PM', minutesOverdue: 0 },
  ])
  t.match(await list('?kind=lesson'), [
    { lessonId: `${entry}.20261123`, opensAt: '08:50', minutesOverdue: 50 },
  ])
  await registers.take(form, '2026-11-23', 'AM', pupils)
  t.same(
    (await list()).map(({ session }: { session: string }) => session),
    ['PM'],
  )
  t.same(await list('?date=2026-11-22'), [], 'nothing on a Sunday')
})

t.test('absences without a reason: first days first, and N that stands too long', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await setOpeningTimes(school)
  const { form, pupils } = await makeLittleSchool(school, 3)
  const [a, b, c] = pupils as [string, string, string]
  const registers = registersOf(school)
  service.clock.set('2026-11-12T09:00:00.000Z')
  await registers.take(form, '2026-11-12', 'AM', pupils, { [c]: 'N' })
  service.clock.set('2026-11-20T09:00:00.000Z')
  await registers.take(form, '2026-11-20', 'AM', pupils, { [a]: 'I' })
  service.clock.set('2026-11-23T09:30:00.000Z')
  await registers.take(form, '2026-11-23', 'AM', pupils, { [a]: 'N', [b]: 'N' })
  const { data } = (await school.get('/work-lists/unexplained-absences')).body
  t.match(data, [
    { pupilId: b, isFirstDay: true, minutesSinceClose: 20, code: 'N' },
    { pupilId: a, isFirstDay: false },
  ])
  const old = (await school.get('/work-lists/unresolved-marks')).body.data
  t.same(old, [{ pupilId: c, date: '2026-11-12', session: 'AM', schoolDays: 7 }])
})

t.test('the fire list knows everybody by the latest sign of them', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await setOpeningTimes(school)
  const { form, pupils, entry } = await makeLittleSchool(school, 5)
  const [here, ill, late, leaves, gone] = pupils as [string, string, string, string, string]
  const registers = registersOf(school)
  const where = async (pupilId: string) =>
    (await school.get('/work-lists/on-site')).body.data.find(
      (one: { pupilId: string }) => one.pupilId === pupilId,
    )
  service.clock.set('2026-11-23T08:30:00.000Z')
  t.match(await where(here), { state: 'unknown', isExpected: true, groupId: form })
  service.clock.set('2026-11-23T08:45:00.000Z')
  await registers.take(form, '2026-11-23', 'AM', pupils, { [ill]: 'I', [late]: 'N' })
  t.match(await where(here), { state: 'on-site', by: 'session-mark', code: '/' })
  t.match(await where(ill), { state: 'off-site', isExpected: false })

  service.clock.set('2026-11-23T09:25:00.000Z')
  const move = (pupilId: string, direction: string, more: object = {}) =>
    school.call('POST', '/site-movements', { body: { pupilId, direction, ...more } })
  t.equal((await move(late, 'in', { reason: 'Overslept.' })).status, 201)
  t.match(await where(late), { state: 'on-site', by: 'movement' })
  const marks = (await school.get(`/mark-history?pupilId=${late}`)).body.data
  t.match(
    marks.at(-1),
    { was: 'N', becomes: 'U', minutesLate: 45, origin: 'arrived', comment: 'Overslept.' },
    'who signs in after the register closed is marked so',
  )
  await move(leaves, 'out', { reason: 'Dentist.' })
  t.match(await where(leaves), { state: 'off-site', by: 'movement' })

  const lesson = (await school.post('/registers', { lessonId: `${entry}.20261123` })).body.id
  service.clock.set('2026-11-23T09:30:00.000Z')
  await registers.put(lesson, [
    ...[here, late].map((pupilId) => ({ pupilId, code: '/' })),
    { pupilId: leaves, code: 'M' },
    { pupilId: ill, code: 'I' },
    { pupilId: gone, code: 'O' },
  ])
  t.match(await where(gone), { state: 'off-site', by: 'lesson-mark' }, 'a lesson tells of who slipped away')
  const onSite = (await school.get('/work-lists/on-site?state=on-site')).body.data
  t.same(onSite.map(({ pupilId }: { pupilId: string }) => pupilId).sort(), [here, late].sort())
  const tomorrow = await move(here, 'in', { movedAt: '2026-11-24T08:00:00Z' })
  t.equal(tomorrow.status, 422, 'nobody comes tomorrow yet')
})

t.test('pupils who have crossed a threshold are listed with the day', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils } = await makeLittleSchool(school, 3)
  const [truant, ill, fine] = pupils as [string, string, string]
  const registers = registersOf(school)
  const days = (await school.get('/calendar-days?from=2026-11-02&until=2026-11-24')).body.data
    .filter(({ isSchoolDay }: { isSchoolDay: boolean }) => isSchoolDay)
    .map(({ date }: { date: string }) => date)
  for (const date of days)
    for (const session of ['AM', 'PM'] as const)
      await registers.take(form, date, session, pupils, {
        [truant]: date < '2026-11-09' ? 'O' : session === 'AM' ? '/' : '\\',
        [ill]: 'I',
      })
  const of = async (query = '') =>
    (await school.get(`/work-lists/attendance-thresholds${query}`)).body.data.map(
      (one: { pupilId: string; threshold: string; reachedOn: string }) => [
        one.pupilId,
        one.threshold,
        one.reachedOn,
      ],
    )
  const found = await of()
  t.same(
    new Set(found),
    new Set([
      [truant, 'persistent-absence', null],
      [truant, 'ten-unauthorised-sessions', '2026-11-06'],
      [ill, 'persistent-absence', null],
      [ill, 'severe-absence', null],
      [ill, 'fifteen-days-of-illness', '2026-11-20'],
    ]),
  )
  t.notOk(found.some(([pupilId]: string[]) => pupilId === fine))
  t.same(await of('?date=2026-11-05&threshold=ten-unauthorised-sessions'), [], 'a day before it was reached')
  const sickness = (await school.get('/returns/sickness')).body.data
  t.match(sickness, [{ pupilId: ill, legalGivenName: 'Given1', reachedOn: '2026-11-20', schoolDays: 16 }])
})

t.test('a tutor works through the own form alone', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const tutor = await personAt(service, school, { personId: full.staff.tutor, kind: 'staff' }, [
    { role: 'tutor' },
  ])
  const groups = (await tutor.get('/work-lists/registers-not-taken')).body.data
  t.same(
    [...new Set(groups.map(({ groupId }: { groupId: string }) => groupId))],
    [full.forms[0]],
    'of the registers of the school',
  )
  const there = (await tutor.get('/work-lists/on-site')).body.data
  t.same(
    there.map(({ pupilId }: { pupilId: string }) => pupilId).sort(),
    full.pupils.slice(0, 2).sort(),
    'of the pupils',
  )
  const settings = await tutor.call('PUT', '/attendance-settings', {
    body: { openMinutes: 30, opensAt: [], exceptions: [], derivesFrom: 'nothing' },
    headers: { 'if-match': '*' },
  })
  t.equal(settings.status, 403, 'and sets nothing for the whole school')
  const closed = await tutor.call('POST', '/attendance-acts', {
    body: { code: 'Y4', isEveryone: true, startsOn: '2026-11-23' },
  })
  t.equal(closed.status, 403)
  const strange = await tutor.call('POST', '/planned-absences', {
    body: { pupilIds: [full.pupils[3]], code: 'I', startsOn: '2026-11-23' },
  })
  t.equal(strange.status, 422, 'a pupil of another form is none')
})
