import t from 'tap'
import { makeFullSchool } from '../../support/full-school.ts'
import { personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

t.test('a school chooses how its sign-in pages look', async (t) => {
  const service = await serveTest(t)
  const school = await service.school('Riverside School')
  const full = await makeFullSchool(school)
  t.same((await school.get('/branding')).body, { displayName: 'Riverside School', colour: '#1f5a7a' })
  const chosen = { displayName: 'Riverside', colour: '#ffdd00' }
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  t.equal((await teacher.call('PUT', '/branding', { body: chosen })).status, 403)
  t.equal((await school.call('PUT', '/branding', { body: { ...chosen, colour: 'red' } })).status, 400)
  t.same((await school.call('PUT', '/branding', { body: chosen })).body, chosen)
  t.same((await school.get('/branding')).body, chosen)
  const style = await (await fetch(`${service.publicUrl}/oauth/brand/ffdd00.css`)).text()
  t.match(style, /--brand:#ffdd00;--brand-ink:#000000/, 'black on yellow')
  t.match(style, /--brand-link:#1f5a7a;/, 'and no yellow links on white')
})

t.test('GET /token tells a person in full what may be done', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const { body } = await teacher.get('/token')
  t.match(body, {
    agreementVersion: 1,
    person: { accountId: teacher.accountId, kind: 'staff', hasRecentFactor: true },
    reach: { 'pupils:read': ['taught'] },
  })
  t.notOk('pupils.medical:read' in body.reach)
  t.notOk(body.scopes.includes('pupils.medical:read'))
  t.match((await school.get('/token')).body, { person: null, reach: null })
})
