import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findRunning, takeLock } from '../../../../src/foundation/db/embedded/lock.ts'
import { startOf } from '../../../../src/foundation/db/embedded/processes.ts'
import { ask, dataFolder, startProcess } from '../../../support/embedded.ts'

t.test('a second start on the same data is refused in one sentence while the first one serves', async (t) => {
  const dataDir = dataFolder(t)
  const first = await startProcess(t, dataDir)
  const second = await startProcess(t, dataDir)
  t.match(second.refused, /^DATA_DIR .* is in use by process \d+: stop it, or choose another place\.$/)
  t.match(second.refused, String(first.child.pid))
  t.strictSame(await ask(first.ownerUrl, 'select 1 as one'), [{ one: 1 }], 'the first one is not disturbed')
})

t.test('of many starts at once on new data, and on data whose holder was killed, one succeeds', async (t) => {
  const dataDir = dataFolder(t)
  for (const round of ['new', 'killed']) {
    const all = await Promise.all([1, 2, 3, 4].map(() => startProcess(t, dataDir)))
    const [only, ...others] = all.filter(({ refused }) => refused === undefined)
    t.ok(only, round)
    t.same(others, [], round)
    await only?.end('SIGKILL')
  }
})

t.test('a command finds the server that runs on the data, also through a symbolic link', async (t) => {
  const dataDir = dataFolder(t)
  t.equal(findRunning(dataDir), undefined)
  const { ownerUrl, appUrl, end } = await startProcess(t, dataDir)
  const link = join(dataFolder(t), 'link')
  symlinkSync(dataDir, link)
  t.same(findRunning(dataDir), { ownerUrl, appUrl })
  t.same(findRunning(link), { ownerUrl, appUrl })
  t.strictSame(await ask(findRunning(dataDir)?.ownerUrl, 'select 1 as one'), [{ one: 1 }])
  t.equal(statSync(join(dataDir, 'server.json')).mode & 0o777, 0o600, 'nobody else reads the address')
  await end('SIGKILL')
  t.equal(findRunning(dataDir), undefined, 'a killed one does not run')
})

t.test('a lock whose process number was given to another process is stale', async (t) => {
  const folder = dataFolder(t)
  const file = join(folder, 'server.json')
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'long ago' }))
  const { release } = takeLock(folder)
  t.equal(JSON.parse(readFileSync(file, 'utf8')).started, startOf(process.pid))
  t.throws(() => takeLock(folder), { name: 'StartError' })
  release()
  t.same(readdirSync(folder), [])
})

t.test('a lock that is no JSON is stale', async (t) => {
  const folder = dataFolder(t)
  writeFileSync(join(folder, 'server.json'), '{"pid":')
  takeLock(folder).release()
  t.same(readdirSync(folder), [])
})
