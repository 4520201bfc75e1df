import { readFileSync } from 'node:fs'

/** The user under whom PostgreSQL runs when it cannot run as ours. */
export interface Account {
  uid: number
  gid: number
}

/** PostgreSQL refuses uid 0. As root it runs as `postgres`, else as `nobody`; a uid without a passwd entry fails in initdb. */
export function servingAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = entries.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  return undefined
}
