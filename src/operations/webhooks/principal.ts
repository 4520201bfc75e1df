import type { Principal } from '../../foundation/access/principal.ts'
import type { LoadStanding } from '../../foundation/access/standing.ts'

/** An app as it would act for the school with a token of its own right now; undefined while it may not. */
export async function appPrincipal(
  load: LoadStanding,
  schoolId: string,
  clientId: string,
): Promise<Principal | undefined> {
  const standing = await load({ schoolId, clientId, accountId: undefined })
  if (typeof standing === 'string') return undefined
  return {
    clientId,
    schoolId,
    scopes: standing.scopes,
    named: standing.scopes,
    granted: standing.scopes,
    tokenId: '',
    expiresAt: Number.MAX_SAFE_INTEGER,
    agreement: standing.agreement,
    person: undefined,
    rules: undefined,
    isStrong: true,
    leansOn: new Set(),
  }
}
