import net from 'node:net'
import t from 'tap'
import { isExhausted, isTransient, openPool, proveRole } from '../../../src/foundation/db/pool.ts'
import { testDatabase } from '../../support/postgres.ts'

const faultOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error)

t.test(
  'days and instants stay text, alone and in arrays, and 8-byte integers are numbers while exact',
  async (t) => {
    const { ownerUrl } = await testDatabase(t)
    const pool = openPool({ url: ownerUrl, size: 1, applicationName: 'test' })
    t.teardown(() => pool.end())
    const { rows } = await pool.query(
      `select date '2026-03-29' as day, timestamptz '2026-03-29 01:30:00+00' as instant, timestamp '2026-03-29 01:30' as local,
            array[date '2026-03-29'] as days, 9007199254740991::int8 as exact, 9007199254740993::int8 as large`,
    )
    t.strictSame(rows, [
      {
        day: '2026-03-29',
        instant: '2026-03-29 01:30:00+00',
        local: '2026-03-29 01:30:00',
        days: ['2026-03-29'],
        exact: 9007199254740991,
        large: '9007199254740993',
      },
    ])
  },
)

t.test('one owner URL serves requests under the role', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const pool = openPool({ url: ownerUrl, size: 1, role: 'mis_app', applicationName: 'test' })
  t.teardown(() => pool.end())
  const { rows } = await pool.query(
    `select current_user, current_setting('statement_timeout') as patience, current_setting('TimeZone') as zone,
            current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name`,
  )
  t.strictSame(rows, [{ current_user: 'mis_app', patience: '15s', zone: 'UTC', idle: '30s', name: 'test' }])
  await t.resolves(proveRole(pool))
})

t.test('who passes row-level security or owns a table may not serve', async (t) => {
  const { ownerUrl, appUrl } = await testDatabase(t)
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'test' })
  t.teardown(() => owner.end())
  const app = openPool({ url: appUrl, size: 1, applicationName: 'test' })
  t.teardown(() => app.end())
  await t.rejects(proveRole(owner), { name: 'StartError', message: /passes row-level security/ })
  await t.resolves(proveRole(app))
  await owner.query('create table stray (a int); alter table stray owner to mis_app')
  await t.rejects(proveRole(app), { name: 'StartError', message: /as mis_app, who owns tables/ })
})

t.test('a request that finds every connection taken is told so within 2 s', async (t) => {
  const { appUrl } = await testDatabase(t)
  const pool = openPool({ url: appUrl, size: 1, applicationName: 'test' })
  t.teardown(() => pool.end())
  const client = await pool.connect()
  const before = performance.now()
  const fault = await faultOf(pool.query('select 1'))
  t.ok(performance.now() - before < 2_000)
  t.ok(isExhausted(fault))
  client.release()
  t.equal(await faultOf(pool.query('select 1')), undefined, 'and served as soon as one is free')
})

t.test('terminated backends are momentary faults and never end the process', async (t) => {
  const { ownerUrl, appUrl, name } = await testDatabase(t)
  const lost: Error[] = []
  const pool = openPool({
    url: appUrl,
    size: 2,
    applicationName: 'victim',
    onError: (error) => lost.push(error),
  })
  t.teardown(() => pool.end())
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'test' })
  t.teardown(() => owner.end())
  const [busy, idle] = [await pool.connect(), await pool.connect()]
  idle.release()
  const running = faultOf(busy.query('select pg_sleep(60)'))
  const { rowCount } = await owner.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'victim'`,
    [name],
  )
  t.equal(rowCount, 2)
  t.ok(isTransient(await running), 'of a statement under way')
  busy.release(true)
  const deadline = Date.now() + 5_000
  while (lost.length === 0 && Date.now() < deadline) await owner.query('select 1')
  t.ok(isTransient(lost[0]), 'the idle one is reported')
  t.equal(await faultOf(pool.query('select 1')), undefined, 'the next request gets a fresh connection')
})

t.test('a server that is not there, and one that never answers, are momentary faults', async (t) => {
  const silent = net.createServer().listen(0, '127.0.0.1')
  const held = new Set<net.Socket>()
  silent.on('connection', (socket) => held.add(socket))
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as net.AddressInfo
  const pool = openPool({ url: `postgres://a@127.0.0.1:${port}/a`, size: 1, applicationName: 'test' })
  const before = performance.now()
  t.ok(isTransient(await faultOf(pool.query('select 1'))))
  t.ok(performance.now() - before < 2_000)
  for (const socket of held) socket.destroy()
  await new Promise((resolve) => silent.close(resolve))
  t.ok(isTransient(await faultOf(pool.query('select 1'))))
  await pool.end()
})

t.test('a fault of the statement is neither', async (t) => {
  const { appUrl } = await testDatabase(t)
  const pool = openPool({ url: appUrl, size: 1, applicationName: 'test' })
  t.teardown(() => pool.end())
  const fault = await faultOf(pool.query('select 1/0'))
  t.match(fault, { code: '22012' })
  t.notOk(isTransient(fault))
  t.notOk(isExhausted(fault))
  t.notOk(isTransient(undefined))
  t.notOk(isTransient('text'))
})
