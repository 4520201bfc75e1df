import fc from 'fast-check'
import t from 'tap'
import {
  codeOfArrival,
  faultOfClosure,
  faultOfMinutes,
  faultOfPupil,
  faultOfUnresolved,
  isOfCompulsoryAge,
  type PupilFacts,
} from '../../../src/records/attendance/rules.ts'

const on = { date: '2026-11-23', session: 'AM' } as const
const pupil: PupilFacts = { birthDate: '2014-05-06', yearGroup: 7, enrolment: 'C', attends: null }

t.test(
  'compulsory school age begins on the prescribed day and ends on the last Friday of June',
  async (t) => {
    const at = (birthDate: string, date: string) => isOfCompulsoryAge({ birthDate, yearGroup: 0 }, date)
    // Five on 1 April 2026: the next prescribed day is 31 August.
    t.equal(at('2021-04-01', '2026-08-30'), false)
    t.equal(at('2021-04-01', '2026-08-31'), true)
    // Five on 31 March itself.
    t.equal(at('2021-03-31', '2026-03-31'), true)
    // Five on 1 September: 31 December.
    t.equal(at('2021-09-01', '2026-12-30'), false)
    t.equal(at('2021-09-01', '2026-12-31'), true)
    // Sixteen in the school year 2025/26: 26 June 2026 is the last Friday.
    t.equal(at('2010-05-01', '2026-06-26'), true)
    t.equal(at('2010-05-01', '2026-06-27'), false)
    // Sixteen in September 2026: a school year later.
    t.equal(at('2010-09-01', '2027-06-25'), true)
    t.equal(at('2010-09-01', '2027-06-26'), false)
    // A leap day's child is five by the end of March.
    t.equal(at('2020-02-29', '2025-03-31'), true)
    t.equal(
      isOfCompulsoryAge({ birthDate: null, yearGroup: 7 }, on.date),
      true,
      'by year group without a birth date',
    )
    t.equal(isOfCompulsoryAge({ birthDate: null, yearGroup: 13 }, on.date), false)
    t.equal(
      isOfCompulsoryAge({ birthDate: null, yearGroup: 0 }, on.date),
      undefined,
      'reception may be either',
    )
  },
)

t.test('each code that asks for a pupil names its rule and its source', async (t) => {
  const cases: [string, Partial<PupilFacts>, RegExp | undefined][] = [
    ['X', {}, /compulsory school age.*/],
    ['X', { birthDate: '2022-01-01' }, undefined],
    ['X', { birthDate: null, yearGroup: 0 }, undefined],
    ['D', {}, /dual/],
    ['D', { enrolment: 'M' }, undefined],
    ['D', { enrolment: 'S' }, undefined],
    ['C2', {}, /part-time timetable in force/],
    ['C2', { attends: ['1AM'] }, /asks the pupil to attend/],
    ['C2', { attends: ['1PM'] }, undefined],
    ['C2', { attends: [], birthDate: '2022-01-01' }, /X fits/],
    ['Z', {}, /not yet on the roll/],
    ['Z', { enrolment: null }, undefined],
    ['/', { enrolment: null }, /only Z/],
  ]
  for (const [code, facts, expected] of cases) {
    const fault = faultOfPupil(code, on, { ...pupil, ...facts })
    if (expected === undefined) t.equal(fault, undefined, `${code} ${JSON.stringify(facts)}`)
    else {
      t.match(fault?.sentence, expected, code)
      t.ok(fault?.source, 'with its source')
    }
  }
})

t.test('# and closures belong together, N lasts five school days', async (t) => {
  t.equal(faultOfClosure('#', 'Training'), undefined)
  t.match(faultOfClosure('#', null)?.sentence, /planned closure/)
  t.match(faultOfClosure('/', 'Training')?.sentence, /Training/)
  t.equal(faultOfClosure('/', null), undefined)
  t.equal(faultOfUnresolved('N', 5), undefined)
  t.match(faultOfUnresolved('N', 6)?.sentence, /five|5/)
  t.equal(faultOfUnresolved('O', 60), undefined)
})

t.test(
  'an arrival is present, L or U by the opening times, and its minutes agree with the code',
  async () => {
    const opening = fc.record({
      opens: fc.integer({ min: 480, max: 560 }),
      length: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(
        opening,
        fc.integer({ min: 400, max: 720 }),
        fc.boolean(),
        ({ opens, length }, arrived, isMorning) => {
          const session = isMorning ? 'AM' : 'PM'
          const { code, minutesLate } = codeOfArrival(arrived, { opens, closes: opens + length }, session)
          if (arrived <= opens) return code === (isMorning ? '/' : '\\') && minutesLate === null
          const expected = arrived <= opens + length ? 'L' : 'U'
          return (
            code === expected &&
            minutesLate === arrived - opens &&
            faultOfMinutes(code, minutesLate, length) === undefined
          )
        },
      ),
    )
  },
)
