import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { StartError } from '../../start-error.ts'
import { type Account, mayEnter } from './account.ts'

/** Where another user can reach things when the checkout or the data lie in a private home folder. */
export const sharedPlace = '/var/lib/open-mis'

export interface ClusterFolder {
  /** Holds the lock, PostgreSQL's log and the cluster: DATA_DIR itself, or a folder in the shared place. */
  parent: string
  cluster: string
  account: Account | undefined
}

/** Where the database files are and who owns them: below DATA_DIR, or in the shared place when the account cannot get there. */
export function clusterFolder(
  dataDir: string,
  accountFor: (cluster: string) => Account | undefined,
  shared = sharedPlace,
): ClusterFolder {
  const own = realOf(dataDir)
  const account = accountFor(join(own, 'postgresql'))
  if (!account || isReachable(own, account)) return { parent: own, cluster: join(own, 'postgresql'), account }
  const parent = join(shared, hashOf(own))
  const cluster = join(parent, 'postgresql')
  return { parent, cluster, account: accountFor(cluster) }
}

/** Without symbolic links, since /proc shows working folders so; what does not exist yet keeps its name. */
function realOf(place: string): string {
  const whole = resolve(place)
  if (isThere(whole)) return realpathSync(whole)
  return whole === dirname(whole) ? whole : join(realOf(dirname(whole)), basename(whole))
}

function isThere(place: string): boolean {
  try {
    return statSync(place, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(`DATA_DIR ${place} cannot be reached (${code}): choose another place.`)
  }
}

/** Whether another user may walk down to a place, as far as it exists. */
export function isReachable(place: string, account: Account): boolean {
  const found = statSync(place, { throwIfNoEntry: false })
  if (found && !mayEnter(found, account)) return false
  return place === dirname(place) || isReachable(dirname(place), account)
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** Makes a folder and those above it that are missing; open to walk through, whatever the umask. */
export function makeOpenFolder(folder: string): void {
  try {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) makeWithParents(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(`DATA_DIR ${folder} cannot be written (${code}): choose another place.`)
  }
}

/** One by one: the recursive mkdir of Node 24 never returns where a file system answers ENOENT for ever, as /proc does. */
function makeWithParents(folder: string): void {
  const parent = dirname(folder)
  if (!statSync(parent, { throwIfNoEntry: false })) makeWithParents(parent)
  mkdirSync(folder)
  chmodSync(folder, 0o755)
}

/** Folders for sockets begin so, which lets a later start remove the one that a killed process left behind. */
const socketPrefix = 'mis-socket-'

/** A private folder for the socket: short, because a socket's path of more than 107 bytes is fatal. */
export function makeSocketFolder(account: Account | undefined): string {
  const isFit = (place: string) => place.length <= 60 && (!account || isReachable(realOf(place), account))
  for (const place of [tmpdir(), '/tmp'].filter(isFit)) {
    try {
      const folder = mkdtempSync(join(place, socketPrefix))
      if (account) chownSync(folder, account.uid, account.gid)
      return folder
    } catch {
      // Not writable: the next one.
    }
  }
  throw new StartError(
    `No folder for PostgreSQL's socket can be made in ${tmpdir()}: set TMPDIR to a short path that can be written.`,
  )
}

export function removeSocketFolder(folder: string): void {
  if (basename(folder).startsWith(socketPrefix)) rmSync(folder, { recursive: true, force: true })
}
