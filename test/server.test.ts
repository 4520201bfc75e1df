import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { servingAccount } from '../src/foundation/db/embedded/account.ts'
import { findRunning } from '../src/foundation/db/embedded/lock.ts'
import { clusterFolder } from '../src/foundation/db/embedded/places.ts'
import { postgresIn } from '../src/foundation/db/embedded/processes.ts'
import { dataFolder } from './support/embedded.ts'
import type { Teardown } from './support/postgres.ts'
import { type Program, start } from './support/program.ts'

const server = (t: Teardown, env: Record<string, string>) => start(t, ['src/server.ts'], env)
const urlOf = async (program: Program) => new URL((await program.says(/serves at +(http\S+)\n/))[1] as string)
const postgresOn = (dataDir: string) => postgresIn(clusterFolder(dataDir, servingAccount).cluster)
const isListening = (url: URL) =>
  fetch(new URL('/health/live', url)).then(
    (response) => response.ok,
    () => false,
  )

t.test('a first start makes a demo school, and what it prints works when pasted', async (t) => {
  const dataDir = dataFolder(t)
  const first = server(t, { DATA_DIR: dataDir, DEMO: 'on' })
  const url = await urlOf(first)
  const printed = await first.says(/Demo client +(\S+)\nSecret +(\S+)\n(?:.*\n)*?( +TOKEN=.*\n +curl .*)\n/)
  const [, clientId, secret = '', lines = ''] = printed
  t.equal(statSync(join(dataDir, 'demo-client.json')).mode & 0o777, 0o600)
  t.equal((await fetch(new URL('/docs', url))).status, 200)
  await t.test('the two lines', { skip: spawnSync('curl', ['--version']).status !== 0 }, async (t) => {
    const { stdout } = spawnSync('/bin/sh', ['-c', lines], { encoding: 'utf8' })
    t.equal(JSON.parse(stdout).data.length, 5)
  })

  await t.test('a second start on the same data is refused in one sentence', async (t) => {
    const { code, out, err } = await server(t, { DATA_DIR: dataDir, DEMO: 'on' }).ended
    t.same({ code, out }, { code: 1, out: '' })
    t.match(err, /^DATA_DIR \S+ is in use by process \d+: stop it, or choose another place\.\n$/)
    t.ok(await isListening(url), 'and the first one goes on')
  })

  await t.test('after kill -9 it starts again, with the same school and client', async (t) => {
    first.child.kill('SIGKILL')
    await first.ended
    const again = server(t, { DATA_DIR: dataDir, DEMO: 'on' })
    const [, ...access] = await again.says(/Demo client +(\S+)\nSecret +(\S+)\n/)
    t.same(access, [clientId, secret])
    const token = await fetch(new URL('/oauth/token', await urlOf(again)), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    t.equal(token.status, 200)
    again.child.kill('SIGINT')
    t.equal((await again.ended).code, 0)
    t.same(postgresOn(dataDir), [])
  })
})

t.test('SIGTERM answers what is under way and leaves nothing running', async (t) => {
  const dataDir = dataFolder(t)
  const program = server(t, { DATA_DIR: dataDir, LOG_LEVEL: 'info' })
  const url = await urlOf(program)
  const running = findRunning(dataDir)
  const sockets =
    new URL((running?.ownerUrl ?? '').replace('@/', '@localhost/')).searchParams.get('host') ?? ''
  t.ok(existsSync(sockets))
  const body = 'grant_type=client_credentials'
  const client = connect(Number(url.port), '127.0.0.1')
  t.teardown(() => client.destroy())
  client.write(
    `POST /oauth/token?private=detail HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
  )
  t.match(String((await once(client, 'data'))[0]), '100 Continue', 'the request is under way')
  program.child.kill('SIGTERM')
  while (await isListening(url));
  client.write(body)
  t.match(
    String((await once(client, 'data'))[0]),
    /^HTTP\/1\.1 400 Bad Request[\s\S]*no client authentication/,
    'and is answered',
  )
  const { code, err } = await program.ended
  t.equal(code, 0)
  t.same(postgresOn(dataDir), [])
  t.notOk(existsSync(sockets))
  t.notOk(existsSync(join(dataDir, 'server.json')))
  t.notMatch(err, /private|detail|127\.0\.0\.1:\d+.*request/, 'and the log holds no query string')
  for (const line of err.trim().split('\n')) t.type(JSON.parse(line).msg, 'string', 'the log is JSON')
})

t.test('a stop during the first start is clean too, and the next start is whole', async (t) => {
  const dataDir = dataFolder(t)
  const program = server(t, { DATA_DIR: dataDir, DEMO: 'on', LOG_LEVEL: 'info' })
  await program.says(/demo school: \d+ people/)
  program.child.kill('SIGTERM')
  const { code, out } = await program.ended
  t.same({ code, out }, { code: 0, out: '' })
  t.same(postgresOn(dataDir), [])
  t.match(readFileSync(join(dataDir, 'demo-client.json'), 'utf8'), '{}')
  const again = server(t, { DATA_DIR: dataDir, DEMO: 'on' })
  t.ok(await again.says(/Demo client +app_/))
})

t.test('a second signal ends it at once, and PostgreSQL with it', async (t) => {
  const dataDir = dataFolder(t)
  const program = server(t, { DATA_DIR: dataDir })
  const url = await urlOf(program)
  const client = connect(Number(url.port), '127.0.0.1')
  t.teardown(() => client.destroy())
  client.write(
    'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
  )
  await once(client, 'data')
  program.child.kill('SIGTERM')
  while (await isListening(url));
  program.child.kill('SIGTERM')
  t.equal((await program.ended).code, 1)
  while (postgresOn(dataDir).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
})
