import ICAL from 'ical.js'
import t from 'tap'
import { instantOfLocal, localTime } from '../../../src/foundation/time/clock.ts'
import { makeLittleSchool } from '../../support/little-school.ts'
import { personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

interface Told {
  uid: string
  startsAt: string
  status: string
  summary: string
  location: string
}

function eventsOf(text: string): Told[] {
  const calendar = new ICAL.Component(ICAL.parse(text))
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component)
    return {
      uid: event.uid,
      startsAt: event.startDate.toJSDate().toISOString(),
      status: String(component.getFirstPropertyValue('status')),
      summary: event.summary,
      location: event.location,
    }
  })
}

t.test("a person's calendar is read by any program that knows its address", async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { entry, teacher, pupils, term } = await makeLittleSchool(school, 2)
  const { etag } = await school.get(`/terms/${term}`)
  await school.call('PATCH', `/terms/${term}`, {
    body: { endsOn: '2027-04-30' },
    headers: { 'if-match': etag },
  })
  const staff = await personAt(service, school, { personId: teacher, kind: 'staff' }, [{ role: 'teacher' }])
  const fetchFeed = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${service.publicUrl}${path}`, { headers })
    return { status: response.status, etag: response.headers.get('etag') ?? '', text: await response.text() }
  }
  const { path } = (await staff.call('POST', '/calendar-feed')).body
  const first = await fetchFeed(path)
  t.equal(first.status, 200)
  const before = eventsOf(first.text)
  t.match(
    before.find(({ uid }) => uid === `${entry}.20261130@open-mis`),
    { startsAt: '2026-11-30T08:50:00.000Z', status: 'CONFIRMED', summary: '7A Mathematics', location: 'M1' },
  )
  t.equal((await fetchFeed(path, { 'if-none-match': first.etag })).status, 304)

  await school.post('/lesson-changes', { lessonId: `${entry}.20261130`, kind: 'cancelled', reason: 'Trip.' })
  const room = (await school.post('/rooms', { code: 'H1', name: 'Hall' })).body.id
  await school.post('/lesson-changes', {
    lessonId: `${entry}.20261207`,
    kind: 'moved',
    toDate: '2026-12-08',
    roomId: room,
  })
  const changed = await fetchFeed(path, { 'if-none-match': first.etag })
  t.equal(changed.status, 200, 'a changed lesson is a changed calendar')
  const after = eventsOf(changed.text)
  t.same(after.map(({ uid }) => uid).sort(), before.map(({ uid }) => uid).sort(), 'every event keeps its UID')
  const find = (day: string) => after.find(({ uid }) => uid === `${entry}.${day}@open-mis`)
  t.equal(find('20261130')?.status, 'CANCELLED')
  t.match(find('20261207'), { startsAt: '2026-12-08T08:50:00.000Z', location: 'H1' })

  // Summer time begins on 28 March 2027.
  service.clock.set('2027-03-20T09:00:00.000Z')
  const spring = eventsOf((await fetchFeed(path)).text)
  t.equal(spring.find(({ uid }) => uid.startsWith(`${entry}.20270322`))?.startsAt, '2027-03-22T08:50:00.000Z')
  t.equal(spring.find(({ uid }) => uid.startsWith(`${entry}.20270329`))?.startsAt, '2027-03-29T07:50:00.000Z')
  service.clock.set('2026-11-23T09:00:00.000Z')

  const pupil = await personAt(service, school, { personId: pupils[0] as string, kind: 'pupil' })
  const own = (await pupil.call('POST', '/calendar-feed')).body.path
  t.equal(eventsOf((await fetchFeed(own)).text).length, after.length)
  const renewed = (await staff.call('POST', '/calendar-feed')).body.path
  t.equal((await fetchFeed(path)).status, 404, 'the old address ends with the new one')
  t.equal((await fetchFeed(renewed)).status, 200)
  t.equal((await staff.call('DELETE', '/calendar-feed')).status, 204)
  t.equal((await fetchFeed(renewed)).status, 404)
  t.equal((await staff.call('DELETE', '/calendar-feed')).status, 404)
  for (const wrong of ['/calendar/x.ics', '/calendar/..%2f.ics', `/calendar/${'A'.repeat(54)}.ics`])
    t.equal((await fetchFeed(wrong)).status, 404, wrong)
  t.equal((await school.call('POST', '/calendar-feed')).status, 403, 'an app that acts for nobody has none')
})

t.test("a guardian's calendar names the child, and holds no child whom a court order bars", async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils } = await makeLittleSchool(school, 2)
  const contact = (await school.post('/contacts', { legalGivenName: 'Gil', legalFamilyName: 'Guardian' }))
    .body.id
  for (const [at, isCourtOrderRestricted] of [false, true].entries())
    await school.post('/pupil-contacts', {
      pupilId: pupils[at],
      contactId: contact,
      relationship: 'Parent',
      priority: 1,
      hasParentalResponsibility: true,
      isCourtOrderRestricted,
    })
  const guardian = await personAt(service, school, { personId: contact, kind: 'contact' })
  const { path } = (await guardian.call('POST', '/calendar-feed')).body
  const events = eventsOf(await (await fetch(`${service.publicUrl}${path}`)).text())
  t.ok(events.length > 0)
  t.ok(events.every(({ summary }) => summary === 'Given0: 7A Mathematics'))
})

t.test('local times become instants on every day of a year', async (t) => {
  let wrong = 0
  for (let day = 0; day < 366; day++) {
    const { date } = localTime(new Date(Date.UTC(2027, 0, 1 + day, 12)))
    for (const time of ['00:30', '08:50', '23:45']) {
      const back = localTime(instantOfLocal(date, time))
      if (back.date !== date || back.time !== time) wrong += 1
    }
  }
  t.equal(wrong, 0)
})
