import { newPupil } from './little-school.ts'
import type { TestSchool } from './service.ts'

/** A school with something of everything about each of four pupils, made through the API alone. */
export interface FullSchool {
  /** 0 and 1 are in year 7 and form 7A, 2 and 3 in year 8 and form 8A; 1 and 2 share a mathematics set. */
  pupils: [string, string, string, string]
  staff: { tutor: string; teacher: string; other: string }
  /** Parental responsibility for 0 and 1, of whom a court order bars 1; 3 is only linked. */
  guardian: string
  /** Of 2 alone. */
  otherContact: string
  forms: [string, string]
  set: string
  aspect: string
  resultSet: string
}

export async function makeFullSchool(school: TestSchool): Promise<FullSchool> {
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const year = await made('/academic-years', {
    name: '2026/27',
    startsOn: '2026-09-01',
    endsOn: '2027-08-31',
    cycleWeeks: 1,
    cycleStartsOn: '2026-08-31',
  })
  await made('/terms', { academicYearId: year, name: 'Autumn', startsOn: '2026-09-03', endsOn: '2026-12-18' })
  const member = (code: string) =>
    made('/staff', {
      code,
      legalGivenName: code,
      legalFamilyName: 'Smith',
      role: 'Teacher',
      birthDate: '1980-01-01',
    })
  const staff = { tutor: await member('TUT'), teacher: await member('TEA'), other: await member('OTH') }
  const group = (kind: string, code: string, yearGroup: number) =>
    made('/groups', { kind, code, name: code, academicYearId: year, yearGroup })
  const forms: [string, string] = [await group('registration', '7A', 7), await group('registration', '8A', 8)]
  const set = await group('teaching', '7Ma1', 7)
  const { ids } = (await school.post('/pupils/batch', { items: [0, 1, 2, 3].map(describePupil) })).body
  const pupils = ids as FullSchool['pupils']
  const joins = (groupId: string | undefined, who: object) => ({ groupId, validFrom: '2026-09-01', ...who })
  const pupilIn = (groupId: string | undefined, pupilId: string | undefined) =>
    joins(groupId, { pupilId, role: 'pupil' })
  await school.post('/memberships/batch', {
    items: [
      joins(forms[0], { staffId: staff.tutor, role: 'tutor' }),
      joins(set, { staffId: staff.teacher, role: 'teacher' }),
      ...[0, 1].map((at) => pupilIn(forms[0], pupils[at])),
      ...[2, 3].map((at) => pupilIn(forms[1], pupils[at])),
      ...[1, 2].map((at) => pupilIn(set, pupils[at])),
    ],
  })
  const guardian = await made('/contacts', {
    legalGivenName: 'Gil',
    legalFamilyName: 'Guardian',
    phone: '020 7946 0001',
  })
  const otherContact = await made('/contacts', { legalGivenName: 'Olu', legalFamilyName: 'Other' })
  const link = (contactId: string, at: number, responsible: boolean, barred: boolean) =>
    made('/pupil-contacts', {
      pupilId: pupils[at],
      contactId,
      relationship: 'Parent',
      priority: 1,
      hasParentalResponsibility: responsible,
      isCourtOrderRestricted: barred,
    })
  await link(guardian, 0, true, false)
  await link(guardian, 1, true, true)
  await link(guardian, 3, false, false)
  await link(otherContact, 2, true, false)
  const { aspect, resultSet } = await giveResults(school, pupils)
  for (const pupilId of pupils)
    await made('/behaviour-events', {
      pupilId,
      kind: 'achievement',
      type: 'Help',
      points: 1,
      occurredOn: '2026-11-20',
      publishesAt: '2026-11-20T16:00:00Z',
    })
  await takeRegisters(school, forms, pupils)
  return { pupils, staff, guardian, otherContact, forms, set, aspect, resultSet }
}

const describePupil = (at: number) => ({
  ...newPupil(at),
  yearGroup: at < 2 ? 7 : 8,
  uln: ['9999375358', '1000000000', '1000000019', '1000000027'][at] ?? null,
  birthDate: '2014-05-01',
  email: `p${at}@example.org`,
  senStatus: 'K',
  medicalNotes: `Carries an inhaler ${at}`,
  isPupilPremium: true,
})

async function giveResults(school: TestSchool, pupils: readonly string[]) {
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const aspect = await made('/aspects', { code: 'A', name: 'A', type: 'integer' })
  const resultSet = await made('/result-sets', {
    code: 'S',
    name: 'S',
    opensOn: '2026-11-01',
    closesOn: '2026-11-30',
    publishesAt: '2026-11-20T16:00:00Z',
  })
  await school.post('/results/batch', {
    items: pupils.map((pupilId) => ({
      pupilId,
      aspectId: aspect,
      resultSetId: resultSet,
      type: 'R',
      value: '7',
    })),
  })
  return { aspect, resultSet }
}

async function takeRegisters(school: TestSchool, forms: readonly string[], pupils: readonly string[]) {
  for (const [at, groupId] of forms.entries()) {
    const { id } = (await school.post('/registers', { groupId, date: '2026-11-23', session: 'AM' })).body
    const { status, text } = await school.call('PUT', `/registers/${id}/marks`, {
      body: { marks: pupils.slice(at * 2, at * 2 + 2).map((pupilId) => ({ pupilId, code: '/' })) },
      headers: { 'if-match': '*' },
    })
    if (status !== 200) throw new Error(text)
  }
}
