import fc from 'fast-check'
import t from 'tap'
import { addDays } from '../../../src/foundation/time/days.ts'
import { makeTemporaryUpn, makeUpn } from '../../../src/records/pupils/identifiers.ts'
import {
  type Enrolment,
  faultOfBirthDate,
  faultOfEnrolments,
  lastDayOf,
  leave,
  questionOfAge,
  replaceUpn,
  statusOn,
  usualYearGroup,
  yearGroupLabel,
  yearGroupOf,
} from '../../../src/records/pupils/rules.ts'

const seeded = { seed: 20_260_901 }
const enrolment = (validFrom: string, validUntil: string | null, status = 'C'): Enrolment => ({
  status,
  validFrom,
  validUntil,
})
const twice = [enrolment('2025-09-01', '2026-01-10'), enrolment('2026-09-01', null, 'M')]

t.test(
  'a pupil is future before entry, on the roll from it, and previous from the day after the last',
  async (t) => {
    t.equal(statusOn(twice, '2025-08-31'), 'future')
    t.equal(statusOn(twice, '2025-09-01'), 'current')
    t.equal(statusOn(twice, '2026-01-09'), 'current')
    t.equal(statusOn(twice, '2026-01-10'), 'previous')
    t.equal(statusOn(twice, '2026-09-01'), 'main-dual')
    t.equal(statusOn([], '2026-09-01'), undefined)
  },
)

t.test('each enrolment code has its word', async (t) => {
  const word = (status: string) => statusOn([enrolment('2026-09-01', null, status)], '2026-09-01')
  t.same([...'CMSGFO'].map(word), [
    'current',
    'main-dual',
    'subsidiary-dual',
    'guest',
    'further-education',
    'other',
  ])
})

t.test('enrolments follow each other without overlap and end after they begin', async (t) => {
  t.equal(faultOfEnrolments(twice), undefined)
  t.equal(faultOfEnrolments([...twice].reverse()), undefined)
  t.equal(
    faultOfEnrolments([enrolment('2025-09-01', '2026-09-01'), enrolment('2026-09-01', null)]),
    undefined,
  )
  t.match(
    faultOfEnrolments([enrolment('2025-09-01', '2026-09-02'), enrolment('2026-09-01', null)]),
    /not overlap/,
  )
  t.match(faultOfEnrolments([enrolment('2025-09-01', null), enrolment('2026-09-01', null)]), /not overlap/)
  t.match(faultOfEnrolments([enrolment('2025-09-01', null), enrolment('2025-09-01', null)]), /not overlap/)
  t.match(faultOfEnrolments([enrolment('2025-09-01', '2025-09-01')]), /leaves after the day of entry/)
  t.match(faultOfEnrolments([enrolment('2025-09-31', null)]), /days of the calendar/)
  t.match(faultOfEnrolments([enrolment('2025-09-01', null, 'Q')]), /one of C, M, S, G, F, O/)
})

t.test('without a fault, at most one enrolment holds any day', async () => {
  const some = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.integer({ min: 0, max: 15 })))
    .map(([from, length]) => {
      const validFrom = addDays('2026-09-01', from)
      return enrolment(validFrom, length === null ? null : addDays(validFrom, length))
    })
  fc.assert(
    fc.property(fc.array(some, { maxLength: 4 }), fc.integer({ min: 0, max: 60 }), (all, day) => {
      const date = addDays('2026-09-01', day)
      const holding = all.filter((one) => statusOn([one], date) === 'current')
      return faultOfEnrolments(all) !== undefined || holding.length <= 1
    }),
    { ...seeded, numRuns: 500 },
  )
})

t.test('leaving closes the open enrolment after its last day', async (t) => {
  const left = leave(twice, '2026-12-18')
  t.same(left, { enrolments: [twice[0], { ...twice[1], validUntil: '2026-12-19' }] })
  t.equal(lastDayOf(enrolment('2026-09-01', '2026-12-19')), '2026-12-18')
  t.equal(lastDayOf(enrolment('2026-09-01', null)), null)
  t.same(leave(twice, '2026-09-01'), { enrolments: [twice[0], { ...twice[1], validUntil: '2026-09-02' }] })
  t.match(leave(twice, '2026-08-31'), { fault: /before the day of entry/ })
  t.match(leave([enrolment('2026-09-01', '2026-12-19')], '2026-12-18'), { fault: /has a last day already/ })
})

t.test('year groups are written N1, N2, R and 1 to 14', async (t) => {
  t.same([-2, -1, 0, 1, 13, 14].map(yearGroupLabel), ['N1', 'N2', 'R', '1', '13', '14'])
  for (let year = -2; year <= 14; year += 1) t.equal(yearGroupOf(yearGroupLabel(year)), year)
  t.same(['07', 'Year 7', 'year7', 'reception', 'n1'].map(yearGroupOf), [7, 7, 7, 0, -2])
  t.same(
    ['', '15', '0x7', 'N3', '-1', '1.5', 'Year', '0'].map(yearGroupOf),
    Array(8).fill(undefined).with(7, 0),
  )
  t.throws(() => yearGroupLabel(15), RangeError)
})

t.test('a pupil who is 4 on 31 August starts reception, one born a day later waits a year', async (t) => {
  t.equal(usualYearGroup('2022-08-31', '2026-09-01'), 0)
  t.equal(usualYearGroup('2022-09-01', '2026-09-01'), -1)
  t.equal(usualYearGroup('2015-03-02', '2026-09-01'), 7)
  t.equal(usualYearGroup('2015-03-02', '2026-08-24'), 7, 'terms that start in August are of the same year')
})

t.test('an unusual year group is asked about without repeating the birth date', async (t) => {
  t.equal(questionOfAge('2015-03-02', 7, '2026-09-01'), undefined)
  t.equal(questionOfAge('2015-03-02', 8, '2026-09-01'), 'Pupils of this age are usually in year 7, not 8.')
  t.match(questionOfAge('1985-03-02', 8, '2026-09-01'), /check the birth date/)
})

t.test('a birth date is a real day that is not in the future', async (t) => {
  t.equal(faultOfBirthDate('2015-03-02', '2026-09-01'), undefined)
  t.equal(faultOfBirthDate('2026-09-01', '2026-09-01'), undefined)
  t.match(faultOfBirthDate('2026-09-02', '2026-09-01'), /future/)
  t.match(faultOfBirthDate('2015-02-29', '2026-09-01'), /day of the calendar/)
})

const school = { la: '801', estab: '2000', serial: 1 }
const permanent = (year: number) => makeUpn({ ...school, year })
const temporary = (year: number) => makeTemporaryUpn({ ...school, year })

t.test('a first UPN is stored, a faulty one is not', async (t) => {
  const nothing = { upn: null, formerUpn: null }
  t.same(replaceUpn(nothing, permanent(2026)), { upn: permanent(2026), formerUpn: null })
  t.same(replaceUpn(nothing, 'A801200005001'), { fault: 'UPN check letter should be B.' })
})

t.test('a permanent UPN takes the place of a temporary one, which becomes the former', async (t) => {
  const current = { upn: temporary(2026), formerUpn: null }
  t.same(replaceUpn(current, permanent(2026)), { upn: permanent(2026), formerUpn: temporary(2026) })
})

t.test('a permanent UPN is not replaced by a temporary one', async (t) => {
  const current = { upn: permanent(2020), formerUpn: null }
  t.match(replaceUpn(current, temporary(2026)), { fault: /not replaced by a temporary/ })
})

t.test(
  'of two permanent UPNs the earlier issued one is kept, over the turn of the century too',
  async (t) => {
    const current = { upn: permanent(2020), formerUpn: null }
    t.match(replaceUpn(current, permanent(2021)), { fault: /issued later/ })
    t.same(replaceUpn(current, permanent(2019)), { upn: permanent(2019), formerUpn: permanent(2020) })
    t.match(replaceUpn({ upn: permanent(1999), formerUpn: null }, permanent(2001)), { fault: /issued later/ })
  },
)

t.test('the same UPN again changes nothing', async (t) => {
  const current = { upn: permanent(2020), formerUpn: temporary(2020) }
  t.same(replaceUpn(current, permanent(2020)), current)
})
