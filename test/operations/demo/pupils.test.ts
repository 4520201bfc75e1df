import t from 'tap'
import { faultOfUln, faultOfUpn, isTemporaryUpn } from '../../../src/records/pupils/identifiers.ts'
import { faultOfEnrolments, questionOfAge, statusOn } from '../../../src/records/pupils/rules.ts'
import { byId, oddDays, schoolOn, share } from './days.ts'

const today = '2026-12-28'
const { pupils, people, enrolments, staff } = schoolOn(today)
const persons = byId(people)

for (const day of oddDays) {
  t.test(`on ${day} about 900 pupils are on the roll, about 180 in each year group of 7 to 11`, async (t) => {
    const school = schoolOn(day)
    const onRoll = school.pupils.filter((pupil) => pupil.enrolledOn <= day && (pupil.leftOn ?? '9999') > day)
    t.ok(Math.abs(onRoll.length - 900) <= 12, String(onRoll.length))
    for (const year of [7, 8, 9, 10, 11]) {
      const count = onRoll.filter((pupil) => pupil.yearGroup === year).length
      t.ok(Math.abs(count - 180) <= 8, `year ${year}: ${count}`)
    }
    const start = school.academicYears[0]?.startsOn ?? ''
    const births = byId(school.people)
    t.notOk(
      school.pupils.some((one) => questionOfAge(births.get(one.id)?.birthDate ?? '', one.yearGroup, start)),
      'everybody is of the age of the year group',
    )
  })
}

t.test('twelve pupils have joined and ten have left by the end of the autumn term', async (t) => {
  t.equal(pupils.filter((pupil) => pupil.enrolledOn > '2026-09-01').length, 12)
  t.equal(pupils.filter((pupil) => pupil.leftOn !== null).length, 10)
  t.notOk(pupils.some((pupil) => pupil.enrolledOn > today || (pupil.leftOn ?? '') > today))
})

t.test('the enrolment agrees with the pupil', async (t) => {
  const found = new Map(enrolments.map((one) => [one.pupilId, one]))
  t.equal(found.size, pupils.length)
  for (const pupil of pupils) {
    const enrolment = found.get(pupil.id)
    if (!enrolment) throw new Error('Without enrolment.')
    const { validFrom, validUntil } = enrolment
    if (validFrom !== pupil.enrolledOn || validUntil !== pupil.leftOn) t.fail('enrolment differs')
    if (faultOfEnrolments([enrolment]) !== undefined) t.fail('faulty enrolment')
    if (statusOn([enrolment], today) !== (pupil.leftOn ? 'previous' : 'current')) t.fail('status differs')
  }
})

t.test('UPNs and ULNs are valid and unique, and only newcomers have a temporary UPN', async (t) => {
  const upns = pupils.map((pupil) => pupil.upn ?? '')
  t.same(
    upns.filter((upn) => faultOfUpn(upn) !== undefined),
    [],
  )
  t.equal(new Set(upns).size, pupils.length)
  const temporary = pupils.filter((pupil) => isTemporaryUpn(pupil.upn ?? ''))
  t.equal(temporary.length, 2)
  t.ok(temporary.every((pupil) => pupil.enrolledOn > '2026-09-01'))
  const ulns = pupils.flatMap((pupil) => pupil.uln ?? [])
  t.notOk(ulns.some((uln) => faultOfUln(uln) !== undefined))
  t.equal(new Set(ulns).size, ulns.length)
  t.ok(pupils.every((pupil) => (pupil.uln !== null) === pupil.yearGroup >= 10))
  t.equal(new Set(pupils.map((pupil) => pupil.admissionNumber)).size, pupils.length)
})

t.test('needs, eligibility and backgrounds are as common as in England', async (t) => {
  const within = (of: number, low: number, high: number, what: string) =>
    t.ok(of >= low && of <= high, `${what}: ${of.toFixed(3)}`)
  for (const seed of [1, 2, 3]) {
    const { pupils, people } = schoolOn(today, seed)
    const sexes = byId(people)
    within(
      share(pupils, (one) => one.isPupilPremium === true),
      0.2,
      0.29,
      'pupil premium',
    )
    within(
      share(pupils, (one) => one.isFreeSchoolMeals === true),
      0.18,
      0.27,
      'free school meals',
    )
    within(
      share(pupils, (one) => one.senStatus === 'K'),
      0.1,
      0.16,
      'SEN support',
    )
    within(
      share(pupils, (one) => one.senStatus === 'E'),
      0.018,
      0.042,
      'plan',
    )
    within(pupils.filter((one) => one.isInCare).length, 1, 12, 'in care')
    within(
      share(pupils, (one) => one.ethnicity === 'WBRI'),
      0.5,
      0.7,
      'White British',
    )
    within(
      share(pupils, (one) => one.firstLanguage === 'ENG'),
      0.75,
      0.92,
      'English as first language',
    )
    within(
      share(pupils, (one) => sexes.get(one.id)?.sex === 'F'),
      0.44,
      0.54,
      'girls',
    )
    t.ok(pupils.every((one) => (one.senStatus === 'N') === (one.senNeeds === null)))
  }
})

t.test('phones and e-mail addresses belong to nobody, postcodes to no place', async (t) => {
  const emails = people.flatMap((one) => one.email ?? [])
  t.ok(emails.every((one) => /^[a-z0-9.]+@example\.org$/.test(one)))
  const phones = people.flatMap((one) => one.phone ?? [])
  t.ok(phones.every((one) => /^(07700 900|01632 960)\d{3}$/.test(one)))
  const postcodes = people.flatMap((one) => one.address?.postcode ?? [])
  t.ok(postcodes.every((one) => /^ZZ\d \d[A-Z]{2}$/.test(one)))
})

t.test('some pupils are called by another name than the legal one', async (t) => {
  const called = pupils.filter((pupil) => persons.get(pupil.id)?.preferredGivenName)
  t.ok(called.length > 40 && called.length < 300, String(called.length))
  t.notOk(
    called.some((one) => persons.get(one.id)?.preferredGivenName === persons.get(one.id)?.legalGivenName),
  )
})

t.test('sixty people work at the school, each with a code of three letters of their own', async (t) => {
  t.equal(staff.length, 60)
  t.equal(new Set(staff.map((one) => one.code)).size, 60)
  t.ok(staff.every((one) => /^[A-Z]{3}$/.test(one.code)))
  const roles = staff.map((one) => one.role)
  for (const role of ['Headteacher', 'SENCo', 'Attendance Officer', 'Receptionist'])
    t.ok(roles.includes(role))
  t.equal(roles.filter((role) => role.startsWith('Deputy')).length, 2)
  t.equal(roles.filter((role) => role.startsWith('Head of Year')).length, 5)
})
