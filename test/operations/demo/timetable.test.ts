import t from 'tap'
import { schoolCalendar } from '../../../src/records/calendar/rules.ts'
import { clashesBetween, lessonsBetween, type Period } from '../../../src/records/timetable/rules.ts'
import { byId, schoolOn } from './days.ts'

const school = schoolOn('2026-12-28')
const { timetableEntries, periods, groups, memberships, pupils } = school
const entries = timetableEntries.map(({ staffId, ...entry }) => ({
  ...entry,
  staffIds: staffId ? [staffId] : [],
}))
const isSession = (text: string): text is 'AM' | 'PM' => text === 'AM' || text === 'PM'
const spoken: Period[] = periods.flatMap(({ session, ...period }) =>
  isSession(session) ? [{ ...period, session }] : [],
)
const lessons = timetableEntries.filter((entry) => entry.subjectId !== null)

t.test('no member of staff, room or group is needed twice at one time', async (t) => {
  t.same(clashesBetween(entries, spoken), [])
})

t.test(
  'no pupil is needed twice at one time, and everybody on the roll has 50 hours in two weeks',
  async (t) => {
    const byGroup = Map.groupBy(lessons, (entry) => entry.groupId)
    for (const day of ['2026-09-08', '2026-10-20', '2026-12-18']) {
      const current = memberships.filter(
        (one) =>
          one.pupilId !== null && one.validFrom <= day && (one.validUntil === null || one.validUntil > day),
      )
      const ofPupil = Map.groupBy(current, (one) => one.pupilId)
      for (const pupil of pupils) {
        const taken = (ofPupil.get(pupil.id) ?? []).flatMap((one) =>
          (byGroup.get(one.groupId) ?? []).map((entry) => `${entry.periodId}/${entry.week}`),
        )
        const isOnRoll = pupil.enrolledOn <= day && (pupil.leftOn === null || pupil.leftOn > day)
        const hours = isOnRoll ? 50 : 0
        if (taken.length !== hours || new Set(taken).size !== hours)
          t.fail(`${new Set(taken).size} of ${taken.length}`)
      }
    }
  },
)

t.test('every teaching group has its hours, with a teacher, a room and its subject', async (t) => {
  const byGroup = Map.groupBy(lessons, (entry) => entry.groupId)
  const teaching = groups.filter((group) => group.kind === 'teaching')
  t.ok(teaching.every((group) => (byGroup.get(group.id) ?? []).length >= 1))
  const known = byId(groups)
  t.ok(lessons.every((entry) => entry.subjectId === known.get(entry.groupId)?.subjectId))
  t.ok(timetableEntries.every((entry) => entry.staffId !== null && entry.roomId !== null))
  t.ok(lessons.every((entry) => entry.week === 1 || entry.week === 2))
  t.equal(lessons.length, 1_540)
})

t.test('teachers of a lesson are the teachers of its group', async (t) => {
  const teachers = new Set(
    memberships.filter((one) => one.staffId !== null).map((one) => `${one.groupId}/${one.staffId}`),
  )
  t.ok(timetableEntries.every((entry) => teachers.has(`${entry.groupId}/${entry.staffId}`)))
})

t.test('science is taught in laboratories and sport in sports spaces', async (t) => {
  const rooms = byId(school.rooms)
  const codes = byId(school.subjects)
  const roomsOf = (subject: string) =>
    lessons
      .filter((entry) => codes.get(entry.subjectId ?? '')?.code === subject)
      .map((entry) => rooms.get(entry.roomId ?? '')?.code.charAt(0))
  t.same([...new Set(roomsOf('SC'))], ['L'])
  t.same([...new Set(roomsOf('PE'))], ['S'])
  t.equal(school.rooms.length, 45)
})

t.test('a school day has two registrations and five lessons for a form', async (t) => {
  const calendar = schoolCalendar({
    years: school.academicYears,
    terms: school.terms,
    closures: school.closures,
  })
  const form = groups.find((group) => group.code === '7A')?.id
  const mine = entries.filter((entry) => entry.groupId === form)
  t.equal(lessonsBetween({ entries: mine, periods: spoken, calendar }, '2026-11-23', '2026-11-24').length, 2)
  const all = lessonsBetween({ entries, periods: spoken, calendar }, '2026-11-23', '2026-11-24')
  t.ok(all.length > 150 + 60 && all.length < 165 + 60, String(all.length))
  t.equal(lessonsBetween({ entries, periods: spoken, calendar }, '2026-12-21', '2027-01-04').length, 0)
})
