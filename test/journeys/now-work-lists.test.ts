import t from 'tap'
import { registersOf, setOpeningTimes } from '../support/attendance.ts'
import { makeFullSchool } from '../support/full-school.ts'
import { personAt, type TestPerson } from '../support/people.ts'
import { serveTest } from '../support/service.ts'

t.setTimeout(120_000)

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** What there is to know of the day so far, kept by hand as somebody with a pencil would. */
interface Pencil {
  /** Registers that were taken: form and session. */
  taken: Set<string>
  /** Pupil and session of every absence that nobody has explained. */
  unexplained: Set<string>
  reviews: number
}

t.test('minute by minute those who follow up are told what waits for them, and nothing else', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const it = await makeFullSchool(school)
  await setOpeningTimes(school)
  const registers = registersOf(school)
  const [seven, eight] = [it.pupils.slice(0, 2), it.pupils.slice(2)]
  // A term so far without absence: one of today makes nobody a persistent absentee.
  for (const date of ['05', '06', '09', '10', '11', '12', '13', '16', '17', '18', '19', '20'])
    for (const session of ['AM', 'PM'] as const)
      for (const [form, pupils] of [seven, eight].entries())
        await registers.take(it.forms[form] as string, `2026-11-${date}`, session, pupils)
  const staff = (personId: string, role: string, yearGroup?: number) =>
    personAt(service, school, { personId, kind: 'staff' }, [{ role, ...(yearGroup && { yearGroup }) }])
  const another = async (code: string, role: string, yearGroup?: number) => {
    const person = { code, legalGivenName: code, legalFamilyName: 'Smith', role: 'Staff' }
    return staff((await school.post('/staff', person)).body.id, role, yearGroup)
  }
  const people = {
    tutor: await staff(it.staff.tutor, 'tutor'),
    'head-of-year': await another('HOY', 'head-of-year', 7),
    office: await another('OFF', 'office'),
    'attendance-officer': await another('ATT', 'attendance-officer'),
    senco: await another('SEN', 'senco'),
  }
  // The full school has taken its morning registers already.
  const pencil: Pencil = { taken: new Set(['0 AM', '1 AM']), unexplained: new Set(), reviews: 0 }
  let plan = ''
  const day = '2026-11-23'
  const took = async (form: 0 | 1, session: 'AM' | 'PM', pupils: string[], absent?: string) => {
    const id = await registers.take(it.forms[form], day, session, pupils, absent ? { [absent]: 'N' } : {})
    pencil.taken.add(`${form} ${session}`)
    if (absent) pencil.unexplained.add(`${absent} ${session}`)
    return id
  }
  let first = ''
  const script: Record<string, () => Promise<void>> = {
    '08:45': async () => {
      first = await took(0, 'AM', seven, seven[0])
    },
    '09:20': async () => void (await took(1, 'AM', eight, eight[0])),
    '09:40': async () => {
      await registers.put(first, [{ pupilId: seven[0] as string, code: 'I' }])
      pencil.unexplained.delete(`${seven[0]} AM`)
    },
    '10:30': async () => {
      const body = {
        pupilId: eight[0],
        title: 'Reading',
        startsOn: '2026-11-01',
        reviewOn: '2026-11-30',
        outcomes: [{ outcome: 'Reads a page aloud.', isReached: null }],
      }
      plan = (await people.senco.call('POST', '/sen-plans', { body })).body.id
      pencil.reviews = 1
    },
    '11:30': async () => {
      const body = { reviewedOn: day }
      await people.senco.call('PATCH', `/sen-plans/${plan}`, { body, headers: { 'if-match': '*' } })
      pencil.reviews = 0
    },
    '13:58': async () => void (await took(0, 'PM', seven, seven[1])),
    '14:10': async () => void (await took(1, 'PM', eight)),
  }

  /** Registers of the day that are not taken, as the list itself says: also those that are yet to open. */
  const waiting = () =>
    [0, 1].flatMap((form) => ['AM', 'PM'].filter((session) => !pencil.taken.has(`${form} ${session}`))).length
  const unexplainedOf = (pupils: readonly string[]) =>
    [...pencil.unexplained].filter((each) => pupils.some((id) => each.startsWith(id))).length
  const naive = (): Record<keyof typeof people, Record<string, number>> => ({
    tutor: { 'unexplained-absences': unexplainedOf(seven), 'unresolved-marks': 0 },
    'head-of-year': { 'unexplained-absences': unexplainedOf(seven), 'attendance-thresholds': 0 },
    office: { 'registers-not-taken': waiting(), 'unexplained-absences': unexplainedOf(it.pupils) },
    'attendance-officer': {
      'registers-not-taken': waiting(),
      'unexplained-absences': unexplainedOf(it.pupils),
      'unresolved-marks': 0,
      'attendance-thresholds': 0,
    },
    senco: { 'sen-plan-reviews': pencil.reviews },
  })

  const wrong: string[] = []
  const seen = new Set<string>()
  for (let minutes = 8 * 60; minutes <= 16 * 60; minutes++) {
    const time = clock(minutes)
    service.clock.set(`${day}T${time}:00.000Z`)
    await script[time]?.()
    const expected = naive()
    seen.add(JSON.stringify(expected))
    await Promise.all(
      Object.entries(people).map(async ([role, person]) => {
        const { body } = await person.get('/now')
        const told = Object.fromEntries(
          body.workLists.map(({ name, count }: { name: string; count: number }) => [name, count]),
        )
        const said = JSON.stringify(Object.entries(told).sort())
        const meant = JSON.stringify(Object.entries(expected[role as keyof typeof people]).sort())
        if (said !== meant) wrong.push(`${time} ${role}: ${said}, not ${meant}`)
      }),
    )
    if (minutes % 15 === 0) await small(Object.values(people), wrong)
  }
  t.same(wrong, [], '481 minutes, five roles')
  t.ok(seen.size >= 7, 'and the day had its events')
})

/** The compact form fits a watch, and an unchanged minute costs nothing. */
async function small(people: readonly TestPerson[], wrong: string[]): Promise<void> {
  for (const person of people) {
    const { text, etag } = await person.get('/now?form=compact')
    if (Buffer.byteLength(text) > 2_048) wrong.push(`${text.length} bytes`)
    const again = await person.call('GET', '/now?form=compact', { headers: { 'if-none-match': etag } })
    if (again.status !== 304) wrong.push(`${again.status} instead of 304`)
  }
}
