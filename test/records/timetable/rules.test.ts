import fc from 'fast-check'
import t from 'tap'
import { addDays, eachDay, type Session, weekday } from '../../../src/foundation/time/days.ts'
import {
  type Calendar,
  clashesBetween,
  type Entry,
  lessonId,
  lessonsBetween,
  type Period,
  partsOfLessonId,
} from '../../../src/records/timetable/rules.ts'

const seeded = { seed: 20_260_901 }
const period = (
  id: string,
  on: number,
  startsAt: string,
  endsAt: string,
  session: Session = 'AM',
): Period => ({
  id,
  weekday: on,
  startsAt,
  endsAt,
  session,
})
const periods = [
  period('mon1', 1, '09:00:00', '10:00:00'),
  period('mon2', 1, '10:00:00', '11:00:00'),
  period('mon5', 1, '14:00:00', '15:00:00', 'PM'),
  period('monDouble', 1, '09:30:00', '10:30:00'),
  period('tue1', 2, '09:00:00', '10:00:00'),
]
const uuid = (number: number) => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`
const entry = (number: number, change: Partial<Entry> = {}): Entry => ({
  id: uuid(number),
  groupId: `group${number}`,
  staffIds: [`staff${number}`],
  roomId: `room${number}`,
  subjectId: null,
  periodId: 'mon1',
  week: null,
  validFrom: '2026-09-01',
  validUntil: null,
  ...change,
})
/** Weeks alternate from 2026-08-31; the afternoon of 2026-11-23 and all of 2026-11-30 are closed. */
const calendar: Calendar = {
  sessionsOn: (date) => {
    if (weekday(date) > 5 || date === '2026-11-30') return []
    return date === '2026-11-23' ? ['AM'] : ['AM', 'PM']
  },
  weekOf: (date) => ((eachDay('2026-08-31', date).length / 7) % 2 < 1 ? 1 : 2),
}
const lessons = (entries: Entry[], from: string, until: string) =>
  lessonsBetween({ entries, periods, calendar }, from, until)

t.test('a lesson id leads back to its entry and day', async (t) => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 5000 }), (entryId, days) => {
      const date = addDays('2024-09-01', days)
      const parts = partsOfLessonId(lessonId(entryId, date))
      return parts?.entryId === entryId && parts.date === date
    }),
    seeded,
  )
  t.equal(lessonId(uuid(1), '2026-11-23'), `${uuid(1)}.20261123`)
  for (const wrong of ['', uuid(1), `${uuid(1)}.2026112`, `${uuid(1)}.20261123 `, `x${uuid(1)}.20261123`])
    t.equal(partsOfLessonId(wrong), undefined, wrong)
})

t.test('lessons come by day and time, half-open, with all that their entry says', async (t) => {
  const late = entry(1, { periodId: 'mon2', subjectId: 'maths' })
  const found = lessons([entry(3, { periodId: 'tue1' }), late, entry(2)], '2026-11-16', '2026-11-18')
  t.same(
    found.map((one) => one.id),
    [`${uuid(2)}.20261116`, `${uuid(1)}.20261116`, `${uuid(3)}.20261117`],
  )
  t.same(found[1], {
    id: `${uuid(1)}.20261116`,
    entryId: uuid(1),
    date: '2026-11-16',
    week: 2,
    startsAt: '10:00:00',
    endsAt: '11:00:00',
    session: 'AM',
    periodId: 'mon2',
    groupId: 'group1',
    staffIds: ['staff1'],
    roomId: 'room1',
    subjectId: 'maths',
    block: null,
  })
  t.equal(lessons([entry(1)], '2026-11-16', '2026-11-16').length, 0)
})

t.test('a closed day has no lessons, a closed afternoon only those of the morning', async (t) => {
  const entries = [entry(1), entry(2, { periodId: 'mon5' })]
  t.equal(lessons(entries, '2026-11-16', '2026-11-17').length, 2)
  t.same(
    lessons(entries, '2026-11-23', '2026-11-24').map((one) => one.session),
    ['AM'],
  )
  t.same(lessons(entries, '2026-11-30', '2026-12-01'), [])
})

t.test('an entry meets in its week of the cycle and within its validity', async (t) => {
  const days = (change: Partial<Entry>) =>
    lessons([entry(1, change)], '2026-09-07', '2026-10-06').map((one) => one.date)
  t.same(days({}), ['2026-09-07', '2026-09-14', '2026-09-21', '2026-09-28', '2026-10-05'])
  t.same(days({ week: 1 }), ['2026-09-14', '2026-09-28'])
  t.same(days({ week: 2 }), ['2026-09-07', '2026-09-21', '2026-10-05'])
  t.same(days({ validFrom: '2026-09-14', validUntil: '2026-09-28' }), ['2026-09-14', '2026-09-21'])
})

t.test('an entry of an unknown period has no lessons', async (t) => {
  t.same(lessons([entry(1, { periodId: 'gone' })], '2026-09-07', '2026-10-06'), [])
})

t.test('lessons of two ranges that meet are the lessons of the whole', async () => {
  const entries = [entry(1), entry(2, { week: 1, periodId: 'tue1' }), entry(3, { week: 2, periodId: 'mon5' })]
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (first, second) => {
      const cut = addDays('2026-09-01', first)
      const end = addDays(cut, second)
      const ids = (from: string, until: string) => lessons(entries, from, until).map((one) => one.id)
      const parts = [...ids('2026-09-01', cut), ...ids(cut, end)]
      return parts.join() === ids('2026-09-01', end).join()
    }),
    { ...seeded, numRuns: 50 },
  )
})

const clashes = (one: Partial<Entry>, other: Partial<Entry>) =>
  clashesBetween([entry(1, one), entry(2, other)], periods).map(({ kind, of }) => `${kind} ${of}`)

t.test('a teacher, a room and a group are in one place at a time', async (t) => {
  t.same(clashes({}, {}), [])
  t.same(clashes({ staffIds: ['a', 'b'] }, { staffIds: ['b'] }), ['staff b'])
  t.same(clashes({ roomId: 'hall' }, { roomId: 'hall' }), ['room hall'])
  t.same(clashes({ groupId: '7a' }, { groupId: '7a' }), ['group 7a'])
  t.same(clashes({ roomId: null }, { roomId: null }), [])
  const [clash] = clashesBetween([entry(1, { roomId: 'hall' }), entry(2, { roomId: 'hall' })], periods)
  t.same(clash?.entryIds, [uuid(1), uuid(2)])
})

t.test('periods that overlap in time clash, periods that follow each other do not', async (t) => {
  const hall = { roomId: 'hall' }
  t.same(clashes(hall, { ...hall, periodId: 'monDouble' }), ['room hall'])
  t.same(clashes(hall, { ...hall, periodId: 'mon2' }), [])
  t.same(clashes(hall, { ...hall, periodId: 'tue1' }), [])
})

t.test('weeks of the cycle and validity keep entries apart', async (t) => {
  const hall = { roomId: 'hall' }
  t.same(clashes({ ...hall, week: 1 }, { ...hall, week: 2 }), [])
  t.same(clashes({ ...hall, week: 1 }, hall), ['room hall'])
  t.same(clashes({ ...hall, validUntil: '2026-11-01' }, { ...hall, validFrom: '2026-11-01' }), [])
  t.same(clashes({ ...hall, validUntil: '2026-11-02' }, { ...hall, validFrom: '2026-11-01' }), ['room hall'])
})

t.test(
  'two teachers of one group in one room teach together; the same teacher twice is a clash',
  async (t) => {
    const lesson = { groupId: '7a', roomId: 'lab' }
    t.same(clashes(lesson, lesson), [])
    t.same(clashes({ ...lesson, staffIds: ['a'] }, { ...lesson, staffIds: ['a'] }), ['staff a'])
  },
)

t.test('entries clash exactly when some day has both of their lessons at once', async () => {
  const some = fc.record({
    week: fc.constantFrom(null, 1, 2),
    periodId: fc.constantFrom('mon1', 'mon2', 'monDouble', 'tue1'),
    from: fc.integer({ min: 0, max: 5 }),
    weeks: fc.integer({ min: 2, max: 6 }),
  })
  const always: Calendar = { ...calendar, sessionsOn: () => ['AM', 'PM'] }
  fc.assert(
    fc.property(some, some, (one, other) => {
      const both = [one, other].map(({ week, periodId, from, weeks }, index) => {
        const validFrom = addDays('2026-08-31', from * 14)
        return entry(index, {
          roomId: 'hall',
          week,
          periodId,
          validFrom,
          validUntil: addDays(validFrom, weeks * 14),
        })
      })
      const all = lessonsBetween({ entries: both, periods, calendar: always }, '2026-08-31', '2027-08-01')
      const [mine, theirs] = [uuid(0), uuid(1)].map((id) => all.filter((lesson) => lesson.entryId === id))
      const meet = mine?.some((a) =>
        theirs?.some((b) => a.date === b.date && a.startsAt < b.endsAt && b.startsAt < a.endsAt),
      )
      return clashesBetween(both, periods).length === (meet ? 1 : 0)
    }),
    seeded,
  )
})
