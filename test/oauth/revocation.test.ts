import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { announceRevocation, watchRevocations } from '../../src/foundation/access/revocations.ts'
import { type Connect, listenTo } from '../../src/foundation/db/listen.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { purgeExpired } from '../../src/oauth/adapter.ts'
import { type Teardown, testDatabase } from '../support/postgres.ts'

const timing = { staleAfterMs: 600, checkEveryMs: 100 }
const someone = (clientId: string, tokenId = 'any') => ({ clientId, tokenId })
const soon = (ms = 3_600_000) => ({ at: new Date(), until: new Date(Date.now() + ms) })

async function open(t: Teardown) {
  const { appUrl } = await testDatabase(t)
  const pool = openPool({ url: appUrl, size: 2, applicationName: 'test' })
  t.teardown(() => pool.end())
  return { pool, appUrl }
}

/** Waits for what must come true within a second. */
async function within(isSo: () => boolean, ms = 1_000): Promise<boolean> {
  const until = performance.now() + ms
  while (!isSo() && performance.now() < until) await wait(5)
  return isSo()
}

t.test('two processes refuse a revoked client and a revoked token within a second', async (t) => {
  const { pool, appUrl } = await open(t)
  const both = [
    await watchRevocations(listenTo(appUrl), systemClock),
    await watchRevocations(listenTo(appUrl), systemClock),
  ]
  t.teardown(() => Promise.all(both.map((each) => each.stop())))
  t.ok(both.every((each) => each.isFresh()))
  await announceRevocation(pool, { kind: 'client', key: 'app_1', ...soon() })
  await announceRevocation(pool, { kind: 'token', key: 'jti', ...soon() })
  for (const each of both) {
    t.ok(await within(() => each.isRevoked(someone('app_1')) && each.isRevoked(someone('app_2', 'jti'))))
    t.notOk(each.isRevoked(someone('app_2')))
    t.notOk(each.isRevoked(someone('jti', 'app_1')), 'a client is not a token')
  }
  const late = await watchRevocations(listenTo(appUrl), systemClock)
  t.teardown(() => late.stop())
  t.ok(late.isRevoked(someone('app_1')), 'a process that starts later knows it as well')
})

t.test('what happens while the connection is down is known once it is back', async (t) => {
  const { pool, appUrl } = await open(t)
  const watched = await watchRevocations(listenTo(appUrl), systemClock, timing)
  t.teardown(() => watched.stop())
  const killed = `select pg_terminate_backend(pid) from pg_stat_activity
                  where application_name = 'mis listen' and datname = current_database()`
  await announceRevocation(pool, { kind: 'client', key: 'app_0', ...soon() })
  await pool.query(killed)
  await announceRevocation(pool, { kind: 'client', key: 'app_1', ...soon() })
  t.ok(await within(() => watched.isRevoked(someone('app_1'))))
  t.ok(watched.isRevoked(someone('app_0')), 'and nothing is forgotten on the way')
  await announceRevocation(pool, { kind: 'client', key: 'app_2', ...soon() })
  t.ok(await within(() => watched.isRevoked(someone('app_2'))), 'and it listens again')
})

t.test('a revocation is forgotten when its tokens have ended, and its row is purged', async (t) => {
  const { pool, appUrl } = await open(t)
  const watched = await watchRevocations(listenTo(appUrl), systemClock, timing)
  t.teardown(() => watched.stop())
  await announceRevocation(pool, { kind: 'token', key: 'short', ...soon(300) })
  await announceRevocation(pool, { kind: 'token', key: 'long', ...soon() })
  t.ok(await within(() => watched.isRevoked(someone('app', 'short'))))
  t.ok(await within(() => !watched.isRevoked(someone('app', 'short'))))
  t.ok(watched.isRevoked(someone('app', 'long')))
  await purgeExpired(pool, systemClock)
  t.same((await pool.query('select key from revocations')).rows, [{ key: 'long' }])
})

t.test(
  'a way to the database that falls silent makes the list stale, and a new one makes it fresh',
  async (t) => {
    const { appUrl } = await open(t)
    const way = await silentWay(t, appUrl)
    const watched = await watchRevocations(listenTo(way.url), systemClock, timing)
    t.teardown(() => watched.stop())
    t.ok(watched.isFresh())
    way.fallSilent()
    t.ok(await within(() => !watched.isFresh(), 2_000), 'fails closed')
    way.recover()
    t.ok(await within(() => watched.isFresh(), 10_000), 'and recovers by itself')
  },
)

t.test('a connection that answers but brings no notifications does not count as alive', async (t) => {
  const { appUrl } = await open(t)
  // As behind a pooler that gives every transaction another backend: LISTEN succeeds, and nothing is ever heard.
  const deaf: Connect = (channel) => listenTo(appUrl)(channel, () => {})
  const watched = await watchRevocations(deaf, systemClock, timing)
  t.teardown(() => watched.stop())
  await wait(250)
  t.notOk(watched.isFresh())
})

/** A way to PostgreSQL that can swallow every byte, as a firewall that drops packets does. */
async function silentWay(t: Teardown, url: string) {
  const target = new URL(url.replace(/^postgres:\/\/([^@/]*)@\//, 'postgres://$1@localhost/'))
  const folder = target.searchParams.get('host')
  const port = Number(target.searchParams.get('port') ?? (target.port || 5432))
  const sockets = new Set<Socket>()
  let isSilent = false
  const server = createServer((near) => {
    const far = folder ? dial(`${folder}/.s.PGSQL.${port}`) : dial(port, target.hostname)
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  target.searchParams.delete('host')
  target.searchParams.delete('port')
  target.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: target.href,
    fallSilent: () => {
      isSilent = true
    },
    recover: () => {
      isSilent = false
    },
  }
}
