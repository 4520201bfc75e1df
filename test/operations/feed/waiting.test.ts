import t from 'tap'
import { systemActor, writeInSchool } from '../../../src/foundation/db/transaction.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { personAt } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

t.test('a long poll is answered the moment something happens', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { cursor } = (await school.get('/changes?after=latest')).body
  const started = performance.now()
  const polls = Array.from({ length: 20 }, () => school.get(`/changes?after=${cursor}&wait=30`))
  await new Promise((resolve) => setTimeout(resolve, 100))
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  for (const { body } of await Promise.all(polls)) t.match(body.data, [{ resource: 'rooms' }])
  t.ok(performance.now() - started < 10_000)

  const next = (await polls[0])?.body.cursor
  const quiet = await school.get(`/changes?after=${next}&wait=1`)
  t.match(quiet.body, { state: 'current', data: [] })
  t.notOk(quiet.body.next, 'an empty page at the end')
})

t.test('numbers that go by unseen while somebody waits are accounted for', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const scopes = ['rooms:read']
  const ask = (path: string) => school.call('GET', path, { scopes })
  const { cursor } = (await ask('/changes?after=latest')).body
  const poll = ask(`/changes?after=${cursor}&wait=30`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  await school.post('/subjects', { code: 'MA', name: 'Mathematics' })
  await school.post('/subjects', { code: 'EN', name: 'English' })
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  const { body } = await poll
  const [{ number }] = body.data
  t.same(body.unseen, [[body.from, number - 1]])
  t.equal(number - body.from, 2)
})

t.test('two writers, one held open: nothing is skipped', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { cursor } = (await school.get('/changes?after=latest')).body
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let begun = () => {}
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const slow = writeInSchool(service.db, systemActor(school.id, 'test'), async (tx) => {
    tx.log({ resource: 'rooms', recordId: school.id, action: 'changed' })
    await tx.sql((await import('drizzle-orm')).sql`select 1`)
    begun()
    await held
  })
  await isBegun
  const { id } = (await school.post('/rooms', { code: 'A1', name: 'Art' })).body
  const first = (await school.get(`/changes?after=${cursor}`)).body
  t.match(first.data, [{ recordId: id }], 'the quick one is told')
  release()
  await slow
  const second = (await school.get(`/changes?after=${first.cursor}`)).body
  t.match(second.data, [{ recordId: school.id, number: first.until + 1 }], 'the slow one has the next number')
})

t.test('server-sent events carry the feed, and go on where they broke off', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const authorization = `Bearer ${await school.token()}`
  const open = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${service.publicUrl}/v1/changes/stream?include=record&seconds=20`, {
      headers: { authorization, ...headers },
    })
    t.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    return eventsIn(response)
  }
  const first = await open()
  const { id: start } = await first.next()
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  t.match(await first.next(), { event: 'change', data: { resource: 'rooms', record: { name: 'Art' } } })
  const page = await first.next()
  t.match(page, { event: 'page', data: { state: 'current', unseen: [] } })
  await first.close()
  await school.post('/rooms', { code: 'A2', name: 'Drama' })
  const second = await open({ 'last-event-id': page.id })
  await second.next()
  t.match(await second.next(), { event: 'change', data: { record: { name: 'Drama' } } })
  await second.close()
  const again = await open({ 'last-event-id': start })
  await again.next()
  t.match(await again.next(), { event: 'change', data: { record: { name: 'Art' } } })
  await again.close()
  const bad = await fetch(`${service.publicUrl}/v1/changes/stream`, {
    headers: { authorization, 'last-event-id': 'nonsense' },
  })
  t.equal(bad.status, 400)
})

t.test('access that ends while somebody waits ends the wait', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const { cursor } = (await teacher.get('/changes?after=latest')).body
  const poll = teacher.call('GET', `/changes?after=${cursor}&wait=30`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const admin = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const started = performance.now()
  const { etag } = await admin.get(`/accounts/${teacher.accountId}`)
  const suspended = await admin.call('PATCH', `/accounts/${teacher.accountId}`, {
    body: { status: 'suspended' },
    headers: { 'if-match': etag },
  })
  t.equal(suspended.status, 200, suspended.text)
  t.match(await poll, { status: 401, body: { code: 'account-closed' } })
  t.ok(performance.now() - started < 7_000, 'long before its time')
})

interface Event {
  event: string
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the event says
  data: any
}

function eventsIn(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    async next(): Promise<Event> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          if (!block.startsWith(':')) return eventFrom(block)
          continue
        }
        const { value, done } = await reader.read()
        if (done) throw new Error('the stream ended')
        text += decoder.decode(value, { stream: true })
      }
    },
    close: () => reader.cancel(),
  }
}

function eventFrom(block: string): Event {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return {
    event: fields.event ?? '',
    id: fields.id ?? '',
    data: fields.data ? JSON.parse(fields.data) : undefined,
  }
}
