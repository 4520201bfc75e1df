import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { servingAccount } from '../../../../src/foundation/db/embedded/account.ts'
import { findRunning } from '../../../../src/foundation/db/embedded/lock.ts'
import { clusterFolder } from '../../../../src/foundation/db/embedded/places.ts'
import { startEmbedded } from '../../../../src/foundation/db/embedded/start.ts'
import { ask, dataFolder, mayBecomeNobody, nobody, startProcess } from '../../../support/embedded.ts'

const isRoot = process.getuid?.() === 0
const isHidden = !mayBecomeNobody()

t.test('as root, PostgreSQL runs as somebody else', { skip: !isRoot }, async (t) => {
  const dataDir = dataFolder(t)
  const { ownerUrl, stop } = await startEmbedded({ dataDir, isDurable: false })
  t.teardown(stop)
  t.not(statSync(join(dataDir, 'postgresql')).uid, 0)
  t.strictSame(await ask(ownerUrl, 'select 1 as one'), [{ one: 1 }])
})

t.test(
  'as root with DATA_DIR in a private folder, the files go to a durable place that is named, and are found again',
  { skip: !isRoot },
  async (t) => {
    const home = dataFolder(t)
    chmodSync(home, 0o700)
    const dataDir = join(home, 'data')
    const { parent } = clusterFolder(dataDir, servingAccount)
    t.teardown(() => {
      rmSync(parent, { recursive: true, force: true })
      // Unless something else is kept there.
      if (readdirSync(dirname(parent)).length === 0) rmdirSync(dirname(parent))
    })
    t.equal(dirname(parent), '/var/lib/open-mis')
    const said: string[] = []
    const first = await startEmbedded({ dataDir, isDurable: false, log: (line) => said.push(line) })
    await ask(first.ownerUrl, 'create table kept as select 1 as one')
    t.match(said[0], `its files are in ${parent}.`)
    t.same(findRunning(dataDir), { ownerUrl: first.ownerUrl, appUrl: first.appUrl })
    t.ok(existsSync(dataDir), 'DATA_DIR is there for what else is kept in it')
    await first.stop()
    const second = await startEmbedded({ dataDir, isDurable: false })
    t.strictSame(await ask(second.ownerUrl, 'select one from kept'), [{ one: 1 }])
    await second.stop()
  },
)

t.test(
  'root continues on the files of an ordinary user, and the user on them afterwards',
  { skip: isHidden },
  async (t) => {
    const dataDir = join(dataFolder(t), 'data')
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o777)
    const first = await startProcess(t, dataDir, { uid: nobody })
    t.equal(first.refused, undefined)
    await ask(first.ownerUrl, 'create table kept as select 1 as one')
    await first.end()
    const second = await startEmbedded({ dataDir, isDurable: false })
    t.strictSame(await ask(second.ownerUrl, 'select one from kept'), [{ one: 1 }])
    const third = await startProcess(t, dataDir, { uid: nobody })
    t.match(
      third.refused,
      /server\.json cannot be read \(EACCES\): start as the user who started it before\./,
    )
    await second.stop()
    const fourth = await startProcess(t, dataDir, { uid: nobody })
    t.equal(fourth.refused, undefined)
  },
)

t.test('an ordinary user may not write where root does, and is told', { skip: isHidden }, async (t) => {
  const dataDir = dataFolder(t)
  const { refused } = await startProcess(t, dataDir, { uid: nobody })
  t.match(refused, /^DATA_DIR .* cannot be written \(EACCES\): choose another place\.$/)
})
