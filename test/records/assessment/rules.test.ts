import fc from 'fast-check'
import t from 'tap'
import {
  type Aspect,
  faultOfGrades,
  faultOfResult,
  faultOfWriting,
  numericValueOf,
  versionOn,
} from '../../../src/records/assessment/rules.ts'

const seeded = { seed: 20_260_901 }
const aspect = (type: string, limits: Partial<Aspect> = {}): Aspect => ({
  type,
  minimum: null,
  maximum: null,
  decimals: null,
  ...limits,
})
const gcse = {
  validFrom: '2017-09-01',
  grades: [...'987654321U'].map((grade, index) => ({ grade, value: Number(grade) || 0, rank: index + 1 })),
}
const fault = (one: Aspect, value: string) => faultOfResult(one, undefined, value)

t.test('a grade must be one of the version in force, written as the version writes it', async (t) => {
  t.equal(faultOfResult(aspect('grade'), gcse, '9'), undefined)
  t.match(faultOfResult(aspect('grade'), gcse, 'A*'), /one of the grades 9, 8, 7, 6, 5, 4, 3, 2, 1, U\./)
  t.equal(faultOfResult(aspect('grade'), gcse, 'u'), 'The grade is written U.')
  t.match(faultOfResult(aspect('grade'), undefined, '9'), /no version in force/)
  const many = Array.from({ length: 41 }, (_, index) => ({
    grade: String(80 + index),
    value: 80 + index,
    rank: 1,
  }))
  t.equal(
    faultOfResult(aspect('grade'), { validFrom: '2017-09-01', grades: many }, '79'),
    'The value is not a grade of the version in force.',
  )
})

t.test('an integer is plain digits within its limits', async (t) => {
  const scaled = aspect('integer', { minimum: 80, maximum: 120 })
  for (const right of ['80', '100', '120']) t.equal(fault(scaled, right), undefined)
  t.equal(fault(scaled, '79'), 'The value must be at least 80.')
  t.equal(fault(scaled, '121'), 'The value must be at most 120.')
  t.equal(fault(aspect('integer'), '-3'), undefined)
  for (const wrong of ['', '1.0', '01', '-0', '+1', '1e3', ' 1', '1 ', '٣', '1000000000', 'NaN'])
    t.match(fault(aspect('integer'), wrong), /whole number/, wrong)
})

t.test('a decimal keeps to its digits after the point', async (t) => {
  const mark = aspect('decimal', { minimum: 0, maximum: 10, decimals: 1 })
  for (const right of ['0', '7.5', '10', '10.0']) t.equal(fault(mark, right), undefined)
  t.equal(fault(mark, '7.55'), 'The value may have at most 1 digits after the point.')
  t.equal(fault(mark, '10.1'), 'The value must be at most 10.')
  t.equal(fault(mark, '-0.1'), 'The value must be at least 0.')
  for (const wrong of ['', '.5', '5.', '1,5', '1e1', 'none', 'Infinity', '07.5'])
    t.match(fault(mark, wrong), /number with a point/, wrong)
  t.equal(fault(aspect('decimal'), '1.25'), undefined)
  t.match(fault(aspect('decimal'), '1.255'), /at most 2 digits/)
})

t.test('an age is years and months, two digits of months up to 11, with limits in months', async (t) => {
  const reading = aspect('age', { minimum: 60, maximum: 16 * 12 + 11 })
  for (const right of ['5:00', '7:03', '16:11']) t.equal(fault(reading, right), undefined)
  t.equal(fault(reading, '4:11'), 'The value must be at least 5:00.')
  t.equal(fault(reading, '17:00'), 'The value must be at most 16:11.')
  for (const wrong of ['7', '7:3', '7:12', '7.03', '-7:03', '107:03', ''])
    t.match(fault(reading, wrong), /such as 7:03/)
})

t.test('a comment is not empty and keeps to its length', async (t) => {
  t.equal(fault(aspect('comment', { maximum: 5 }), 'Good.'), undefined)
  t.equal(fault(aspect('comment', { maximum: 5 }), 'Better'), 'A comment may have at most 5 characters.')
  t.match(fault(aspect('comment'), ' \n'), /must not be empty/)
  t.match(fault(aspect('comment'), 'x'.repeat(4001)), /at most 4000/)
})

t.test('an aspect of an unknown type takes no value', async (t) => {
  t.match(fault(aspect('colour'), 'red'), /no known type/)
})

t.test('values sort by what they are worth', async (t) => {
  t.equal(numericValueOf(aspect('grade'), gcse, 'U'), 0)
  t.equal(numericValueOf(aspect('grade'), gcse, '9'), 9)
  t.equal(numericValueOf(aspect('grade'), undefined, '9'), null)
  t.equal(numericValueOf(aspect('integer'), undefined, '-3'), -3)
  t.equal(numericValueOf(aspect('decimal'), undefined, '7.5'), 7.5)
  t.equal(numericValueOf(aspect('age'), undefined, '7:03'), 87)
  t.equal(numericValueOf(aspect('comment'), undefined, '7'), null)
})

t.test('whatever is accepted as a number has a finite worth within the limits', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom('integer', 'decimal', 'age'),
      fc.stringMatching(/^[-+]?[\d.:e]{0,6}$/),
      (type, value) => {
        const limited = aspect(type, { minimum: 3, maximum: 500 })
        if (fault(limited, value) !== undefined) return true
        const worth = numericValueOf(limited, undefined, value)
        return worth !== null && Number.isFinite(worth) && worth >= 3 && worth <= 500
      },
    ),
    seeded,
  )
})

t.test('the version in force is the latest that has begun, in whatever order they come', async (t) => {
  const versions = ['2020-09-01', '2017-09-01', '2024-09-01'].map((validFrom) => ({ validFrom }))
  t.equal(versionOn(versions, '2024-08-31')?.validFrom, '2020-09-01')
  t.equal(versionOn(versions, '2024-09-01')?.validFrom, '2024-09-01')
  t.equal(versionOn(versions, '2017-08-31'), undefined)
  t.equal(versionOn([], '2024-09-01'), undefined)
})

t.test('grades of a version differ, are trimmed and are ranked from 1', async (t) => {
  const grade = (name: string, rank = 1) => ({ grade: name, value: 1, rank })
  t.equal(faultOfGrades(gcse.grades), undefined)
  t.match(faultOfGrades([]), /at least one grade/)
  t.match(faultOfGrades([grade('A'), grade('a')]), /must differ/)
  t.match(faultOfGrades([grade(' A')]), /spaces/)
  t.match(faultOfGrades([grade('')]), /must not be empty/)
  t.match(faultOfGrades([grade('A', 0)]), /from 1/)
})

t.test('results are written while their set is open and not locked', async (t) => {
  const set = { opensOn: '2026-11-01', closesOn: '2026-11-30', lockedAt: null }
  t.equal(faultOfWriting(set, '2026-11-01'), undefined)
  t.equal(faultOfWriting(set, '2026-11-30'), undefined)
  t.equal(faultOfWriting(set, '2026-10-31'), 'The result set opens on 2026-11-01.')
  t.equal(faultOfWriting(set, '2026-12-01'), 'The result set closed after 2026-11-30.')
  t.equal(
    faultOfWriting({ ...set, lockedAt: '2026-11-20T10:00:00Z' }, '2026-11-21'),
    'The result set is locked.',
  )
})
