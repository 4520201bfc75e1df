import fc from 'fast-check'
import t from 'tap'
import { attendanceCodes, findCode } from '../../../../src/records/attendance/codes.ts'
import { figuresOfCodes } from '../../../../src/records/attendance/statistics/counts.ts'

const seeded = { seed: 20_260_901, numRuns: 500 }
const codes = attendanceCodes.map(({ code }) => code)
const register = fc
  .dictionary(fc.constantFrom(...codes), fc.nat(1_000_000))
  .map((counted) => Object.entries(counted))

t.test('the identities of the national statistics hold on any register', async () => {
  const total = (counted: [string, number][], of: (code: string) => boolean) =>
    counted.filter(([code]) => of(code)).reduce((sum, [, times]) => sum + times, 0)
  fc.assert(
    fc.property(register, (counted) => {
      const figures = figuresOfCodes(counted, 5)
      const inCodes = (letters: string) => total(counted, (code) => letters.split(' ').includes(code))
      return (
        figures.present === inCodes('/ \\ L') &&
        figures.approvedEducationalActivity === inCodes('B K P V W J') &&
        figures.authorised === inCodes('C C1 C2 E I J1 M R S T H F') &&
        figures.unauthorised === inCodes('G N O U') &&
        figures.notPossible === inCodes('D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z # Y') &&
        figures.late === inCodes('L U') &&
        figures.attendance === figures.present + figures.approvedEducationalActivity &&
        figures.absence === figures.authorised + figures.unauthorised &&
        figures.possible === figures.attendance + figures.absence &&
        figures.late === figures.lateBeforeClose + figures.lateAfterClose &&
        total(counted, () => true) === figures.possible + figures.notPossible
      )
    }),
    seeded,
  )
})

t.test('rates add up to a hundred and move by no more than rounding', async () => {
  fc.assert(
    fc.property(register, (counted) => {
      const { possible, attendancePercent, absencePercent, ...figures } = figuresOfCodes(counted, 4)
      if (possible === 0) return attendancePercent === null && absencePercent === null
      const sum = (attendancePercent ?? 0) + (absencePercent ?? 0)
      const parts = (figures.authorisedPercent ?? 0) + (figures.unauthorisedPercent ?? 0)
      return Math.abs(sum - 100) < 0.000_11 && Math.abs(parts - (absencePercent ?? 0)) < 0.000_16
    }),
    seeded,
  )
})

t.test('counting twice the sessions doubles every count and changes no rate', async () => {
  fc.assert(
    fc.property(register, (counted) => {
      const once = figuresOfCodes(counted, 3)
      const twice = figuresOfCodes([...counted, ...counted], 3)
      return Object.entries(once).every(([name, figure]) => {
        const other = twice[name as keyof typeof twice]
        return name.endsWith('Percent') ? other === figure : other === (figure as number) * 2
      })
    }),
    seeded,
  )
})

/**
 * Department for Education, Pupil attendance in schools, spring term 2022/23, state-funded primary schools in Leicester:
 * the file gives AM and PM presence and L apart, and the other codes as the totals that are fed in here by one code each.
 */
const leicester = {
  codes: [
    ['/', 1_157_575],
    ['\\', 1_180_365],
    ['L', 29_154],
    ['V', 13_593],
    ['I', 99_826],
    ['U', 34_090 - 29_154],
    ['O', 66_982 - (34_090 - 29_154)],
  ] as [string, number][],
  totals: {
    present: 2_367_094,
    attendance: 2_380_687,
    approvedEducationalActivity: 13_593,
    absence: 166_808,
    authorised: 99_826,
    unauthorised: 66_982,
    late: 34_090,
    possible: 2_547_495,
  },
}

t.test('a published row of counts gives the published totals', async (t) => {
  t.match(figuresOfCodes(leicester.codes, 1), leicester.totals)
})

/** Pupil absence in schools in England, 2020/21: possible sessions, absences and the published rate of five decimals. */
const published = [
  [184_808_865, 8_577_849, 4.64147],
  [181_150_577, 8_242_737, 4.55021],
  [2_259_221, 121_397, 5.3734],
] as const

t.test('published counts give the published rates to their last decimal', async (t) => {
  for (const [possible, absence, rate] of published) {
    const figures = figuresOfCodes(
      [
        ['/', possible - absence],
        ['I', absence],
      ],
      5,
    )
    t.equal(figures.absencePercent, rate)
    t.equal(figures.possible, possible)
  }
})

t.test('each axis of a code agrees with the others', async (t) => {
  for (const one of attendanceCodes) {
    const figures = figuresOfCodes([[one.code, 1]], 1)
    t.equal(figures.attendance === 1, one.counts === 'attendance', `${one.code} counts as ${one.counts}`)
    t.equal(figures.absence === 1, one.counts === 'absence', one.code)
    t.equal(figures.possible === 0, one.counts === 'not-counted', one.code)
    if (one.category === 'present') t.not(one.whereabouts, 'off-site', `${one.code} is on site`)
    if (one.whereabouts === 'off-site')
      t.notOk(findCode(one.code)?.isLate, `${one.code} is away, so never late`)
  }
})
