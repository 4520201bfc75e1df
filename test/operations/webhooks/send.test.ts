import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createRaw } from 'node:net'
import t, { type Test } from 'tap'
import { post } from '../../../src/operations/webhooks/send.ts'

const rules = { allowsLoopback: true }

async function at(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const send = (url: string, ms?: number) => post({ url, headers: {}, body: '{}' }, rules, ms)

t.test('an answer is its status; a redirect is one as well, and is not followed', async (t) => {
  let followed = false
  const target = await at(t, (_request, response) => {
    followed = true
    response.end()
  })
  const url = await at(t, (_request, response) => void response.writeHead(302, { location: target }).end())
  t.match(await send(url), { status: 302, error: null })
  t.notOk(followed)
  const ok = await at(t, (_request, response) => void response.writeHead(204).end())
  t.match(await send(ok), { status: 204, error: null })
})

t.test('whatever goes wrong is told in a word, within the time', async (t) => {
  const silent = await at(t, () => {})
  t.match(await send(silent, 200), { status: null, error: 'timeout' })
  const dripping = await at(t, (_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(timer))
  })
  const started = performance.now()
  t.match(await send(dripping, 300), { status: null, error: 'timeout' })
  t.ok(performance.now() - started < 3_000)
  const long = await at(t, (_request, response) => void response.end(Buffer.alloc(1_000_000)))
  t.match(await send(long), { status: null, error: 'answer-too-long' })
  const raw = createRaw((socket) => socket.destroy())
  raw.listen(0, '127.0.0.1')
  await once(raw, 'listening')
  t.teardown(() => raw.close())
  t.match(await send(`http://127.0.0.1:${(raw.address() as AddressInfo).port}/`), { error: 'connection' })
  t.match(await send('http://127.0.0.1:9/'), { status: null, error: 'connection' })
  t.match(await send(`https://127.0.0.1:${(raw.address() as AddressInfo).port}/`), {
    status: null,
    error: /connection|tls/,
  })
  t.match(await post({ url: silent, headers: {}, body: '{}' }, { allowsLoopback: false }), {
    error: 'address-refused',
  })
})
