import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { postgresIn, startOf } from '../../../../src/foundation/db/embedded/processes.ts'
import { ask, dataFolder, startProcess } from '../../../support/embedded.ts'

const socketsIn = (dataDir: string) =>
  readFileSync(join(dataDir, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')[4] ?? ''

t.test(
  'after kill -9 of its process, PostgreSQL is started again without help, and nothing is lost',
  async (t) => {
    const dataDir = dataFolder(t)
    for (const round of [1, 2, 3]) {
      const { ownerUrl, end } = await startProcess(t, dataDir)
      await ask(ownerUrl, 'create table if not exists rounds (round int)')
      await ask(ownerUrl, `insert into rounds values (${round})`)
      await end('SIGKILL')
      t.not(postgresIn(join(dataDir, 'postgresql')).length, 0, 'PostgreSQL outlives it')
    }
    const left = socketsIn(dataDir)
    const { ownerUrl, refused } = await startProcess(t, dataDir)
    t.equal(refused, undefined)
    t.strictSame(await ask(ownerUrl, 'select count(*) from rounds'), [{ count: 3 }])
    t.notOk(existsSync(left), 'the socket folder of the killed one is removed')
  },
)

t.test('after kill -9 of the process and of the postmaster too', async (t) => {
  const dataDir = dataFolder(t)
  const first = await startProcess(t, dataDir)
  const [postmaster = 0] = postgresIn(join(dataDir, 'postgresql'))
  await first.end('SIGKILL')
  process.kill(postmaster, 'SIGKILL')
  const second = await startProcess(t, dataDir)
  t.equal(second.refused, undefined)
})

t.test("a person's shell in the folder of the files is left alone", async (t) => {
  const dataDir = dataFolder(t)
  const first = await startProcess(t, dataDir)
  const shell = spawn('sleep', ['60'], { cwd: join(dataDir, 'postgresql') })
  t.teardown(() => shell.kill())
  await first.end('SIGKILL')
  const second = await startProcess(t, dataDir)
  t.equal(second.refused, undefined)
  t.equal(shell.exitCode ?? shell.signalCode, null)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  t.test(`a process that answers no signals takes PostgreSQL with it at ${signal}`, async (t) => {
    const dataDir = dataFolder(t)
    const { end } = await startProcess(t, dataDir)
    const sockets = socketsIn(dataDir)
    await end(signal)
    t.same(postgresIn(join(dataDir, 'postgresql')), [])
    t.notOk(existsSync(sockets))
    t.notOk(existsSync(join(dataDir, 'server.json')))
  })

t.test('a zombie counts as gone', { skip: process.platform !== 'linux' }, async (t) => {
  // The shell becomes `sleep`, which never asks for the exit of the child that it inherits.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
  t.teardown(() => parent.kill())
  const [text] = await once(parent.stdout, 'data')
  const zombie = Number(String(text))
  const isZombie = () => /\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'utf8'))
  const deadline = Date.now() + 10_000
  while (!isZombie() && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve))
  t.ok(isZombie())
  t.equal(startOf(zombie), undefined)
})
