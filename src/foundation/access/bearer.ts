import {
  type CryptoKey,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import { type ProblemCode, problem } from '../http/problems.ts'
import type { Clock } from '../time/clock.ts'
import { VerifiedTokens } from './bearer-cache.ts'
import { challenge } from './challenge.ts'
import type { Principal } from './principal.ts'
import type { Revocations } from './revocations.ts'

export interface BearerOptions {
  /** The public key of a `kid`, or undefined. */
  keyOf: (kid: string) => Promise<CryptoKey | undefined>
  publicUrl: string
  clock: Clock
  revocations: Pick<Revocations, 'isRevoked' | 'isFresh'>
}

const mostTokens = 5_000
const clockToleranceSeconds = 5
/** Far above any token of ours; longer ones are not worth a look. */
const longestToken = 8_000

/** Verifies access tokens (RFC 9068): ES256 by one of our keys, our issuer, this audience, not revoked. */
export function bearerVerifier({ keyOf, publicUrl, clock, revocations }: BearerOptions) {
  const verified = new VerifiedTokens(mostTokens)
  const refuse = (code: ProblemCode, fault?: string) =>
    problem(code, { headers: { 'www-authenticate': challenge(publicUrl, fault) } })

  const admit = (who: Principal, seconds: number): Principal => {
    if (who.expiresAt + clockToleranceSeconds <= seconds)
      throw refuse('token-expired', 'the token has expired')
    if (!revocations.isFresh()) throw problem('revocations-stale')
    if (revocations.isRevoked(who)) throw refuse('token-revoked', 'the token was revoked')
    return who
  }
  const verify = async (token: string): Promise<Principal> => {
    const options: JWTVerifyOptions = {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: `${publicUrl}/oauth`,
      audience: `${publicUrl}/v1`,
      clockTolerance: clockToleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ['exp', 'iat', 'jti', 'client_id', 'school'],
    }
    const { payload } = await jwtVerify(token, (header) => ownKey(header, keyOf), options).catch(
      (error: unknown) => {
        if (error instanceof errors.JWTExpired) throw refuse('token-expired', 'the token has expired')
        if (error instanceof errors.JOSEError || error instanceof TypeError)
          throw refuse('token-invalid', 'the token is not valid')
        throw error
      },
    )
    // A token bound to a key (RFC 7800) is worth nothing without the proof of that key, which nobody checks here.
    if (payload.cnf !== undefined) throw refuse('token-invalid', 'the token is bound to a key')
    return principalOf(payload)
  }

  return (authorization: string | undefined): Principal | Promise<Principal> => {
    if (authorization === undefined) throw refuse('token-missing')
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1]
    if (token === undefined || token.length > longestToken)
      throw refuse('token-invalid', 'no Bearer token was sent')
    const seconds = clock.now().getTime() / 1000
    const known = verified.find(token)
    if (known) return admit(known, seconds)
    return verify(token).then((who) => {
      verified.keep(token, who)
      return admit(who, seconds)
    })
  }
}

/** Only keys of ours, found by `kid`: whatever key a token brings along (jwk, jku, x5u) is never looked at. */
async function ownKey({ kid }: ProtectedHeaderParameters, keyOf: BearerOptions['keyOf']): Promise<CryptoKey> {
  const key = typeof kid === 'string' ? await keyOf(kid) : undefined
  if (!key) throw new errors.JWKSNoMatchingKey()
  return key
}

function principalOf({ client_id, school, scope, jti, exp }: JWTPayload): Principal {
  return {
    clientId: String(client_id),
    schoolId: String(school),
    scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
    tokenId: jti as string,
    expiresAt: exp as number,
  }
}
