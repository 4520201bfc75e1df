import t from 'tap'
import { registersOf } from '../support/attendance.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.test('an amendment is seen in the history, as of any instant, and in the figures', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, teacher } = await makeLittleSchool(school, 4)
  const [first, second] = pupils as [string, string]
  const officer = await personAt(service, school, { personId: teacher, kind: 'staff' }, [
    { role: 'attendance-officer' },
  ])
  const registers = registersOf(school)
  const id = await registers.take(form, '2026-11-23', 'AM', pupils, { [first]: 'N' })
  const address = `/registers/${id}/marks`

  service.clock.set('2026-11-24T10:00:00.000Z')
  const change = (marks: object[], more: object = {}) =>
    officer.call('PATCH', address, { body: { marks, ...more } })
  const silent = await change([{ pupilId: first, was: 'N', code: 'M' }])
  t.match(silent.body.errors, [{ path: '/reason' }], 'after the day a reason is needed')
  const decided = { decidedBy: { name: 'Somebody', position: 'Else' }, reason: 'x' }
  t.equal((await change([{ pupilId: first, was: 'N', code: 'M' }], decided)).status, 422, 'in the own name')
  const amended = await change([{ pupilId: first, was: 'N', code: 'M', comment: 'Letter seen.' }], {
    reason: 'Dentist; letter seen.',
  })
  t.equal(amended.status, 200, amended.text)
  service.clock.set('2026-11-25T10:00:00.000Z')
  const byApp = await school.call('PATCH', address, {
    body: {
      marks: [{ pupilId: second, was: '/', code: 'I' }],
      reason: 'Marked by mistake.',
      decidedBy: { name: 'Ada Head', position: 'Headteacher' },
    },
  })
  t.equal(byApp.status, 200, byApp.text)

  const { data: history } = (await school.get(`/registers/${id}/history`)).body
  const own = history.filter((event: { pupilId: string }) => event.pupilId === first)
  t.match(own, [
    { was: null, becomes: 'N', origin: 'taken', recordedBy: { app: school.clientId, name: null } },
    {
      was: 'N',
      becomes: 'M',
      origin: 'amended',
      reason: 'Dentist; letter seen.',
      comment: 'Letter seen.',
      recordedAt: '2026-11-24T10:00:00.000Z',
      recordedBy: { app: school.clientId, name: 'Jo Smith', position: 'Teacher of Mathematics' },
    },
  ])
  t.match(history.at(-1), { recordedBy: { name: 'Ada Head', position: 'Headteacher' } })

  const at = async (asOf: string) => (await registers.codesOf(id, `?asOf=${asOf}`))[first]
  t.equal(await at('2026-11-23T08:59:59Z'), null)
  t.equal(await at('2026-11-23T09:00:00Z'), 'N')
  t.equal(await at('2026-11-24T09:59:59Z'), 'N')
  t.equal(await at('2026-11-24T10:00:00Z'), 'M')
  const marks = async (asOf: string) =>
    (await school.get(`/marks?pupilId=${first}&from=2026-11-23&asOf=${asOf}`)).body.data
  t.same(await marks('2026-11-23T08:00:00Z'), [])
  t.match(await marks('2026-11-23T12:00:00Z'), [{ code: 'N' }])

  const figures = async (asOf?: string) =>
    (await school.get(`/attendance-statistics${asOf ? `?asOf=${asOf}` : ''}`)).body.data[0]?.figures
  t.match(await figures(), { attendance: 2, authorised: 2, unauthorised: 0, attendancePercent: 50 })
  t.match(await figures('2026-11-24T12:00:00Z'), { attendance: 3, authorised: 1, unauthorised: 0 })
  t.match(await figures('2026-11-23T12:00:00Z'), { attendance: 3, authorised: 0, unauthorised: 1 })
  t.equal(await figures('2026-11-23T08:00:00Z'), undefined, 'before it was taken there was nothing')
})

t.test('marks of an earlier day are changed for a pupil who was in two registers', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, year } = await makeLittleSchool(school, 2)
  const [first] = pupils as [string]
  const club = (
    await school
      .post('/groups', { kind: 'other', code: 'C', name: 'Club', academicYearId: year })
      .catch(() =>
        school.post('/groups', { kind: 'teaching', code: 'C', name: 'Club', academicYearId: year }),
      )
  ).body.id
  await school.post('/memberships', { groupId: club, pupilId: first, role: 'pupil', validFrom: '2026-09-01' })
  const registers = registersOf(school)
  const one = await registers.take(form, '2026-11-23', 'AM', pupils, { [first]: 'N' })
  const two = await registers.take(club, '2026-11-23', 'AM', [first])
  t.equal((await registers.codesOf(one))[first], '/', 'there is one mark for a session')
  const history = (await school.get(`/registers/${two}/history`)).body.data
  t.match(history, [
    { was: null, becomes: 'N' },
    { was: 'N', becomes: '/' },
  ])
})
