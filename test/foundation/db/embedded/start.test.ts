import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startEmbedded } from '../../../../src/foundation/db/embedded/start.ts'
import { ask, dataFolder, startProcess } from '../../../support/embedded.ts'

const socketsOf = (url: string) => new URL(url.replace('@/', '@localhost/')).searchParams.get('host') ?? ''

t.test(
  'a database that is durable, speaks UTF-8 and has no TCP port is there after the first start',
  async (t) => {
    const { ownerUrl, stop } = await startEmbedded({ dataDir: dataFolder(t) })
    t.teardown(stop)
    const [settings] = await ask(
      ownerUrl,
      `select current_user, current_database(), current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as "synchronousCommit", current_setting('listen_addresses') as tcp,
            current_setting('server_encoding') as encoding, lower('É') as lower, 'a' < 'É' as "sortsByCodePoint"`,
    )
    t.strictSame(settings, {
      current_user: 'mis_owner',
      current_database: 'mis',
      fsync: 'on',
      synchronousCommit: 'on',
      tcp: '',
      encoding: 'UTF8',
      lower: 'é',
      sortsByCodePoint: true,
    })
    t.equal(statSync(socketsOf(ownerUrl)).mode & 0o777, 0o700, 'nobody else reaches the socket')
  },
)

t.test('its URLs work with psql', { skip: spawnSync('psql', ['--version']).status !== 0 }, async (t) => {
  const { ownerUrl, stop } = await startEmbedded({ dataDir: dataFolder(t), isDurable: false })
  t.teardown(stop)
  const { stdout } = spawnSync('psql', [ownerUrl, '-Atc', 'select current_user'], { encoding: 'utf8' })
  t.equal(stdout, 'mis_owner\n')
})

t.test('what was written is there after a stop and a start, and the socket folder is gone', async (t) => {
  const dataDir = dataFolder(t)
  const first = await startEmbedded({ dataDir, isDurable: false })
  await ask(first.ownerUrl, 'create table kept as select 1 as one')
  await first.stop()
  t.notOk(existsSync(socketsOf(first.ownerUrl)))
  t.notOk(existsSync(join(dataDir, 'server.json')))
  const second = await startEmbedded({ dataDir, isDurable: false })
  t.teardown(second.stop)
  t.strictSame(await ask(second.ownerUrl, 'select one from kept'), [{ one: 1 }])
})

t.test(
  'a start says in one sentence, with what PostgreSQL said, why it failed, and leaves no lock',
  async (t) => {
    const dataDir = dataFolder(t)
    await (await startEmbedded({ dataDir, isDurable: false })).stop()
    const version = join(dataDir, 'postgresql', 'PG_VERSION')
    writeFileSync(version, '9.6\n')
    await t.rejects(startEmbedded({ dataDir }), {
      name: 'StartError',
      message: /^PostgreSQL did not start: .*initialized by PostgreSQL version 9\.6/,
    })
    t.notOk(existsSync(join(dataDir, 'server.json')))
    writeFileSync(version, '18\n')
    const { stop } = await startEmbedded({ dataDir, isDurable: false })
    await stop()
  },
)

t.test('a DATA_DIR that cannot be written is named', async (t) => {
  const file = join(dataFolder(t), 'file')
  writeFileSync(file, '')
  await t.rejects(startEmbedded({ dataDir: join(file, 'data') }), {
    name: 'StartError',
    message: /^DATA_DIR .*\/file\/data cannot be written \(ENOTDIR\): choose another place\.$/,
  })
  // A file system where nothing can be made and nothing is ever missing for good.
  await t.rejects(startEmbedded({ dataDir: '/proc/mis/data' }), { message: /cannot be written \(ENOENT\)/ })
})

t.test('an odd locale, a umask of 077 and a long path of the temporary folder do not matter', async (t) => {
  const dataDir = join(dataFolder(t), 'a', 'b')
  const long = join(dataFolder(t), 'x'.repeat(120))
  mkdirSync(long)
  chmodSync(long, 0o755)
  const { ownerUrl, refused } = await startProcess(t, dataDir, {
    umask: '077',
    env: { LC_ALL: 'tlh_QO.KOI8-R', LANG: 'xx', TMPDIR: long },
  })
  t.equal(refused, undefined)
  t.strictSame(await ask(ownerUrl, 'select 1 as one'), [{ one: 1 }])
})

t.test('a PostgreSQL that dies is started again at the same address, with what was committed', async (t) => {
  const dataDir = dataFolder(t)
  const said: string[] = []
  const { ownerUrl, stop } = await startEmbedded({ dataDir, log: (line) => said.push(line) })
  t.teardown(stop)
  await ask(ownerUrl, 'create table kept as select 1 as one')
  const postmaster = Number(
    readFileSync(join(dataDir, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')[0],
  )
  process.kill(postmaster, 'SIGKILL')
  const deadline = Date.now() + 20_000
  const again = async (): Promise<unknown> =>
    ask(ownerUrl, 'select one from kept').catch((error) => (Date.now() < deadline ? again() : error))
  t.strictSame(await again(), [{ one: 1 }])
  t.match(said.at(-1), /ended by itself \(SIGKILL\)/)
})
