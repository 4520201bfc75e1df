import { hash, verify } from '@node-rs/argon2'
import { isCommon } from './common-passwords.ts'

/** OWASP's parameters for argon2id: 19 MiB, two passes; about 12 ms here. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashing takes a core and 19 MiB: more at once would let sign-ins starve everything else. */
const mostAtOnce = 2
const mostWaiting = 50
const shortest = 12
const longest = 128

/** More people want to sign in than can be hashed for: try again in a moment. */
export class Busy extends Error {
  constructor() {
    super('too many sign-ins at once')
  }
}

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting) throw new Busy()
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

/** The same password typed on two keyboards may differ in code points (SP 800-63B, 5.1.1.2). */
const normal = (password: string) => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(normal(password), cost))

let decoy: Promise<string> | undefined

/** Whether the password fits. Where there is no hash, one of nobody's is tried, so that time tells nothing. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  if (password.length > longest) return false
  decoy ??= hashPassword('a password of nobody')
  const against = stored ?? (await decoy)
  const fits = await inTurn(() => verify(against, normal(password)))
  return fits && stored !== null
}

/** Why a password is not taken: length and what everybody tries first, but no rules of composition (SP 800-63B, 5.1.1.2). */
export function passwordFaults(password: string, own: readonly string[]): string[] {
  const text = normal(password)
  const faults: string[] = []
  if ([...text].length < shortest)
    faults.push(`Use at least ${shortest} characters: three or four words are easy to remember.`)
  if ([...text].length > longest) faults.push(`Use at most ${longest} characters.`)
  const lower = text.toLowerCase()
  if (isCommon(lower)) faults.push('This password is one of the first that anybody would try.')
  if (own.some((word) => word.length > 3 && lower.includes(word.toLowerCase())))
    faults.push('Leave your own name and user name out of it.')
  return faults
}
