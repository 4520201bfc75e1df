import t from 'tap'
import { resultValue } from '../../../../src/protocols/oneroster/gradebook/write/values.ts'

const versions = [
  {
    validFrom: '2026-09-01',
    grades: [
      { grade: '9', value: 9, rank: 1 },
      { grade: '1', value: 1, rank: 9 },
      { grade: 'Pass', value: 4, rank: 5 },
      { grade: 'U', value: 0, rank: 10 },
      { grade: 'X', value: 0, rank: 11 },
    ],
  },
]
const value = (valueType: string, said: object, day = '2026-11-24') =>
  resultValue({ valueType, versions }, { scoreStatus: 'fully graded', ...said }, day)

t.test('a score is written as a number without an exponent', async (t) => {
  for (const [score, text] of [
    [7, '7'],
    [10, '10'],
    [-0, '0'],
    [0.1 + 0.2, '0.3'],
    [200 / 3, '66.666667'],
    [1e-9, '0'],
    [-12.5, '-12.5'],
    [999_999_999, '999999999'],
  ] as const)
    t.equal(value('decimal', { score }), text)
  t.equal(value('integer', { score: 100 }), '100')
  t.equal(value('decimal', { textScore: 'A' }), undefined, 'words are no number')
})

t.test('a grade is what is written, else what is worth the score', async (t) => {
  t.equal(value('grade', { textScore: 'Pass', score: 9 }), 'Pass')
  t.equal(value('grade', { score: 9 }), '9')
  t.equal(value('grade', { score: 4 }), 'Pass')
  t.equal(value('grade', { score: 0 }), '0', 'two grades are worth it, so it is refused by its own name')
  t.equal(value('grade', { score: 4 }, '2026-08-31'), '4', 'before the set is in force')
  t.equal(value('grade', {}), undefined)
})

t.test('ages and comments are words', async (t) => {
  t.equal(value('age', { score: 90, textScore: '7:06' }), '7:06')
  t.equal(value('age', { score: 90 }), undefined)
  t.equal(value('comment', { comment: 'Well done' }), 'Well done')
})

t.test('who is exempt, or handed nothing in, has no result', async (t) => {
  for (const scoreStatus of ['exempt', 'not submitted'])
    t.equal(value('decimal', { scoreStatus, score: 0 }), undefined)
  for (const scoreStatus of ['submitted', 'partially graded', 'ext:late'])
    t.equal(value('decimal', { scoreStatus, score: 0 }), '0')
})
