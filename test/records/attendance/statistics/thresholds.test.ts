import fc from 'fast-check'
import t from 'tap'
import { addDays, eachDay, mondayOf, weekday } from '../../../../src/foundation/time/days.ts'
import { attendanceCodes } from '../../../../src/records/attendance/codes.ts'
import {
  continuousUnauthorised,
  illnessDays,
  unauthorisedInTenWeeks,
} from '../../../../src/records/attendance/statistics/thresholds.ts'

const seeded = { seed: 20_260_901, numRuns: 300 }
const unauthorised = ['G', 'N', 'O', 'U']
const notPossible = attendanceCodes.filter(({ counts }) => counts === 'not-counted').map(({ code }) => code)

interface Mark {
  date: string
  session: 'AM' | 'PM'
  code: string
}

interface Drawn {
  schoolDays: string[]
  schoolWeeks: string[]
  marks: Mark[]
}

/** Absences come in stretches, or ten in a row would never be drawn. */
const stretch = fc.record({
  code: fc.constantFrom('/', 'O', 'G', 'N', 'U', 'I', '#', 'X', 'C', null),
  sessions: fc.integer({ min: 1, max: 30 }),
})

/** A pupil's year and more: weeks with all, some or no school days; some marks lie on no school day. */
const pupil: fc.Arbitrary<Drawn> = fc
  .record({
    weeks: fc.array(fc.subarray([0, 1, 2, 3, 4]), { maxLength: 40, size: 'max' }),
    stretches: fc.array(stretch, { minLength: 1, maxLength: 40, size: 'max' }),
  })
  .map(({ weeks, stretches }) => {
    const monday = '2026-08-31'
    const schoolDays = weeks.flatMap((days, week) => days.map((day) => addDays(monday, week * 7 + day)))
    const codes = stretches.flatMap(({ code, sessions }) => new Array<string | null>(sessions).fill(code))
    const marks = eachDay(monday, addDays(monday, weeks.length * 7))
      .filter((date) => weekday(date) < 6)
      .flatMap((date) => [
        { date, session: 'AM' as const },
        { date, session: 'PM' as const },
      ])
      .flatMap((at, index) => {
        const code = codes[index % codes.length]
        return code ? [{ ...at, code }] : []
      })
    return { schoolDays, schoolWeeks: [...new Set(schoolDays.map(mondayOf))], marks }
  })

/** Counts each window afresh. */
function naiveWindows({ marks, schoolWeeks }: Drawn) {
  const countIn = (mondays: readonly string[], until: number) =>
    marks.filter(
      ({ date, code }, index) =>
        index <= until && unauthorised.includes(code) && mondays.includes(mondayOf(date)),
    ).length
  const windows = schoolWeeks
    .slice(0, Math.max(1, schoolWeeks.length - 9))
    .map((_, i) => schoolWeeks.slice(i, i + 10))
  const most = Math.max(0, ...windows.map((mondays) => countIn(mondays, marks.length)))
  const fullest = windows.find((mondays) => countIn(mondays, marks.length) === most)
  const last = fullest?.at(-1)
  return {
    most,
    from: fullest?.[0] ?? null,
    until: last === undefined ? null : addDays(last, 7),
    reachedOn:
      marks.find((_, index) => windows.some((mondays) => countIn(mondays, index) >= 10))?.date ?? null,
  }
}

t.test('unauthorised sessions in ten weeks are those of the fullest window', async (t) => {
  fc.assert(
    fc.property(pupil, (drawn) => {
      t.same(unauthorisedInTenWeeks(drawn.marks, drawn.schoolWeeks), naiveWindows(drawn))
    }),
    { ...seeded, numRuns: 100 },
  )
})

t.test('the tenth session of ten weeks counts and that of the eleventh week does not', async (t) => {
  const first = '2026-08-31'
  // Three weeks of holiday lie between: only weeks with school count.
  const schoolWeeks = Array.from({ length: 14 }, (_, week) => addDays(first, week * 7)).filter(
    (_, week) => week < 6 || week > 8,
  )
  const nine = eachDay(first, addDays(first, 5)).flatMap((date): Mark[] => [
    { date, session: 'AM', code: 'G' },
    { date, session: 'PM', code: 'U' },
  ])
  const [tenthWeek = '', eleventhWeek = ''] = schoolWeeks.slice(9)
  const marksWith = (date: string): Mark[] => [...nine.slice(1), { date, session: 'AM', code: 'N' }]
  t.same(unauthorisedInTenWeeks(marksWith(tenthWeek), schoolWeeks), {
    most: 10,
    from: first,
    until: addDays(tenthWeek, 7),
    reachedOn: tenthWeek,
  })
  const later = unauthorisedInTenWeeks(marksWith(eleventhWeek), schoolWeeks)
  t.same([later.most, later.reachedOn], [9, null])
})

t.test('without a school week there is no window', async (t) => {
  t.same(unauthorisedInTenWeeks([], []), { most: 0, from: null, until: null, reachedOn: null })
})

t.test('days of illness are half the sessions, and 15 are reached with the thirtieth', async (t) => {
  fc.assert(
    fc.property(pupil, ({ marks }) => {
      const ill = (until: number) => marks.slice(0, until).filter(({ code }) => code === 'I').length
      const reached = marks.find((_, index) => ill(index + 1) === 30)
      t.same(illnessDays(marks), { days: ill(marks.length) / 2, reachedOn: reached?.date ?? null })
    }),
    seeded,
  )
})

/** Tries each pair of days as a run. */
function naiveRuns({ marks, schoolDays }: Drawn) {
  const codesOn = new Map(
    schoolDays.map((day) => [
      day,
      marks.filter(({ date, code }) => date === day && !notPossible.includes(code)).map(({ code }) => code),
    ]),
  )
  const days = schoolDays.filter((day) => (codesOn.get(day)?.length ?? 0) > 0)
  const isMissed = (day: string) => codesOn.get(day)?.every((code) => unauthorised.includes(code)) ?? false
  const runs = days.flatMap((from, start) =>
    days.slice(start).flatMap((until, more) => {
      const run = days.slice(start, start + more + 1)
      return run.every(isMissed) ? [{ days: run.length, from, until: addDays(until, 1) }] : []
    }),
  )
  const longest = Math.max(0, ...runs.map(({ days }) => days))
  const found = runs.find(({ days }) => days === longest) ?? { days: 0, from: null, until: null }
  const ten = runs.find(({ days }) => days === 10)
  return { ...found, reachedOn: ten ? addDays(ten.until, -1) : null }
}

t.test('the longest run without leave is that of all runs', async (t) => {
  fc.assert(
    fc.property(pupil, (drawn) => {
      t.same(continuousUnauthorised(drawn.marks, drawn.schoolDays), naiveRuns(drawn))
    }),
    { ...seeded, numRuns: 100 },
  )
})

t.test(
  'a day that was not possible neither breaks nor lengthens a run, and half a day attended breaks it',
  async (t) => {
    const schoolDays = eachDay('2026-08-31', '2026-09-19').filter((date) => weekday(date) < 6)
    const marksWith = (fifth: [string, string]): Mark[] =>
      schoolDays.flatMap((date, index): Mark[] => [
        { date, session: 'AM', code: index === 4 ? fifth[0] : 'O' },
        { date, session: 'PM', code: index === 4 ? fifth[1] : 'G' },
      ])
    t.same(continuousUnauthorised(marksWith(['Y4', '#']), schoolDays), {
      days: 14,
      from: '2026-08-31',
      until: '2026-09-19',
      reachedOn: '2026-09-14',
    })
    t.equal(continuousUnauthorised(marksWith(['O', 'Y4']), schoolDays).days, 15)
    t.same(continuousUnauthorised(marksWith(['O', '\\']), schoolDays), {
      days: 10,
      from: '2026-09-07',
      until: '2026-09-19',
      reachedOn: '2026-09-18',
    })
  },
)

t.test('of two runs of ten the day of the first is told, and the longer run', async (t) => {
  const schoolDays = eachDay('2026-08-31', '2026-09-28').filter((date) => weekday(date) < 6)
  const extraDays = eachDay('2026-09-28', '2026-10-01')
  const marks = [...schoolDays.slice(0, 10), ...schoolDays.slice(11), ...extraDays].map(
    (date): Mark => ({ date, session: 'AM', code: 'O' }),
  )
  const attended: Mark = { date: schoolDays[10] ?? '', session: 'AM', code: '/' }
  t.same(continuousUnauthorised([...marks, attended], [...schoolDays, ...extraDays]), {
    days: 12,
    from: '2026-09-15',
    until: '2026-10-01',
    reachedOn: '2026-09-11',
  })
})
