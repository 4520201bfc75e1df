import type { TestSchool } from './service.ts'

/** Ids of a small school that was made through the API alone. */
export interface LittleSchool {
  year: string
  term: string
  period: string
  subject: string
  room: string
  teacher: string
  form: string
  entry: string
  pupils: string[]
}

/** One form of `size` pupils with a tutor, a Monday lesson in week 1 and 2, and an autumn term. */
export async function makeLittleSchool(school: TestSchool, size = 5): Promise<LittleSchool> {
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const year = await made('/academic-years', {
    name: '2026/27',
    startsOn: '2026-09-01',
    endsOn: '2027-08-31',
    cycleWeeks: 2,
    cycleStartsOn: '2026-08-31',
  })
  const term = await made('/terms', {
    academicYearId: year,
    name: 'Autumn',
    startsOn: '2026-09-03',
    endsOn: '2026-12-18',
  })
  await made('/closures', {
    name: 'Half-term',
    kind: 'holiday',
    startsOn: '2026-10-26',
    endsOn: '2026-10-30',
  })
  const period = await made('/periods', {
    name: 'P1',
    weekday: 1,
    startsAt: '08:50',
    endsAt: '09:50',
    session: 'AM',
  })
  const subject = await made('/subjects', { code: 'MA', name: 'Mathematics' })
  const room = await made('/rooms', { code: 'M1', name: 'Mathematics 1', capacity: 30 })
  const teacher = await made('/staff', {
    code: 'JSM',
    legalGivenName: 'Jo',
    legalFamilyName: 'Smith',
    role: 'Teacher of Mathematics',
  })
  const form = await made('/groups', {
    kind: 'registration',
    code: '7A',
    name: '7A',
    academicYearId: year,
    yearGroup: 7,
  })
  const pupils = (
    await school.post('/pupils/batch', { items: Array.from({ length: size }, (_, at) => newPupil(at)) })
  ).body.ids
  await school.post('/memberships/batch', {
    items: [
      { groupId: form, staffId: teacher, role: 'tutor', validFrom: '2026-09-01' },
      ...pupils.map((pupilId: string) => ({
        groupId: form,
        pupilId,
        role: 'pupil',
        validFrom: '2026-09-01',
      })),
    ],
  })
  const entry = await made('/timetable-entries', {
    groupId: form,
    periodId: period,
    staffId: teacher,
    roomId: room,
    subjectId: subject,
    validFrom: '2026-09-01',
  })
  return { year, term, period, subject, room, teacher, form, entry, pupils }
}

export function newPupil(at: number) {
  return {
    admissionNumber: `A${String(at).padStart(4, '0')}`,
    legalGivenName: `Given${at}`,
    legalFamilyName: `Family${at % 7}`,
    yearGroup: 7,
    enrolledOn: '2026-09-01',
  }
}
