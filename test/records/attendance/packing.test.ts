import fc from 'fast-check'
import t from 'tap'
import { addDays, daysBetween, eachDay } from '../../../src/foundation/time/days.ts'
import { attendanceCodes, type Category } from '../../../src/records/attendance/codes.ts'
import { addCounts } from '../../../src/records/attendance/figures.ts'
import {
  blank,
  countMarks,
  emptyYear,
  expand,
  noCounts,
  packCode,
  positionOf,
  readMark,
  sessionAt,
  unpackCode,
  writeMarks,
} from '../../../src/records/attendance/packing.ts'

const seeded = { seed: 20_260_901 }
const yearStart = '2027-09-01'
const days = 366
const code = fc.option(fc.constantFrom(...attendanceCodes.map((one) => one.code)))
const change = fc.record({ position: fc.integer({ min: 0, max: days * 2 - 1 }), code })
const changes = fc.array(change, { maxLength: 60 })

t.test('the characters of the codes never change: stored years are not rewritten', async (t) => {
  const table = attendanceCodes.map((one) => `${one.code}${packCode(one.code)}`).join(' ')
  t.equal(
    table,
    '// \\| LL KK VV PP WW BB CC C1c C2d EE II J1j MM RR SS TT GG NN OO UU DD QQ XX ' +
      'Y11 Y22 Y33 Y44 Y55 Y66 Y77 ZZ ## HH JJ YY FF',
  )
})

t.test(
  'every code, withdrawn ones too, has a printable character of its own that needs no escape',
  async (t) => {
    const characters = attendanceCodes.map((one) => packCode(one.code))
    t.equal(new Set([...characters, blank]).size, attendanceCodes.length + 1)
    for (const character of characters) t.match(character, /^[!-~]$/)
    t.notOk(characters.some((character) => '\\"\'{},'.includes(character)))
    for (const one of attendanceCodes) t.equal(unpackCode(packCode(one.code)), one.code)
    t.equal(unpackCode(packCode(null)), null)
    t.throws(() => packCode('y1'), RangeError)
    t.throws(() => packCode(''), RangeError)
    t.throws(() => unpackCode('~'), RangeError)
  },
)

t.test('a mark that was written is read back, and no other place changes', async () => {
  fc.assert(
    fc.property(changes, change, (before, last) => {
      const { marks } = writeMarks(emptyYear(days), before)
      const after = writeMarks(marks, [last])
      const others = [...marks].every((one, place) => place === last.position || after.marks[place] === one)
      return others && readMark(after.marks, last.position) === last.code && after.marks.length === days * 2
    }),
    seeded,
  )
})

t.test('counters kept by delta equal a recount after any sequence of writes', async (t) => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 8 }), (batches) => {
      let marks = emptyYear(days)
      let counts = noCounts()
      for (const batch of batches) {
        const written = writeMarks(marks, batch)
        marks = written.marks
        counts = addCounts(counts, written.delta)
      }
      t.same(counts, countMarks(marks))
    }),
    { ...seeded, numRuns: 60 },
  )
})

t.test('each code adds to the counter of its category, L and U to the late ones too', async (t) => {
  const counters: Record<Category, string> = {
    present: 'present',
    'approved-educational-activity': 'educational',
    authorised: 'authorised',
    unauthorised: 'unauthorised',
    'not-possible': 'notPossible',
  }
  for (const one of attendanceCodes) {
    const expected = { ...noCounts(), [counters[one.category]]: 1, late: 'LU'.includes(one.code) ? 1 : 0 }
    t.same(countMarks(packCode(one.code)), expected, one.code)
    t.same(writeMarks(blank, [{ position: 0, code: one.code }]).delta, expected, one.code)
  }
})

t.test('the count of a range and of the rest add up to the whole', async (t) => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 0, max: days * 2 }), (some, cut) => {
      const { marks } = writeMarks(emptyYear(days), some)
      t.same(addCounts(countMarks(marks, 0, cut), countMarks(marks, cut)), countMarks(marks))
    }),
    { ...seeded, numRuns: 60 },
  )
})

t.test('what was replaced undoes the writes when written in reverse', async () => {
  fc.assert(
    fc.property(changes, changes, (before, after) => {
      const { marks } = writeMarks(emptyYear(days), before)
      const written = writeMarks(marks, after)
      const undo = after
        .map(({ position }, index) => ({ position, code: written.replaced[index] ?? null }))
        .reverse()
      return writeMarks(written.marks, undo).marks === marks
    }),
    seeded,
  )
})

t.test('expanded marks packed again are the same year', async () => {
  fc.assert(
    fc.property(changes, (some) => {
      const { marks } = writeMarks(emptyYear(days), some)
      const again = expand(marks, yearStart).map((mark) => ({
        position: positionOf(yearStart, mark.date, mark.session),
        code: mark.code,
      }))
      return writeMarks(emptyYear(days), again).marks === marks
    }),
    seeded,
  )
})

t.test('a part of a year is expanded half-open, and days outside the year have no marks', async (t) => {
  const all = Array.from({ length: 8 }, (_, position) => ({ position, code: position % 2 ? '\\' : '/' }))
  const { marks } = writeMarks(emptyYear(4), all)
  t.same(expand(marks, '2026-09-01', '2026-09-02', '2026-09-03'), [
    { date: '2026-09-02', session: 'AM', code: '/' },
    { date: '2026-09-02', session: 'PM', code: '\\' },
  ])
  t.equal(expand(marks, '2026-09-01', '2026-08-01', '2026-10-01').length, 8)
  t.same(expand(marks, '2026-09-01', '2026-09-05'), [])
  t.same(expand(marks, '2026-09-01', undefined, '2026-09-01'), [])
})

t.test(
  'each session of a year has its own place, over the leap day and the changes of the clocks',
  async (t) => {
    const places = eachDay(yearStart, addDays(yearStart, days)).flatMap((date) =>
      (['AM', 'PM'] as const).map((session) => {
        const position = positionOf(yearStart, date, session)
        t.same(sessionAt(yearStart, position), { date, session })
        return position
      }),
    )
    t.same(
      places,
      Array.from({ length: days * 2 }, (_, place) => place),
    )
    for (const date of ['2027-10-31', '2028-02-29', '2028-03-26'])
      t.equal(positionOf(yearStart, date, 'PM'), daysBetween(yearStart, date) * 2 + 1, date)
    t.equal(positionOf(yearStart, '2028-03-01', 'AM') - positionOf(yearStart, '2028-02-28', 'AM'), 4)
  },
)

t.test('a session outside the year is neither read nor written', async (t) => {
  const marks = emptyYear(2)
  for (const position of [-1, 4, 0.5, Number.NaN]) {
    t.throws(() => readMark(marks, position), RangeError)
    t.throws(() => writeMarks(marks, [{ position, code: 'L' }]), RangeError)
  }
})

t.test('a session of 1,000 pupils is written and a school year recounted in a blink', async (t) => {
  const years = Array.from({ length: 1000 }, () => '/|'.repeat(371))
  const start = performance.now()
  for (const marks of years) writeMarks(marks, [{ position: 100, code: 'I' }])
  const written = performance.now()
  for (const marks of years) countMarks(marks)
  const counted = performance.now()
  t.comment(`written in ${(written - start).toFixed(1)} ms, counted in ${(counted - written).toFixed(1)} ms`)
  // Measured at 1-3 ms each; the bounds only catch a change of order on a busy machine.
  t.ok(written - start < 100)
  t.ok(counted - written < 100)
})
