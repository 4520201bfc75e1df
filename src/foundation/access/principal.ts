import { problem } from '../http/problems.ts'
import type { Scope } from './scopes.ts'

/** Who has signed in, where an app acts for a person. */
export interface Person {
  accountId: string
  /** The member of staff, the contact or the pupil. */
  personId: string
  kind: 'staff' | 'contact' | 'pupil'
}

/**
 * Who is asking, and what is theirs right now: token ∩ app ∩ agreement ∩ roles. One is made for each request, since it
 * also gathers the scopes on which the answer leans.
 */
export interface Principal {
  clientId: string
  schoolId: string
  /** What is left of the token's scopes after agreement and roles. */
  scopes: ReadonlySet<string>
  /** The token's `jti`. */
  tokenId: string
  /** Epoch seconds. */
  expiresAt: number
  /** The agreement under which the app acts. */
  agreement: { id: string; version: number; hasWithheld: boolean }
  person: Person | undefined
  /** Scope -> the rules by which the person's roles reach pupils with it. An app that acts for the school reaches all. */
  rules: ReadonlyMap<string, ReadonlySet<string>> | undefined
  /** When the person signed in (epoch seconds), and by which means (`amr`, RFC 8176). */
  signedIn: { at: number; means: ReadonlySet<string> }
  /** Scopes that this request has relied upon. Rows are narrowed to pupils whom every one of them reaches (reach.ts). */
  leansOn: Set<string>
}

/** Throws 403 unless the caller holds the scope. From then on the answer leans on it. */
export function requireScope(who: Principal, scope: Scope): void {
  if (who.scopes.has(scope)) {
    who.leansOn.add(scope)
    return
  }
  throw problem('scope-missing', {
    detail: `This needs the scope ${scope}.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

/** Who acts, in one word: the app, and the person for whom it does. */
export const callerOf = ({ clientId, person }: Pick<Principal, 'clientId' | 'person'>): string =>
  person ? `${clientId}/${person.accountId}` : clientId
