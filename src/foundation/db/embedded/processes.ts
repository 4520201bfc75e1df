import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const isLinux = process.platform === 'linux'

/** Distinguishes a living process from a later one with the same number; undefined when it is gone or a zombie. */
export function startOf(pid: number): string | undefined {
  if (!isLinux) return said('ps', '-o', 'lstart=', '-p', String(pid))
  const fields = statOf(String(pid))
  // proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks since boot.
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined
  return `${read('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[19]}`
}

/**
 * The PostgreSQL processes that work in a folder, the postmaster first. Asking for the working folder rather than for
 * the number in postmaster.pid leaves zombies out, which have none, and also finds backends whose postmaster is gone.
 */
export function postgresIn(cluster: string): number[] {
  const found = isLinux
    ? readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksIn(pid, cluster))
    : (said('ps', '-axo', 'pid=,args=') ?? '')
        .split('\n')
        .filter((line) => line.includes(`postgres -D ${cluster} `))
        .map((line) => line.trim().split(' ')[0])
  return found.map(Number).sort((one, other) => one - other)
}

function worksIn(pid: string, folder: string): boolean {
  try {
    // A person's shell may stand in the folder too.
    return readlinkSync(`/proc/${pid}/cwd`) === folder && read(`/proc/${pid}/comm`)?.trim() === 'postgres'
  } catch {
    return false
  }
}

/** Fields from the third on: the second, the name in brackets, may hold blanks. */
function statOf(pid: string): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(') ') + 2).split(' ')
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function said(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
