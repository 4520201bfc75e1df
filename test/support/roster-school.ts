import { type FullSchool, makeFullSchool } from './full-school.ts'
import type { TestSchool } from './service.ts'

/** A full school, and what OneRoster shows besides: a subject, a room, a lesson, sexes, a quote in a name. */
export interface RosterSchool extends FullSchool {
  year: string
  term: string
  subject: string
}

export async function makeRosterSchool(school: TestSchool): Promise<RosterSchool> {
  const full = await makeFullSchool(school)
  const made = async (path: string, body: object) => (await school.post(path, body)).body.id as string
  const year = (await school.get('/academic-years')).body.data[0].id as string
  const term = (await school.get('/terms')).body.data[0].id as string
  const subject = await made('/subjects', { code: 'MA', name: 'Mathematics, pure' })
  const roomId = await made('/rooms', { code: 'M1', name: 'Room "1"', capacity: 30 })
  const periodId = await made('/periods', {
    name: 'P1',
    weekday: 1,
    startsAt: '08:50',
    endsAt: '09:50',
    session: 'AM',
  })
  await change(school, `/groups/${full.set}`, { subjectId: subject })
  await made('/timetable-entries', {
    groupId: full.set,
    periodId,
    staffId: full.staff.teacher,
    roomId,
    subjectId: subject,
    validFrom: '2026-09-01',
  })
  await change(school, `/pupils/${full.pupils[0]}`, {
    legalFamilyName: "O'Hare",
    preferredGivenName: 'Ída',
    legalMiddleNames: 'Ann "Nan" \\ Łucja',
    sex: 'F',
    upn: 'A801200014001',
  })
  await change(school, `/pupils/${full.pupils[1]}`, { sex: 'U' })
  await change(school, `/contacts/${full.guardian}`, { email: 'gil@example.org' })
  return { ...full, year, term, subject }
}

export async function change(school: TestSchool, path: string, body: object): Promise<void> {
  const answer = await school.call('PATCH', path, { body, headers: { 'if-match': '*' } })
  if (answer.status !== 200) throw new Error(`PATCH ${path}: ${answer.status} ${answer.text}`)
}
