import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../start-error.ts'
import { environment } from './environment.ts'
import type { ClusterFolder } from './places.ts'

/** Superuser of the cluster; reachable only through the socket in a private folder. */
export const owner = 'mis_owner'

/** Names sort and compare by code point and letters fold as in Unicode, whatever the machine has installed. */
const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']

/** Runs initdb once. Made beside and renamed: when interrupted it leaves nothing that looks like a cluster. */
export async function ensureCluster(binaries: string, { cluster, account }: ClusterFolder): Promise<void> {
  if (existsSync(join(cluster, 'PG_VERSION'))) return
  const beside = `${cluster}.new`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { mode: 0o700 })
  if (account) chownSync(beside, account.uid, account.gid)
  const child = spawn(
    join(binaries, 'bin', 'initdb'),
    ['-D', beside, '-U', owner, '-A', 'trust', ...locale],
    { ...account, cwd: beside, env: environment, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const code = await exitOf(child)
  if (code === 0) return renameSync(beside, cluster)
  rmSync(beside, { recursive: true, force: true })
  const reason = said.trim().split('\n').slice(-2).join(' ') || `initdb ended with ${code}`
  throw new StartError(`PostgreSQL could not make its files: ${reason}`)
}

/** Exit code, name of the signal, or why the program could not be run. */
export function exitOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  if (child.signalCode !== null) return Promise.resolve(child.signalCode)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, name) => resolve(code ?? name ?? 'nothing'))
  })
}
