import t from 'tap'
import {
  attendanceCodes,
  type Category,
  codesOn,
  faultOfMark,
  findCode,
} from '../../../src/records/attendance/codes.ts'

const today = '2026-11-23'
const inForce: Record<Category, string> = {
  present: '/ \\ L',
  'approved-educational-activity': 'B K P V W',
  authorised: 'C C1 C2 E I J1 M R S T',
  unauthorised: 'G N O U',
  'not-possible': 'D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #',
}
const listOf = (codes: { code: string }[]) => codes.map((one) => one.code).sort()

t.test('the codes in force are those of the regulations of 2024, each in its category', async (t) => {
  for (const [category, codes] of Object.entries(inForce))
    t.same(
      listOf(codesOn(today).filter((one) => one.category === category)),
      codes.split(' ').sort(),
      category,
    )
  t.equal(codesOn(today).length, 34)
  t.equal(attendanceCodes.length, 38)
  t.equal(new Set(listOf([...attendanceCodes])).size, 38)
})

t.test('H, J and Y end and the new codes begin on 19 August 2024, F ended in September 2013', async (t) => {
  const before = listOf(codesOn('2024-08-18'))
  const after = listOf(codesOn('2024-08-19'))
  t.same(
    before.filter((code) => !after.includes(code)),
    ['H', 'J', 'Y'],
  )
  t.same(
    after.filter((code) => !before.includes(code)),
    ['C1', 'C2', 'J1', 'K', 'Q', 'Y1', 'Y2', 'Y3', 'Y4', 'Y5', 'Y6', 'Y7'],
  )
  t.ok(listOf(codesOn('2013-08-31')).includes('F'))
  t.notOk(listOf(codesOn('2013-09-01')).includes('F'))
})

t.test('withdrawn codes stay readable with the category they had', async (t) => {
  t.same(
    ['H', 'J', 'Y', 'F'].map((code) => findCode(code)?.category),
    ['authorised', 'approved-educational-activity', 'not-possible', 'authorised'],
  )
})

t.test('a code counts as its category counts, and L and U are the late ones', async (t) => {
  for (const one of attendanceCodes) {
    const attended = one.category === 'present' || one.category === 'approved-educational-activity'
    const missed = one.category === 'authorised' || one.category === 'unauthorised'
    t.equal(one.counts, attended ? 'attendance' : missed ? 'absence' : 'not-counted', one.code)
    t.ok(one.source.length > 0 && one.meaning.length > 0)
  }
  t.same(listOf(attendanceCodes.filter((one) => one.isLate)), ['L', 'U'])
})

t.test('a fire register expects / and \\ on site, L and U on site later, and nobody else', async (t) => {
  t.same(listOf(attendanceCodes.filter((one) => one.whereabouts === 'on-site')), ['/', '\\'])
  t.same(listOf(attendanceCodes.filter((one) => one.whereabouts === 'late')), ['L', 'U'])
})

t.test('a code in force fits its session', async (t) => {
  for (const { code, sessions } of codesOn(today))
    for (const session of sessions) t.equal(faultOfMark({ code, date: today, session }), undefined)
})

t.test('present is written / in the morning and \\ in the afternoon', async (t) => {
  t.match(faultOfMark({ code: '/', date: today, session: 'PM' }), {
    sentence: 'Present in an afternoon session is written \\, not /.',
    source: /regulation 10\(2\), Table 1/,
  })
  t.match(
    faultOfMark({ code: '\\', date: today, session: 'AM' })?.sentence,
    /a morning session is written \//,
  )
})

t.test('a code outside its dates is refused with the day and what to write instead', async (t) => {
  const fault = (code: string, date: string) => faultOfMark({ code, date, session: 'AM' })?.sentence
  t.equal(fault('H', '2024-08-18'), undefined)
  t.equal(fault('H', '2024-08-19'), 'Code H was withdrawn on 2024-08-19; write C or G.')
  t.equal(fault('J', today), 'Code J was withdrawn on 2024-08-19; write J1.')
  t.equal(fault('Y', today), 'Code Y was withdrawn on 2024-08-19; write Y1 to Y7.')
  t.match(fault('F', today), /withdrawn on 2013-09-01; write H for days before/)
  t.equal(fault('C1', '2024-08-18'), 'Code C1 is in force from 2024-08-19.')
})

t.test('what is no code is refused, and a small letter is recognised', async (t) => {
  const fault = (code: string) => faultOfMark({ code, date: today, session: 'AM' })?.sentence
  t.equal(fault('i'), 'This is not an attendance code; I is.')
  t.equal(fault('y1'), 'This is not an attendance code; Y1 is.')
  for (const wrong of ['', '.', '-', 'Q1', 'constructor', '|', '1'])
    t.match(fault(wrong), /see the list/, wrong)
})
