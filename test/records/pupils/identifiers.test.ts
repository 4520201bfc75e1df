import fc from 'fast-check'
import t from 'tap'
import {
  faultOfUci,
  faultOfUln,
  faultOfUpn,
  isTemporaryUpn,
  makeTemporaryUpn,
  makeUci,
  makeUln,
  makeUpn,
  yearOfUpn,
} from '../../../src/records/pupils/identifiers.ts'

const seeded = { seed: 20_240_819 }
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
const parts = (serials: number) =>
  fc.record({
    la: digits(3),
    estab: digits(4),
    year: fc.integer({ min: 1990, max: 2089 }),
    serial: fc.integer({ min: 0, max: serials }),
  })

t.test('published UPNs are judged as their publishers judge them', async (t) => {
  for (const upn of ['B801200005001', 'R674123101121', 'A203202811068'])
    t.equal(faultOfUpn(upn), undefined, upn)
  t.equal(faultOfUpn('A801200005001'), 'UPN check letter should be B.')
  t.match(faultOfUpn('X80120000A001'), /letter and 12 digits/)
})

t.test(
  'the UPN that two help pages print with Q has the check letter P, since its sum is 266 and not 267',
  async (t) => {
    t.equal(faultOfUpn('B207000016049'), 'UPN check letter should be P.')
    t.equal(faultOfUpn('Q207000016049'), 'UPN check letter should be P.')
    t.equal(faultOfUpn('P207000016049'), undefined)
  },
)

t.test('each mistake in the shape of a UPN has its own sentence', async (t) => {
  t.match(faultOfUpn('B80120000500'), /13 characters, not 12/)
  t.match(faultOfUpn(''), /13 characters, not 0/)
  t.match(faultOfUpn('b801200005001'), /capitals/)
  t.match(faultOfUpn('8801200005001'), /begin with its check letter/)
  t.match(faultOfUpn('I801200005001'), /never I, O or S/)
  t.match(faultOfUpn('B80120000500O'), /never I, O or S/)
})

t.test('a sentence about a UPN never repeats the number', async () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]\d{12}$/), (upn) => !(faultOfUpn(upn) ?? '').includes(upn.slice(1))),
    seeded,
  )
})

t.test('a UPN that was made is valid, permanent or temporary as asked, and keeps its year', async () => {
  fc.assert(
    fc.property(parts(999), (given) => {
      const upn = makeUpn(given)
      return faultOfUpn(upn) === undefined && !isTemporaryUpn(upn) && yearOfUpn(upn) === given.year
    }),
    seeded,
  )
  fc.assert(
    fc.property(parts(2299), (given) => {
      const upn = makeTemporaryUpn(given)
      return faultOfUpn(upn) === undefined && isTemporaryUpn(upn) && yearOfUpn(upn) === given.year
    }),
    seeded,
  )
})

t.test('temporary serials run 00A to 99A, then on with B, and never meet', async (t) => {
  const school = { la: '801', estab: '2000', year: 2026 }
  const all = Array.from({ length: 2300 }, (_, serial) => makeTemporaryUpn({ ...school, serial }))
  t.match(all[0], /00A$/)
  t.match(all[99], /99A$/)
  t.match(all[100], /00B$/)
  t.match(all[2299], /99Z$/)
  t.equal(new Set(all).size, 2300)
  t.throws(() => makeTemporaryUpn({ ...school, serial: 2300 }), RangeError)
  t.throws(() => makeUpn({ ...school, serial: 1000 }), RangeError)
  t.throws(() => makeUpn({ ...school, la: '80', serial: 1 }), RangeError)
  t.throws(() => makeUpn({ ...school, estab: '20000', serial: 1 }), RangeError)
  t.throws(() => makeUpn({ ...school, year: 26, serial: 1 }), RangeError)
})

t.test('one wrong digit of a UPN is always found', async () => {
  fc.assert(
    fc.property(
      parts(999),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (given, place, step) => {
        const upn = makeUpn(given)
        const wrong = (Number(upn.charAt(place)) + step) % 10
        return faultOfUpn(`${upn.slice(0, place)}${wrong}${upn.slice(place + 1)}`) !== undefined
      },
    ),
    seeded,
  )
})

t.test('published ULNs are judged as their publishers judge them', async (t) => {
  t.equal(faultOfUln('9999375358'), undefined)
  t.equal(faultOfUln('9276308686'), undefined)
  t.equal(faultOfUln('0123456789'), 'ULN must not begin with 0.')
  t.equal(faultOfUln('9999375359'), 'ULN check digit should be 8.')
  t.equal(faultOfUln('999937535'), 'ULN must be 10 digits.')
})

t.test('a ULN that was made is valid, and nine digits without a check digit make none', async (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{8}$/), (nine) => {
      const uln = makeUln(nine)
      if (uln !== undefined) return faultOfUln(uln) === undefined
      return [...'0123456789'].every((digit) => faultOfUln(nine + digit) !== undefined)
    }),
    seeded,
  )
  t.equal(makeUln('999937535'), '9999375358')
  // 10 * 1 + 2 * 6 = 22, which 11 divides.
  t.equal(makeUln('100000006'), undefined)
  t.match(faultOfUln('1000000060'), /no check digit fits/)
  t.throws(() => makeUln('012345678'), RangeError)
})

t.test('the published UCI ends with G, and every UCI that was made is valid', async (t) => {
  t.equal(makeUci('681990012058'), '681990012058G')
  t.equal(faultOfUci('681990012058G'), undefined)
  t.equal(faultOfUci('681990012058H'), 'UCI check letter should be G.')
  t.match(faultOfUci('681991012058G'), /sixth of them 0/)
  t.throws(() => makeUci('68199'), RangeError)
  fc.assert(
    fc.property(
      digits(5),
      digits(6),
      (centre, rest) => faultOfUci(makeUci(`${centre}0${rest}`)) === undefined,
    ),
    seeded,
  )
})
