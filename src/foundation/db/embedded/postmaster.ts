import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchownSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import { openPool } from '../pool.ts'
import { exitOf, owner } from './cluster.ts'
import { environment } from './environment.ts'
import type { ClusterFolder } from './places.ts'

/** What a postmaster is started with. */
export interface Launch {
  binaries: string
  place: ClusterFolder
  sockets: string
  log: (line: string) => void
  /** False gives up durability for speed; for tests only. */
  isDurable: boolean
}

const database = 'mis'
const stepMs = 20

export const urlOf = (role: string, sockets: string, name = database) =>
  `postgres://${role}@/${name}?host=${encodeURIComponent(sockets)}`

/** Settings of a small server. Durability is PostgreSQL's default (fsync, synchronous_commit) unless given up. */
const settingsOf = ({ sockets, isDurable }: Launch): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_directories: sockets,
  unix_socket_permissions: '0700',
  max_connections: '80',
  shared_buffers: '128MB',
  log_timezone: 'UTC',
  ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
})

/** Starts PostgreSQL and waits until it answers and has the database; a recovery after a crash may take its time. */
export async function runPostmaster(launch: Launch): Promise<ChildProcess> {
  const log = `${launch.place.cluster}.log`
  const { handle, size } = openLog(log)
  if (launch.place.account) fchownSync(handle, launch.place.account.uid, launch.place.account.gid)
  const child = spawnPostgres(launch, handle)
  closeSync(handle)
  const ended = exitOf(child)
  const pool = openPool({
    url: urlOf(owner, launch.sockets, 'postgres'),
    size: 1,
    applicationName: 'mis start',
  })
  try {
    while (!(await answers(pool))) {
      const gone = await Promise.race([ended, wait(stepMs)])
      if (gone !== undefined)
        throw new StartError(`PostgreSQL did not start: ${saidSince(log, size) || gone}`)
    }
    const { rowCount } = await pool.query('select from pg_database where datname = $1', [database])
    if (!rowCount) await pool.query(`create database ${database}`)
    return child
  } catch (error) {
    child.kill('SIGINT')
    await ended
    throw error
  } finally {
    await pool.end()
  }
}

function spawnPostgres(launch: Launch, log: number): ChildProcess {
  const { binaries, place } = launch
  const settings = Object.entries(settingsOf(launch)).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(join(binaries, 'bin', 'postgres'), ['-D', place.cluster, ...settings], {
    ...place.account,
    cwd: place.cluster,
    env: environment,
    // Its own process group: Ctrl-C in a terminal must not end it before the requests are answered.
    detached: true,
    stdio: ['ignore', log, log],
  })
}

const answers = (pool: ReturnType<typeof openPool>) =>
  pool.query('select 1').then(
    () => true,
    () => false,
  )

/** 10 MB of old output are enough to understand a crash; more is dropped. */
const logLimitBytes = 10_000_000

function openLog(file: string): { handle: number; size: number } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const isFull = size > logLimitBytes
  return { handle: openSync(file, isFull ? 'w' : 'a', 0o600), size: isFull ? 0 : size }
}

const saidSince = (file: string, size: number) =>
  readFileSync(file).subarray(size).toString().trim().split('\n').slice(-3).join(' ')
