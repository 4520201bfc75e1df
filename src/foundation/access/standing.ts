import { type Person, type Principal, recentSeconds } from './principal.ts'
import type { Token } from './token.ts'

/** What a school lets an app do right now, and what the person in it may do at most. */
export interface Standing {
  agreement: Principal['agreement']
  /** Scopes that the agreement grants. */
  scopes: ReadonlySet<string>
  person: Person | undefined
  /** Scope -> rules by which the person's roles reach pupils with it. */
  rules: Principal['rules']
}

/** Why there is none. */
export type NoStanding = 'agreement-not-in-force' | 'account-closed'

export type LoadStanding = (
  token: Pick<Token, 'schoolId' | 'clientId' | 'accountId'>,
) => Promise<Standing | NoStanding>

interface Known {
  standing: Standing | NoStanding
  loadedAt: number
}

/** Time passes without a notification: agreements expire, people leave. This is how long it goes unnoticed. */
const longestAgeMs = 10_000
/** Callers of one school that are kept; past this many the school's are read anew. */
const mostOfSchool = 10_000

/** Standings, read once and kept until the school changes something (announceAccess) or they are old. */
export class Standings {
  readonly #load: LoadStanding
  readonly #schools = new Map<string, Map<string, Known | Promise<Known>>>()

  constructor(load: LoadStanding) {
    this.#load = load
  }

  /** At once where it is known, so that most requests do not wait. */
  of(token: Token): Standing | NoStanding | Promise<Standing | NoStanding> {
    const callers = this.#callersOf(token.schoolId)
    const key = `${token.clientId} ${token.accountId ?? ''}`
    const known = callers.get(key)
    if (known instanceof Promise) return known.then(({ standing }) => standing)
    if (known && performance.now() - known.loadedAt < longestAgeMs) return known.standing
    const loading = this.#read(token, callers, key)
    callers.set(key, loading)
    return loading.then(({ standing }) => standing)
  }

  /** Whatever is being read at this moment may be old already: its map is dropped with the rest. */
  forget(schoolId: string): void {
    this.#schools.delete(schoolId)
  }

  forgetAll(): void {
    this.#schools.clear()
  }

  #callersOf(schoolId: string): Map<string, Known | Promise<Known>> {
    const known = this.#schools.get(schoolId)
    if (known && known.size < mostOfSchool) return known
    const fresh = new Map<string, Known | Promise<Known>>()
    this.#schools.set(schoolId, fresh)
    return fresh
  }

  async #read(token: Token, callers: Map<string, Known | Promise<Known>>, key: string): Promise<Known> {
    // Taken before: what changes during the reading makes it older, never younger.
    const loadedAt = performance.now()
    try {
      const known = { standing: await this.#load(token), loadedAt }
      callers.set(key, known)
      return known
    } catch (error) {
      callers.delete(key)
      throw error
    }
  }
}

/** Token ∩ agreement ∩ roles, for one request. */
export function principalFrom(token: Token, standing: Standing, seconds: number): Principal {
  const isStrong =
    standing.person?.kind !== 'staff' || (token.means.has('mfa') && seconds - token.authTime < recentSeconds)
  return { ...shared(token, standing), isStrong, leansOn: new Set() }
}

const known = new WeakMap<Token, { standing: Standing; principal: Lasting }>()

/** What is the same for every request with one token, while the standing lasts. */
type Lasting = Omit<Principal, 'leansOn' | 'isStrong'>

function shared(token: Token, standing: Standing): Lasting {
  const before = known.get(token)
  if (before?.standing === standing) return before.principal
  const { agreement, person, rules } = standing
  const granted = [...standing.scopes].filter((scope) => !person || rules?.has(scope) === true)
  const principal = {
    clientId: token.clientId,
    schoolId: token.schoolId,
    scopes: new Set(granted.filter((scope) => token.scopes.has(scope))),
    named: token.scopes,
    granted: new Set(granted),
    tokenId: token.id,
    expiresAt: token.expiresAt,
    agreement,
    person,
    rules,
  }
  known.set(token, { standing, principal })
  return principal
}
