import { type ChildProcess, spawn } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import { openPool } from '../pool.ts'
import { type Account, servingAccount } from './account.ts'
import { endLeftovers } from './leftovers.ts'
import { takeLock, type Urls } from './lock.ts'
import { clusterFolder, findBinaries, socketFolder } from './places.ts'

export interface EmbeddedOptions {
  /** Where the database files live. */
  dataDir: string
  log?: (line: string) => void
  /** False gives up durability for speed; for tests only. */
  isDurable?: boolean
}

export interface Embedded extends Urls {
  stop(): Promise<void>
}

/** Superuser of the cluster; reachable only through the socket in a private folder. */
const owner = 'mis_owner'
const database = 'mis'

/** Starts a real PostgreSQL for this process alone: first boot about a second, later ones some 50 ms. */
export async function startEmbedded({
  dataDir,
  log = () => {},
  isDurable = true,
}: EmbeddedOptions): Promise<Embedded> {
  const account = servingAccount()
  const cluster = clusterFolder(dataDir, account, log)
  const lock = takeLock(dirname(cluster))
  try {
    const binaries = findBinaries(account)
    await endLeftovers(cluster)
    if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(binaries, cluster, account)
    const sockets = socketFolder(account)
    const child = launch(binaries, cluster, sockets, account, isDurable)
    const urls = { ownerUrl: urlOf(owner, sockets), appUrl: urlOf('mis_app', sockets) }
    await whenReady(child, sockets, cluster)
    lock.publish(urls)
    return { ...urls, stop: () => stop(child, sockets, lock) }
  } catch (error) {
    lock.release()
    throw error
  }
}

const urlOf = (role: string, sockets: string, name = database) =>
  `postgres://${role}@/${name}?host=${encodeURIComponent(sockets)}`

/** Made beside and renamed: an interrupted initdb leaves nothing that looks like a cluster. */
async function initialise(binaries: string, cluster: string, account: Account | undefined): Promise<void> {
  const beside = `${cluster}.new`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { mode: 0o700 })
  if (account) chownSync(beside, account.uid, account.gid)
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const child = spawn(
    join(binaries, 'bin', 'initdb'),
    ['-D', beside, '-U', owner, '-A', 'trust', ...locale],
    {
      ...account,
      cwd: beside,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const code = await exitOf(child)
  if (code !== 0)
    throw new StartError(
      `PostgreSQL could not make its files: ${said.trim().split('\n').at(-1) || `initdb ended with ${code}`}`,
    )
  renameSync(beside, cluster)
}

/** An odd LC_ALL of the caller makes initdb and postgres fail. */
const environment = { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' }

function launch(
  binaries: string,
  cluster: string,
  sockets: string,
  account: Account | undefined,
  isDurable: boolean,
): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    max_connections: '80',
    shared_buffers: '128MB',
    log_timezone: 'UTC',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const log = openSync(logOf(cluster), 'a', 0o600)
  const child = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Its own process group: Ctrl-C in a terminal must not end it before the requests are answered.
    { ...account, cwd: cluster, env: environment, detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  return child
}

const logOf = (cluster: string) => `${cluster}.log`

async function whenReady(child: ChildProcess, sockets: string, cluster: string): Promise<void> {
  const ended = exitOf(child)
  const pool = openPool({ url: urlOf(owner, sockets, 'postgres'), size: 1, applicationName: 'mis start' })
  try {
    for (let answered = false; !answered; ) {
      answered = await pool.query('select 1').then(
        () => true,
        () => false,
      )
      const gone = answered ? undefined : await Promise.race([ended, wait(20)])
      if (gone !== undefined) throw new StartError(`PostgreSQL did not start: ${lastLine(logOf(cluster))}`)
    }
    const { rowCount } = await pool.query('select from pg_database where datname = $1', [database])
    if (!rowCount) await pool.query(`create database ${database}`)
  } finally {
    await pool.end()
  }
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-2).join(' ')
}

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, name) => resolve(code ?? name ?? 'nothing'))
  })
}

/** Fast shutdown: connections are ended, everything is written. */
async function stop(child: ChildProcess, sockets: string, lock: { release(): void }): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = exitOf(child)
    child.kill('SIGINT')
    await ended
  }
  rmSync(sockets, { recursive: true, force: true })
  lock.release()
}
