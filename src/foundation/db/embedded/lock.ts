import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../start-error.ts'

/** URLs of a running embedded server. */
export interface Urls {
  /** Superuser of the embedded cluster. */
  ownerUrl: string
  /** The role under which requests are served. */
  appUrl: string
}

interface Holder {
  pid: number
  /** Start of the process in clock ticks since boot: a pid that was given anew has another. */
  started: string
  urls?: Urls
}

const fileOf = (dataDir: string) => join(dataDir, 'server.json')

/** Takes the data folder for this process; throws StartError when a living one has it. */
export function takeLock(dataDir: string): { publish(urls: Urls): void; release(): void } {
  const file = fileOf(dataDir)
  const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' }
  try {
    create(file, own)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST')
      throw new StartError(`DATA_DIR ${dataDir} cannot be written (${code}): choose another place.`)
    const holder = holderOf(dataDir)
    if (holder)
      throw new StartError(
        `DATA_DIR ${dataDir} is in use by process ${holder.pid}: stop it, or choose another place.`,
      )
    // Whoever held it is gone (kill -9, power cut).
    rmSync(file, { force: true })
    create(file, own)
  }
  return {
    publish(urls) {
      writeFileSync(`${file}.new`, JSON.stringify({ ...own, urls }), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
    release: () => rmSync(file, { force: true }),
  }
}

/** The server that runs on a data folder now, if one does and is up. */
export function findRunning(dataDir: string): Urls | undefined {
  return holderOf(dataDir)?.urls
}

function create(file: string, holder: Holder): void {
  const handle = openSync(file, 'wx', 0o600)
  writeSync(handle, JSON.stringify(holder))
  closeSync(handle)
}

function holderOf(dataDir: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Holder
    return startOf(holder.pid) === holder.started ? holder : undefined
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/PID/stat, or a constant for a living process where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return process.platform === 'linux' ? undefined : aliveElsewhere(pid)
  }
}

function aliveElsewhere(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch {
    return undefined
  }
}
