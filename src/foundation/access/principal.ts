import { problem } from '../http/problems.ts'
import { everybody } from './reach.ts'
import { isSensitive, type Scope } from './scopes.ts'

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
  /** Scopes that the token names, whatever became of them: other protocols have names of their own. */
  named: ReadonlySet<string>
  /** Scopes that agreement and roles grant, whatever the token names. */
  granted: ReadonlySet<string>
  /** The token's `jti`. */
  tokenId: string
  /** Epoch seconds. */
  expiresAt: number
  /** The agreement under which the app acts. */
  agreement: { id: string; version: number; hasWithheld: boolean }
  person: Person | undefined
  /** Scope -> the rules by which the person's roles reach pupils with it. An app that acts for the school reaches all. */
  rules: ReadonlyMap<string, ReadonlySet<string>> | undefined
  /** Whether staff have shown a second factor lately: fields of sensitive groups need it. */
  isStrong: boolean
  /** Scopes that this request has relied upon. Rows are narrowed to pupils whom every one of them reaches (reach.ts). */
  leansOn: Set<string>
  /** The same caller as of now, for answers that take long: throws 401 once token or access have ended. */
  renew?: () => Principal | Promise<Principal>
}

/** Whoever acts for the whole school without a token: a command, or a part of the service. It holds no scope. */
export const systemPrincipal = (schoolId: string, actor: string): Principal => ({
  clientId: actor,
  schoolId,
  scopes: new Set(),
  named: new Set(),
  granted: new Set(),
  tokenId: '',
  expiresAt: 0,
  agreement: { id: noAgreement, version: 0, hasWithheld: false },
  person: undefined,
  rules: undefined,
  isStrong: false,
  leansOn: new Set(),
})

/** The id of no agreement: nothing is withheld under it, and nothing was granted on any day. */
export const noAgreement = '00000000-0000-0000-0000-000000000000'

/** Throws 403 unless the caller holds the scope. From then on the answer leans on it. */
export function requireScope(who: Principal, scope: Scope): void {
  if (!who.scopes.has(scope))
    throw problem('scope-missing', {
      detail: `This needs the scope ${scope}.`,
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    })
  leanOn(who, scope)
}

/** Makes the answer lean on a scope that the caller holds: its rows are narrowed to pupils whom the scope reaches. */
export function leanOn(who: Principal, scope: Scope): void {
  if (isSensitive(scope) && !who.isStrong)
    throw problem('step-up-required', {
      detail: `${scope} opens sensitive data.`,
      headers: { 'www-authenticate': stepUp },
    })
  who.leansOn.add(scope)
}

/** Seconds for which a second factor counts as recent: a school day. */
export const recentSeconds = 8 * 3600
/** The authentication context in which a second factor was shown. */
export const strongContext = 'urn:open-mis:acr:mfa'
/** RFC 9470, 3. */
const stepUp = `Bearer error="insufficient_user_authentication", error_description="a recent second factor is needed", acr_values="${strongContext}", max_age="${recentSeconds}"`

/** Throws 403 when the caller reaches only some pupils with the scope: what is about no pupil is the whole school's. */
export function requireWholeSchool(who: Principal, scope: Scope): void {
  if (who.rules?.get(scope)?.has(everybody) !== false) return
  throw problem('reach-too-narrow', { detail: `${scope} reaches only some pupils here.` })
}

/** Throws 403 for an app that acts for the school: no program decides about access by itself. */
export function requirePerson({ person }: Principal): Person {
  if (!person) throw problem('person-required')
  return person
}

/** Who acts, in one word: the app, and the person for whom it does. */
export const callerOf = ({ clientId, person }: Pick<Principal, 'clientId' | 'person'>): string =>
  person ? `${clientId}/${person.accountId}` : clientId
