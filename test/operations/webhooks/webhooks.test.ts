import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { serveTest, type TestSchool } from '../../support/service.ts'

interface Received {
  headers: Record<string, string>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the message says
  body: any
}

/** Somebody who receives messages and answers as told. */
async function receiver(t: Test, answer: (message: Received) => number | Promise<number> = () => 204) {
  const messages: Received[] = []
  let wake = () => {}
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const message = { headers: request.headers as Record<string, string>, text, body: JSON.parse(text) }
    messages.push(message)
    wake()
    response.writeHead(await answer(message)).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    messages,
    async until(count: number): Promise<Received[]> {
      const deadline = performance.now() + 20_000
      while (messages.length < count && performance.now() < deadline) {
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ])
      }
      return messages
    },
  }
}

const serve = (t: Test) => serveTest(t, { WEBHOOKS_TO_LOOPBACK: 'on' })

const endpointAt = async (school: TestSchool, body: object) =>
  (await school.post('/webhook-endpoints', body)).body

async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  for (let at = 0; at < 100; at++) {
    if (await check()) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

t.test('a change arrives signed, thin, and once', async (t) => {
  const service = await serve(t)
  const school = await service.school()
  const there = await receiver(t)
  const endpoint = await endpointAt(school, { url: there.url, resources: ['rooms'] })
  t.match(endpoint, { state: 'active', isOrdered: true, secret: /^whsec_/ })
  t.notOk((await school.get(`/webhook-endpoints/${endpoint.id}`)).body.secret, 'the secret is told once')
  await school.post('/subjects', { code: 'MA', name: 'Mathematics' })
  const room = (await school.post('/rooms', { code: 'A1', name: 'Art' })).body
  const [message] = await there.until(1)
  t.same(new Webhook(endpoint.secret).verify(message?.text ?? '', message?.headers ?? {}), message?.body)
  t.throws(() => new Webhook(endpoint.secret).verify(`${message?.text} `, message?.headers ?? {}))
  t.match(message?.body, {
    type: 'changes',
    data: { schoolId: school.id, entries: [{ resource: 'rooms', recordId: room.id, action: 'created' }] },
  })
  t.notMatch(message?.text, 'Art', 'ids and numbers only')
  const delivered = async () => {
    const { data } = (await school.get(`/webhook-messages?endpointId=${endpoint.id}`)).body
    return data.length === 1 && data[0].state === 'delivered' && data[0].attempts[0].status === 204
  }
  t.ok(await eventually(delivered), 'the history says so')
  t.equal(there.messages.length, 1)
})

t.test('keys are rotated without a gap, and ed25519 may take the place of a shared secret', async (t) => {
  const service = await serve(t)
  const school = await service.school()
  const there = await receiver(t)
  const first = await endpointAt(school, { url: there.url })
  const rotated = (await school.post(`/webhook-endpoints/${first.id}/rotate-key`, { overlapHours: 24 })).body
  t.equal(rotated.keys.length, 2)
  await school.post(`/webhook-endpoints/${first.id}/ping`, {})
  const [message] = await there.until(1)
  for (const { secret } of [first, rotated])
    t.ok(new Webhook(secret).verify(message?.text ?? '', message?.headers ?? {}), 'each key signs')
  t.match(message?.body, { type: 'ping' })
  const last = (
    await school.post(`/webhook-endpoints/${first.id}/rotate-key`, { signature: 'ed25519', overlapHours: 0 })
  ).body
  t.match(last.keys, [{ kind: 'ed25519', publicKey: /^whpk_/ }])
  await school.post(`/webhook-endpoints/${first.id}/ping`, {})
  const second = (await there.until(2))[1]
  const { createPublicKey, verify } = await import('node:crypto')
  const raw = Buffer.from(last.keys[0].publicKey.slice('whpk_'.length), 'base64')
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = second?.headers ?? {}
  t.match(signature, /^v1a,[^ ]+$/)
  const content = Buffer.from(`${id}.${at}.${second?.text}`)
  t.ok(verify(null, content, key, Buffer.from(signature?.slice('v1a,'.length) ?? '', 'base64')))
})

t.test('a receiver that fails is tried again, with the same id, in order', async (t) => {
  const service = await serve(t)
  const school = await service.school()
  let failures = 1
  const there = await receiver(t, () => (failures-- > 0 ? 503 : 200))
  const { id } = await endpointAt(school, { url: there.url, resources: ['rooms'] })
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  await there.until(1)
  await school.post('/rooms', { code: 'A2', name: 'Drama' })
  const messages = await there.until(3)
  t.equal(messages[0]?.headers['webhook-id'], messages[1]?.headers['webhook-id'])
  t.equal(messages[0]?.text, messages[1]?.text)
  t.ok(messages[2]?.body.data.from > messages[1]?.body.data.until, 'the second waited for the first')
  const { data } = (await school.get(`/webhook-messages?endpointId=${id}`)).body
  t.same(
    data.at(-1).attempts.map(({ status }: { status: number }) => status),
    [503, 200],
  )
})

t.test(
  '410 disables an endpoint; awake again it is told what it missed, and a message can be sent again',
  async (t) => {
    const service = await serve(t)
    const school = await service.school()
    let status = 410
    const there = await receiver(t, () => status)
    const { id } = await endpointAt(school, { url: there.url, resources: ['rooms'] })
    await school.post('/rooms', { code: 'A1', name: 'Art' })
    const isDisabled = async () => (await school.get(`/webhook-endpoints/${id}`)).body.state === 'disabled'
    t.ok(await eventually(isDisabled))
    await school.post('/rooms', { code: 'A2', name: 'Drama' })
    status = 200
    const { etag, body } = await school.get(`/webhook-endpoints/${id}`)
    t.match(body, { disabledReason: /410/, dead: 1 })
    const woken = await school.call('PATCH', `/webhook-endpoints/${id}`, {
      body: { state: 'active' },
      headers: { 'if-match': etag },
    })
    t.match(woken, { status: 200, body: { state: 'active', failures: 0, disabledReason: null } })
    await there.until(2)
    t.match(there.messages[1]?.body.data.entries, [{ action: 'created' }], 'what came while it was disabled')
    const dead = (await school.get('/webhook-messages?state=dead')).body.data[0]
    await school.post(`/webhook-messages/${dead.id}/resend`, {})
    const messages = await there.until(3)
    t.equal(messages[2]?.headers['webhook-id'], dead.id)
    t.equal(messages[2]?.text, messages[0]?.text)
    await school.post(`/webhook-endpoints/${id}/replay`, { after: 'oldest' })
    const replayed = (await there.until(4))[3]
    t.equal(replayed?.body.data.entries.length, 2, 'everything that is kept, in a new message')
  },
)

t.test('a slow and a dead endpoint delay nobody else', async (t) => {
  const service = await serve(t)
  const school = await service.school()
  const slow = await receiver(t, () => new Promise((resolve) => setTimeout(() => resolve(200), 8_000)))
  const quick = await receiver(t)
  await endpointAt(school, { url: slow.url, resources: ['rooms'] })
  await endpointAt(school, { url: 'http://127.0.0.1:9/nobody', resources: ['rooms'] })
  await endpointAt(school, { url: quick.url, resources: ['rooms'] })
  for (let at = 0; at < 5; at++) await school.post('/rooms', { code: `A${at}`, name: 'Art' })
  const numbers = () =>
    quick.messages.flatMap(({ body }) => body.data.entries.map(({ number }: { number: number }) => number))
  const started = performance.now()
  t.ok(await eventually(async () => numbers().length === 5))
  t.ok(performance.now() - started < 6_000, 'before the slow one has answered once')
  t.same(numbers(), [...numbers()].sort(), 'in order')
})
