import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openSchool } from '../support/caller.ts'
import { serveKillable, type Victim } from '../support/killable.ts'

t.setTimeout(180_000)

interface Entry {
  number: number
  recordId: string
}

t.test('no change is lost on its way to a receiver, whatever is killed, and order is kept', async (t) => {
  const server = await serveKillable(t, { WEBHOOKS_TO_LOOPBACK: 'on' })
  const caller = await openSchool(server)
  const seen: Entry[] = []
  const known = new Set<number>()
  let repeated = 0
  const receiver = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    for (const entry of JSON.parse(text).data.entries as Entry[]) {
      if (known.has(entry.number)) repeated++
      else seen.push(entry)
      known.add(entry.number)
    }
    response.writeHead(204).end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  t.teardown(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  await caller.make('/webhook-endpoints', { url, resources: ['rooms'] })

  const acknowledged = new Set<string>()
  let isOver = false
  let serial = 0
  const writers = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      const body = { code: `R${++serial}`, name: 'Room' }
      const answer = await caller.call('POST', '/rooms', { body })
      if (answer?.status === 201) acknowledged.add(answer.body.id)
    }
  })
  for (const victim of ['program', 'postgres', 'both'] satisfies Victim[]) {
    await wait(800)
    await server.kill(victim)
    await caller.read('/token')
  }
  await wait(500)
  isOver = true
  await Promise.all(writers)
  const told = () => new Set(seen.map(({ recordId }) => recordId))
  const missing = () => [...acknowledged].filter((id) => !told().has(id))
  for (let at = 0; at < 900 && missing().length > 0; at++) await wait(100)
  t.same(missing(), [], 'every acknowledged change has arrived')
  const numbers = seen.map(({ number }) => number)
  t.same(
    numbers,
    [...numbers].sort((a, b) => a - b),
    'in the order of the commits',
  )
  t.comment(`${acknowledged.size} acknowledged, ${seen.length} told, ${repeated} more than once`)
  t.ok(acknowledged.size > 30)
})
