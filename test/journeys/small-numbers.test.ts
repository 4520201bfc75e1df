import t from 'tap'
import { registersOf } from '../support/attendance.ts'
import { makeLittleSchool, newPupil } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

const aggregate = ['attendance.statistics:read', 'pupils.demographics:read', 'groups:read']

t.test('without access to pupils no figure stands for fewer than five of them', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { form, pupils: first, year } = await makeLittleSchool(school, 20)
  const registers = registersOf(school)
  const more = async (code: string, yearGroup: number, size: number, from: number) => {
    const { id } = (
      await school.post('/groups', {
        kind: 'registration',
        code,
        name: code,
        yearGroup,
        academicYearId: year,
      })
    ).body
    const { ids } = (
      await school.post('/pupils/batch', {
        items: Array.from({ length: size }, (_, at) => ({
          ...newPupil(from + at),
          yearGroup,
          sex: at < 1 ? 'M' : 'F',
          birthDate: '2014-01-01',
        })),
      })
    ).body
    await school.post('/memberships/batch', {
      items: ids.map((pupilId: string) => ({ groupId: id, pupilId, role: 'pupil', validFrom: '2026-09-01' })),
    })
    return { id: id as string, pupils: ids as string[] }
  }
  const forms = [
    { id: form, pupils: first },
    await more('8A', 8, 12, 100),
    await more('8B', 8, 3, 200),
    await more('9A', 9, 15, 300),
    await more('10A', 10, 11, 400),
  ]
  for (const { id, pupils } of forms)
    for (const date of ['2026-11-02', '2026-11-03'])
      await registers.take(
        id,
        date,
        'AM',
        pupils,
        Object.fromEntries(pupils.slice(0, 6).map((pupilId) => [pupilId, 'I'])),
      )
  const ask = (query: string) =>
    school.call('GET', `/attendance-statistics?from=2026-10-01&until=2026-11-23&${query}`, {
      scopes: aggregate,
    })
  const rows = async (query: string) => (await ask(query)).body.data

  const [whole] = await rows('')
  t.match(whole, { isSuppressed: false, figures: { pupils: 61, possible: 122, attendance: 68 } })

  const groups = await rows('by=registrationGroup')
  const shown = (id: string) =>
    groups.find((one: { by: { registrationGroup: string } }) => one.by.registrationGroup === id).figures
  t.equal(shown(forms[2]?.id as string).pupils, null, 'a form of three')
  t.equal(
    shown(forms[1]?.id as string).pupils,
    null,
    'and the other form of that year, or the year would tell',
  )
  t.equal(shown(forms[0]?.id as string).pupils, 20)

  const sexes = await rows('by=sex')
  const hidden = sexes.filter(({ isSuppressed }: { isSuppressed: boolean }) => isSuppressed).length
  t.ok(hidden >= 2, 'four boys, and one more cell')
  for (const { figures } of [...groups, ...sexes, ...(await rows('by=yearGroup'))])
    t.ok(figures.pupils === null || figures.pupils >= 5)

  const seen = (
    await school.call('GET', '/attendance-statistics?from=2026-10-01&until=2026-11-23&by=registrationGroup')
  ).body.data
  t.ok(
    seen.every(({ isSuppressed }: { isSuppressed: boolean }) => !isSuppressed),
    'who may see pupils sees all',
  )
  for (const query of [
    'yearGroup=8',
    `groupId=${form}`,
    'by=session',
    'by=code',
    'session=AM',
    'weekday=1',
  ]) {
    const { status, body } = await ask(query)
    t.equal(status, 422, `${query}: a cut that suppression does not see is refused`)
    t.match(body.errors[0].message, /attendance:read/)
  }
  t.equal((await ask('by=pupil')).status, 403)
  const narrow = await school.call('GET', '/attendance-statistics?from=2026-11-02&until=2026-11-03', {
    scopes: aggregate,
  })
  t.equal(narrow.status, 422, 'nor is a single day answered')
})
