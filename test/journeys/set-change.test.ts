import t from 'tap'
import { registersOf } from '../support/attendance.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test('a pupil changes set mid-week: past lessons stay, future ones move, registers follow', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { year, pupils } = await makeLittleSchool(school, 2)
  const [mover, stays] = pupils as [string, string]
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const sets = [
    await made('/groups', { kind: 'teaching', code: 'Ma1', name: 'Ma1', academicYearId: year }),
    await made('/groups', { kind: 'teaching', code: 'Ma2', name: 'Ma2', academicYearId: year }),
  ] as [string, string]
  const entries: string[] = []
  for (const weekday of [2, 3, 4]) {
    const periodId = await made('/periods', {
      name: 'P1',
      weekday,
      startsAt: '09:00',
      endsAt: '10:00',
      session: 'AM',
    })
    for (const groupId of sets)
      entries.push(await made('/timetable-entries', { groupId, periodId, validFrom: '2026-09-01' }))
  }
  const member = (groupId: string, pupilId: string, more: object = {}) =>
    school.post('/memberships', { groupId, pupilId, role: 'pupil', validFrom: '2026-09-01', ...more })
  const before = await member(sets[0], mover)
  await member(sets[0], stays)
  const registers = registersOf(school)
  const openLesson = async (at: number, day: string) =>
    (await school.post('/registers', { lessonId: `${entries[at]}.${day}` })).body.id as string
  service.clock.set('2026-11-24T09:30:00.000Z')
  const tuesday = await openLesson(0, '20261124')
  await registers.put(
    tuesday,
    [mover, stays].map((pupilId) => ({ pupilId, code: '/' })),
  )

  // From Wednesday on in the other set.
  await school.call('PATCH', `/memberships/${before.body.id}`, {
    body: { validUntil: '2026-11-25' },
    headers: { 'if-match': before.etag },
  })
  await member(sets[1], mover, { validFrom: '2026-11-25' })

  const { data } = (await school.get(`/lessons?from=2026-11-24&until=2026-11-27&pupilId=${mover}`)).body
  t.same(
    data.map(({ date, groupId }: { date: string; groupId: string }) => [date, sets.indexOf(groupId)]),
    [
      ['2026-11-24', 0],
      ['2026-11-25', 1],
      ['2026-11-26', 1],
    ],
  )
  t.same(
    await registers.codesOf(tuesday),
    { [mover]: '/', [stays]: '/' },
    'the past register stays as it was',
  )
  service.clock.set('2026-11-25T09:30:00.000Z')
  t.same(Object.keys(await registers.codesOf(await openLesson(2, '20261125'))), [stays])
  t.same(Object.keys(await registers.codesOf(await openLesson(3, '20261125'))), [mover])
})
