import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../start-error.ts'
import { servingAccount } from './account.ts'
import { clusterFolder } from './places.ts'
import { startOf } from './processes.ts'

/** URLs of a running embedded server. */
export interface Urls {
  /** Superuser of the embedded cluster. */
  ownerUrl: string
  /** The role under which requests are served. */
  appUrl: string
}

export interface Lock {
  /** Tells other processes of this user how to reach the server. */
  publish(urls: Urls): void
  release(): void
}

interface Holder {
  pid: number
  /** Start of the process: one that was given the same number later has another. */
  started: string
  urls?: Urls
}

const fileIn = (folder: string) => join(folder, 'server.json')

/** Takes a data folder for this process; throws StartError when a living one has it. */
export function takeLock(folder: string): Lock {
  const file = fileIn(folder)
  const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' }
  while (!appears(file, own, folder)) {
    const text = textOf(file)
    const holder = text === undefined ? undefined : livingHolder(text)
    if (holder) throw inUse(folder, holder)
    if (text !== undefined) removeStale(file, text)
  }
  return {
    publish: (urls) => replace(file, { ...own, urls }),
    release: () => rmSync(file, { force: true }),
  }
}

/** The server that runs on a data folder now, if one does and is up. */
export function findRunning(dataDir: string): Urls | undefined {
  const { parent } = clusterFolder(dataDir, servingAccount)
  try {
    return livingHolder(readFileSync(fileIn(parent), 'utf8'))?.urls
  } catch {
    return undefined
  }
}

/** The file appears with its whole content or not at all; false when there is one. */
function appears(file: string, holder: Holder, folder: string): boolean {
  const beside = `${file}.${process.pid}`
  try {
    writeFileSync(beside, JSON.stringify(holder), { mode: 0o600 })
    linkSync(beside, file)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new StartError(`DATA_DIR ${folder} cannot be written (${code}): choose another place.`)
  } finally {
    rmSync(beside, { force: true })
  }
}

function replace(file: string, holder: Holder): void {
  writeFileSync(`${file}.new`, JSON.stringify(holder), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    // Never taken for stale: it may be the lock of another user's living server.
    throw new StartError(`${file} cannot be read (${code}): start as the user who started it before.`)
  }
}

/** Whoever held it is gone (kill -9, power cut). Looked at again, since another start may have taken it meanwhile. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.old-${process.pid}`
  try {
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file)
  } catch {
    // Another start was faster: the next look at the file tells.
  } finally {
    rmSync(aside, { force: true })
  }
}

function livingHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder
    return startOf(holder.pid) === holder.started ? holder : undefined
  } catch {
    return undefined
  }
}

const inUse = (folder: string, { pid }: Holder) =>
  new StartError(`DATA_DIR ${folder} is in use by process ${pid}: stop it, or choose another place.`)
