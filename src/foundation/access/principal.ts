import { problem } from '../http/problems.ts'
import type { Scope } from './scopes.ts'

/** Who is asking: a client that acts for one school within the scopes of its token. */
export interface Principal {
  clientId: string
  schoolId: string
  scopes: ReadonlySet<string>
  /** The token's `jti`. */
  tokenId: string
  /** Epoch seconds. */
  expiresAt: number
}

/** Throws 403 unless the token holds the scope. */
export function requireScope(who: Principal, scope: Scope): void {
  if (who.scopes.has(scope)) return
  throw problem('scope-missing', {
    detail: `This needs the scope ${scope}.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}
