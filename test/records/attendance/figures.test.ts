import fc from 'fast-check'
import t from 'tap'
import {
  absenceOf,
  absencePercent,
  addCounts,
  attendanceOf,
  attendancePercent,
  isPersistentlyAbsent,
  isSeverelyAbsent,
  possibleOf,
} from '../../../src/records/attendance/figures.ts'
import { countMarks, noCounts } from '../../../src/records/attendance/packing.ts'

const seeded = { seed: 20_260_901 }
/** Any year's marks that are not blank. */
const marks = fc.stringMatching(/^[/|LKVPWBCcdEIjMRSTGNOUDQX1-7Z#HJYF]{0,380}$/)

t.test(
  'attendance and absence are the possible sessions, and all sessions are those and the not possible',
  async () => {
    fc.assert(
      fc.property(marks, (year) => {
        const counts = countMarks(year)
        return (
          attendanceOf(counts) + absenceOf(counts) === possibleOf(counts) &&
          possibleOf(counts) + counts.notPossible === year.length
        )
      }),
      seeded,
    )
  },
)

t.test('percentages of attendance and absence are 100 together, within rounding', async () => {
  fc.assert(
    fc.property(marks, (year) => {
      const counts = countMarks(year)
      const [attended, missed] = [attendancePercent(counts), absencePercent(counts)]
      if (attended === null || missed === null) return possibleOf(counts) === 0
      return Math.abs(attended + missed - 100) < 0.11
    }),
    seeded,
  )
})

t.test('who is severely absent is persistently absent', async () => {
  fc.assert(
    fc.property(
      marks,
      (year) => !isSeverelyAbsent(countMarks(year)) || isPersistentlyAbsent(countMarks(year)),
    ),
    seeded,
  )
})

t.test('counting two parts and adding is counting the whole', async (t) => {
  fc.assert(
    fc.property(marks, marks, (one, other) => {
      t.same(addCounts(countMarks(one), countMarks(other)), countMarks(one + other))
    }),
    { ...seeded, numRuns: 50 },
  )
})

t.test('a full year of 380 sessions with 38 missed is the first that is persistently absent', async (t) => {
  const year = (missed: number) => countMarks('I'.repeat(missed) + '/'.repeat(380 - missed))
  t.notOk(isPersistentlyAbsent(year(37)))
  t.ok(isPersistentlyAbsent(year(38)))
  t.notOk(isSeverelyAbsent(year(189)))
  t.ok(isSeverelyAbsent(year(190)))
})

t.test('a week is figured as the definitions say', async (t) => {
  // Present 3 (one late), a visit, ill, late after the register closed, two sessions not possible.
  const week = countMarks('/|LVIUX#..')
  t.same([attendanceOf(week), absenceOf(week), possibleOf(week), week.late], [4, 2, 6, 2])
  t.same([attendancePercent(week), absencePercent(week)], [66.7, 33.3])
  t.ok(isPersistentlyAbsent(week))
  t.notOk(isSeverelyAbsent(week))
})

t.test('a pupil without a possible session has no percentage and is not absent', async (t) => {
  t.equal(attendancePercent(noCounts()), null)
  t.notOk(isPersistentlyAbsent(noCounts()))
  t.notOk(isSeverelyAbsent(noCounts()))
})
