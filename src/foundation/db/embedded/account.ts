import { readFileSync, type Stats, statSync } from 'node:fs'
import { StartError } from '../../start-error.ts'

/** The user under whom PostgreSQL runs when it cannot run as ours. */
export interface Account {
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses uid 0. As root it runs as the owner of the files that are already there, else as `postgres`, else
 * as `nobody`: a uid without a passwd entry fails in initdb.
 */
export function servingAccount(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = entries.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new StartError(
    'PostgreSQL cannot run as root, and there is no user postgres or nobody: start as an ordinary user, or set DATABASE_URL.',
  )
}

/** Whether the account may walk through a folder: one of the x bits, by whose folder it is. */
export function mayEnter(folder: Stats, { uid, gid }: Account): boolean {
  const bit = folder.uid === uid ? 0o100 : folder.gid === gid ? 0o010 : 0o001
  return (folder.mode & bit) !== 0
}
