import fc from 'fast-check'
import t from 'tap'
import { eachDay, mondayOf, weekday } from '../../src/foundation/time/days.ts'
import { attendanceCodes, codesOn, faultOfMark, findCode } from '../../src/records/attendance/codes.ts'
import { emptyYear, expand, positionOf, writeMarks } from '../../src/records/attendance/packing.ts'
import { tabulate } from '../../src/records/attendance/statistics/cells.ts'
import { registersOf } from '../support/attendance.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { personAt } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

const start = '2026-09-01'
const days = eachDay(start, '2026-10-01')

/** Some pupils with random marks in a month. */
const school = fc.array(
  fc.record({
    yearGroup: fc.constantFrom('7', '8', '9'),
    marks: fc.array(
      fc.record({
        date: fc.constantFrom(...days),
        session: fc.constantFrom('AM' as const, 'PM' as const),
        code: fc.constantFrom(...codesOn('2026-09-10').map(({ code }) => code)),
      }),
      { maxLength: 40 },
    ),
  }),
  { maxLength: 12 },
)

t.test('every table adds up to what counting mark by mark gives', async () => {
  fc.assert(
    fc.property(
      school,
      fc.constantFrom('session', 'weekday', 'week', 'month', 'code', 'category'),
      (pupils, by) => {
        const rows = pupils.map(({ yearGroup, marks }, at) => {
          const valid = marks.filter((mark) => faultOfMark(mark) === undefined)
          const changes = valid.map(({ date, session, code }) => ({
            position: positionOf(start, date, session),
            code,
          }))
          return [`p${at}`, start, writeMarks(emptyYear(30), changes).marks, yearGroup]
        })
        const naive = new Map<string, number>()
        for (const [, startsOn, marks, yearGroup] of rows)
          for (const { date, session, code } of expand(marks as string, startsOn as string)) {
            const values = {
              session,
              weekday: String(weekday(date)),
              week: mondayOf(date),
              month: date.slice(0, 7),
              code,
              category: findCode(code)?.category as string,
            }
            const key = JSON.stringify([[yearGroup, values[by]], code])
            naive.set(key, (naive.get(key) ?? 0) + 1)
          }
        const counted = new Map(
          tabulate(rows, ['yearGroup', by], {}).flatMap(({ keys, codes }) =>
            [...codes].map(([code, times]): [string, number] => [JSON.stringify([keys, code]), times]),
          ),
        )
        return counted.size === naive.size && [...naive].every(([key, times]) => counted.get(key) === times)
      },
    ),
    { seed: 4, numRuns: 200 },
  )
})

t.test('figures of a school by every dimension that the caller may see', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils, teacher } = await makeLittleSchool(school, 6)
  const [a, b, c] = pupils as [string, string, string]
  const registers = registersOf(school)
  await registers.take(form, '2026-11-16', 'AM', pupils, { [a]: 'I', [b]: 'L' })
  await registers.take(form, '2026-11-16', 'PM', pupils, { [a]: 'V' })
  await registers.take(form, '2026-11-17', 'AM', pupils, { [c]: 'G', [b]: 'U' })
  const ask = async (query: string) => (await school.get(`/attendance-statistics?${query}`)).body.data
  const range = 'from=2026-11-16&until=2026-11-18'

  const [whole] = await ask(range)
  t.match(whole, {
    by: {},
    isSuppressed: false,
    figures: {
      pupils: 6,
      possible: 18,
      attendance: 15,
      present: 14,
      approvedEducationalActivity: 1,
      absence: 3,
      authorised: 1,
      unauthorised: 2,
      late: 2,
      lateBeforeClose: 1,
      lateAfterClose: 1,
      attendancePercent: 83.3,
      persistentlyAbsent: 3,
      persistentlyAbsentPercent: 50,
    },
  })
  t.match(await ask(`${range}&by=session`), [
    { by: { session: 'AM' }, figures: { possible: 12 } },
    { by: { session: 'PM' }, figures: { possible: 6, attendancePercent: 100 } },
  ])
  t.match(await ask(`${range}&by=weekday`), [{ by: { weekday: '1' } }, { by: { weekday: '2' } }])
  t.match(await ask(`${range}&by=code&session=AM`), [
    { by: { code: '/' }, figures: { sessions: 8, percentOfPossible: 66.7 } },
    { by: { code: 'G' }, figures: { sessions: 1, pupils: 1, percentOfPossible: 8.3 } },
    { by: { code: 'I' } },
    { by: { code: 'L' } },
    { by: { code: 'U' } },
  ])
  t.equal((await ask(`${range}&by=yearGroup,category`)).length, 4)
  const own = await ask(`${range}&by=pupil`)
  t.equal(own.length, 6)
  t.match(
    own.find((one: { by: { pupil: string } }) => one.by.pupil === a),
    {
      figures: {
        possible: 3,
        attendance: 2,
        attendancePercent: 66.7,
        severelyAbsent: 0,
        persistentlyAbsent: 1,
      },
    },
  )
  t.match(await ask(`${range}&groupId=${form}&by=registrationGroup`), [{ by: { registrationGroup: form } }])
  t.match(await ask(`${range}&compareFrom=2026-11-17&compareUntil=2026-11-18&decimals=2`), [
    {
      figures: { attendancePercent: 83.33 },
      compared: { attendancePercent: 66.67 },
      attendanceChange: 16.66,
    },
  ])

  const scopes = ['attendance:read', 'attendance.statistics:read']
  const refused = await school.call('GET', `/attendance-statistics?${range}&by=senStatus`, { scopes })
  t.equal(refused.status, 403, 'a characteristic needs the scope of its group')
  t.match(refused.body.detail, 'pupils.sen:read')
  const tutor = await personAt(service, school, { personId: teacher, kind: 'staff' }, [{ role: 'tutor' }])
  t.match((await tutor.get(`/attendance-statistics?${range}`)).body.data, [{ figures: { pupils: 6 } }])
  for (const query of ['by=nonsense', 'compareFrom=2026-01-01', 'from=2026-11-16&until=2026-11-16'])
    t.equal((await school.call('GET', `/attendance-statistics?${query}`)).status, 400, query)
})

t.test('counted codes give totals and rates, and what is no code is named', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const calculate = (codes: object, decimals = 1) =>
    school.call('POST', '/attendance-figures', { body: { codes, decimals } })
  const one = await calculate({ '/': 90, L: 4, V: 1, I: 4, O: 1, D: 7 }, 2)
  t.match(one.body, { present: 94, attendance: 95, possible: 100, notPossible: 7, attendancePercent: 95 })
  const wrong = await calculate({ '/': 1, '~/': 2 })
  t.match(wrong.body.errors, [{ path: '/codes/~0~1' }])
  const every = await calculate(Object.fromEntries(attendanceCodes.map(({ code }) => [code, 1])))
  t.match(every.body, { present: 3, approvedEducationalActivity: 6, authorised: 12, unauthorised: 4 })
})
