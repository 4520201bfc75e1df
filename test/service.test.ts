import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { dataFolder } from './support/embedded.ts'
import { testDatabase } from './support/postgres.ts'
import { start } from './support/program.ts'

/** Starts a server that must not start, and gives its only sentence. */
async function refusal(t: Test, env: Record<string, string>): Promise<string> {
  const { code, out, err } = await start(t, ['src/server.ts'], env).ended
  t.same({ code, out }, { code: 1, out: '' })
  return err
}

t.test('a busy port', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  t.equal(
    await refusal(t, { DATABASE_URL: ownerUrl, PORT: String(port) }),
    `PORT ${port} is in use by another program: stop it, or choose another port.\n`,
  )
})

t.test('a host that is none of this machine', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
  t.match(
    await refusal(t, { DATABASE_URL: ownerUrl, HOST: '192.0.2.1' }),
    /^HOST 192\.0\.2\.1 is no address of this machine: .*\.\n$/,
  )
})

t.test('a DATA_DIR that cannot be written', async (t) => {
  const file = join(dataFolder(t), 'file')
  writeFileSync(file, '')
  t.match(
    await refusal(t, { DATA_DIR: join(file, 'data') }),
    /^DATA_DIR \S+ cannot be written \(ENOTDIR\): choose another place\.\n$/,
  )
})

t.test('an environment with faults, all of them', async (t) => {
  t.match(await refusal(t, { PORT: 'x', DEMO: 'maybe' }), /^PORT is "x" .*\.\nDEMO is "maybe" .*\.\n$/)
})

t.test('a database that does not answer, without its password', async (t) => {
  t.equal(
    await refusal(t, { DATABASE_URL: 'postgres://mis:hush@127.0.0.1:1/mis' }),
    'The database of DATABASE_URL does not answer: connect ECONNREFUSED 127.0.0.1:1.\n',
  )
})

t.test('a serving login that passes row-level security', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  t.match(
    await refusal(t, { DATABASE_URL: ownerUrl, DATABASE_APP_URL: ownerUrl }),
    /^Requests would be served as \w+, who passes row-level security: .*\.\n$/,
  )
})

t.test("a demo school's secret has its place before the school is made", async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const folder = dataFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const env = { DATABASE_URL: ownerUrl, DEMO: 'on', DATA_DIR: join(folder, 'file') }
  t.match(await refusal(t, env), /^DATA_DIR \S+ cannot be written \(\w+\): choose another place.*\.\n$/)
  t.ok(existsSync(join(folder, 'file')))
})
