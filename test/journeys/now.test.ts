import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest, type TestSchool } from '../support/service.ts'

interface Slot {
  name: string
  startsAt: string
  endsAt: string
}
const slots: Slot[] = [
  { name: 'P1', startsAt: '08:50', endsAt: '09:50' },
  { name: 'P2', startsAt: '09:50', endsAt: '10:50' },
  { name: 'P3', startsAt: '11:10', endsAt: '12:10' },
  { name: 'P4', startsAt: '13:55', endsAt: '14:55' },
]

/** The full school with a day's lessons: the teacher has P1, P3 and P4 with the set, the form meets its tutor in P2. */
async function makeDay(school: TestSchool) {
  const full = await makeFullSchool(school)
  await setOpeningTimes(school)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const subject = await made('/subjects', { code: 'MA', name: 'Mathematics' })
  const room = await made('/rooms', { code: 'M1', name: 'M1' })
  const periods: string[] = []
  for (const slot of slots)
    periods.push(
      await made('/periods', { ...slot, weekday: 1, session: slot.startsAt < '12:00' ? 'AM' : 'PM' }),
    )
  const lesson = (groupId: string, at: number, staffId: string) =>
    made('/timetable-entries', {
      groupId,
      periodId: periods[at],
      staffId,
      roomId: room,
      subjectId: subject,
      validFrom: '2026-09-01',
    })
  const entries = [
    await lesson(full.set, 0, full.staff.teacher),
    await lesson(full.forms[0], 1, full.staff.tutor),
    await lesson(full.set, 2, full.staff.teacher),
    await lesson(full.set, 3, full.staff.teacher),
  ]
  return { ...full, subject, entries: entries as [string, string, string, string] }
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

t.test(
  'minute by minute through a school day each role is told what a naive reading of the day says',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const it = await makeDay(school)
    const staff = (personId: string, role: string) =>
      personAt(service, school, { personId, kind: 'staff' }, [{ role }])
    const teacher = await staff(it.staff.teacher, 'teacher')
    const tutor = await staff(it.staff.tutor, 'tutor')
    const guardian = await personAt(service, school, { personId: it.guardian, kind: 'contact' })
    const pupil = await personAt(service, school, { personId: it.pupils[1], kind: 'pupil' })
    await school.post('/lesson-changes', { lessonId: `${it.entries[2]}.20261123`, kind: 'cancelled' })

    /** Lessons of somebody: which of the four slots, without the cancelled one. */
    const naive = (own: readonly number[], time: string) => {
      const held = own.filter((at) => at !== 2).map((at) => slots[at] as Slot)
      return {
        current: held.find((slot) => slot.startsAt <= time && time < slot.endsAt)?.startsAt ?? null,
        next: held.find((slot) => slot.startsAt > time)?.startsAt ?? null,
      }
    }
    let wrong = 0
    for (let minutes = 8 * 60 + 30; minutes <= 15 * 60; minutes += 1) {
      const at = `2026-11-23T${clock(minutes)}:00Z`
      const [asTeacher, asTutor, asGuardian, asPupil] = await Promise.all(
        [teacher, tutor, guardian, pupil].map(async (one) => (await one.get(`/now?at=${at}`)).body),
      )
      const told = (one: { current: { startsAt: string } | null; next: { startsAt: string } | null }) => ({
        current: one.current?.startsAt ?? null,
        next: one.next?.startsAt ?? null,
      })
      const ofStaff = (one: {
        current: { lesson: { startsAt: string } }
        next: { lesson: { startsAt: string } }
      }) => told({ current: one.current?.lesson ?? null, next: one.next?.lesson ?? null })
      const time = clock(minutes)
      const expected = [naive([0, 2, 3], time), naive([1], time), naive([1], time), naive([0, 1, 2, 3], time)]
      const answers = [
        ofStaff(asTeacher),
        ofStaff(asTutor),
        told(asGuardian.children[0]),
        told(asPupil.children[0]),
      ]
      for (const [place, one] of answers.entries())
        if (JSON.stringify(one) !== JSON.stringify(expected[place])) wrong += 1
      if (asTutor.forms[0].session !== (time < '13:55' ? 'AM' : 'PM')) wrong += 1
    }
    t.equal(wrong, 0, '391 minutes, four people')
  },
)

t.test('a teacher sees the class, who is away, what may be known of each, and where to act', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const it = await makeDay(school)
  const registers = registersOf(school)
  const aspect = (
    await school.post('/aspects', { code: 'MA', name: 'Maths', type: 'integer', subjectId: it.subject })
  ).body.id
  for (const [type, value] of [
    ['R', '6'],
    ['T', '8'],
  ])
    await school.post('/results', {
      pupilId: it.pupils[1],
      aspectId: aspect,
      resultSetId: it.resultSet,
      type,
      value,
    })
  await school.post('/behaviour-events', {
    pupilId: it.pupils[2],
    kind: 'incident',
    type: 'Late',
    points: -2,
    occurredOn: '2026-11-20',
    groupId: it.set,
  })
  const teacher = await personAt(service, school, { personId: it.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const form = (await school.get(`/registers?groupId=${it.forms[0]}`)).body.data[0].id
  await school.call('PATCH', `/registers/${form}/marks`, {
    body: { marks: [{ pupilId: it.pupils[1], code: 'I', was: '/' }] },
  })

  const now = (await teacher.get('/now')).body
  t.match(now, { kind: 'staff', roles: ['teacher'], date: '2026-11-23', time: '09:00', isSchoolDay: true })
  t.match(now.current, {
    lesson: { group: '7Ma1', room: 'M1', subject: 'Mathematics', startsAt: '08:50' },
    register: { isTaken: false, href: '/v1/registers' },
    size: 2,
    absent: ['Given1 Family1'],
  })
  t.match(now.current.pupils, [
    {
      pupilId: it.pupils[1],
      sessionCode: 'I',
      senStatus: 'K',
      latestResult: { value: '6' },
      target: { value: '8' },
      behaviourPoints: 0,
    },
    { pupilId: it.pupils[2], sessionCode: '/', latestResult: null, behaviourPoints: -2 },
  ])
  t.match(now.next, { lesson: { startsAt: '11:10' } })
  t.equal(now.today.length, 3)

  const lesson = await registers.open(it.set, '2026-11-23').catch(() => '')
  t.ok(lesson, 'a session register of the set is not that of the lesson')
  const id = (await school.post('/registers', { lessonId: `${it.entries[0]}.20261123` })).body.id
  await registers.put(id, [
    { pupilId: it.pupils[1], code: 'I' },
    { pupilId: it.pupils[2], code: '/' },
  ])
  const taken = await teacher.get('/now')
  t.match(taken.body.current.register, { registerId: id, isTaken: true, href: `/v1/registers/${id}/marks` })
  const again = await teacher.call('GET', '/now', { headers: { 'if-none-match': taken.etag } })
  t.equal(again.status, 304)

  const weak = await personAt(service, school, { personId: it.staff.other, kind: 'staff' }, [
    { role: 'attendance-officer' },
  ])
  const officer = (await weak.get('/now')).body
  t.equal(officer.current, null)
  t.same(
    officer.workLists.map(({ name }: { name: string }) => name),
    ['registers-not-taken', 'unexplained-absences', 'unresolved-marks', 'attendance-thresholds'],
  )
  const senco = await personAt(service, school, { personId: it.staff.tutor, kind: 'staff' }, [
    { role: 'senco' },
  ])
  await school.post('/sen-plans', {
    pupilId: it.pupils[3],
    title: 'Reading',
    outcomes: [{ outcome: 'Reads.', isReached: null }],
    startsOn: '2026-09-01',
    reviewOn: '2026-11-30',
  })
  const reviews = (await senco.get('/now')).body.workLists
  t.match(reviews, [{ name: 'sen-plan-reviews', count: 1, href: '/v1/sen-plans?reviewBefore=2026-12-07' }])
  for (const { count, href } of [...officer.workLists, ...reviews].filter(
    ({ name }) => name !== 'sen-plan-reviews',
  )) {
    const { data } = (await weak.get(href.replace('/v1', ''))).body
    t.equal(data.length, count, href)
  }
})

t.test('what the scopes do not open is left out, and a compact answer fits a watch', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const it = await makeDay(school)
  const timetableOnly = await personAt(
    service,
    school,
    { personId: it.staff.teacher, kind: 'staff' },
    [{ role: 'teacher' }],
    { scopes: ['timetable:read'] },
  )
  const bare = (await timetableOnly.get('/now')).body
  t.match(bare.current.lesson, { startsAt: '08:50' })
  t.same(Object.keys(bare.current), ['lesson'], 'no pupil, no register')

  const guardian = await personAt(service, school, { personId: it.guardian, kind: 'contact' })
  const family = await guardian.get('/now')
  t.equal(family.body.children.length, 1, 'not the child whom a court order bars')
  t.match(family.body.children[0], {
    pupilId: it.pupils[0],
    marks: { AM: '/', PM: null },
    results: [{ value: '7' }],
  })
  t.match(family.body.children[0].behaviour, [{ kind: 'achievement', points: 1 }])
  for (const one of [guardian, timetableOnly]) {
    const small = await one.get('/now?form=compact')
    t.ok(Buffer.byteLength(small.text) < 2048, `${Buffer.byteLength(small.text)} bytes`)
  }
  const app = await school.call('GET', '/now')
  t.equal(app.status, 403, 'an app that acts for nobody has no now')
  t.equal(app.body.code, 'person-required')
  const sunday = (await guardian.get('/now?at=2026-11-22T10:00:00Z')).body
  t.match(sunday, { isSchoolDay: false })
  t.equal(sunday.children[0].current, null)
})
