import {
  type CryptoKey,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import type { ProblemCode } from '../http/problem-catalogue.ts'
import { problem } from '../http/problems.ts'
import type { Clock } from '../time/clock.ts'
import { VerifiedTokens } from './bearer-cache.ts'
import { challenge, proofChallenge } from './challenge.ts'
import { type Proof, proofChecker } from './dpop.ts'
import type { Principal } from './principal.ts'
import type { Revocations } from './revocations.ts'
import { type NoStanding, principalFrom, type Standing, type Standings } from './standing.ts'
import type { Token } from './token.ts'

export interface BearerOptions {
  /** The public key of a `kid`, or undefined. */
  keyOf: (kid: string) => Promise<CryptoKey | undefined>
  publicUrl: string
  clock: Clock
  revocations: Pick<Revocations, 'isRevoked' | 'isFresh'>
  standings: Pick<Standings, 'of'>
}

const mostTokens = 5_000
const clockToleranceSeconds = 5
/** Far above any token of ours; longer ones are not worth a look. */
const longestToken = 8_000

/**
 * Turns an access token (RFC 9068: ES256 by one of our keys, our issuer, this audience, not revoked) into the principal
 * that it stands for right now. A token that is bound to a key comes with a proof of it (RFC 9449).
 */
export function bearerVerifier(options: BearerOptions) {
  const { publicUrl, clock, revocations, standings } = options
  const verified = new VerifiedTokens(mostTokens)
  const check = proofChecker(publicUrl, clock)
  const refuse = (code: ProblemCode, fault?: string) =>
    problem(code, { headers: { 'www-authenticate': challenge(publicUrl, fault) } })

  const admit = (token: Token): Principal | Promise<Principal> => {
    const seconds = clock.now().getTime() / 1000
    if (token.expiresAt + clockToleranceSeconds <= seconds)
      throw refuse('token-expired', 'the token has expired')
    if (!revocations.isFresh()) throw problem('revocations-stale')
    if (revocations.isRevoked({ clientId: token.clientId, tokenId: token.id }))
      throw refuse('token-revoked', 'the token was revoked')
    const stand = (found: Standing | NoStanding) => {
      if (typeof found === 'string') throw refuse(found, faults[found])
      return { ...principalFrom(token, found, seconds), renew: () => admit(token) }
    }
    const standing = standings.of(token)
    return standing instanceof Promise ? standing.then(stand) : stand(standing)
  }
  const requireProof = async (token: Token, text: string, proof: Proof): Promise<Token> => {
    if ((await check(proof, text)) === token.keyThumbprint) return token
    throw problem('proof-invalid', { headers: { 'www-authenticate': proofChallenge(publicUrl) } })
  }

  return (authorization: string | undefined, proof: Proof): Principal | Promise<Principal> => {
    if (authorization === undefined) throw refuse('token-missing')
    const [, scheme, text] = /^(Bearer|DPoP) ([\w.~+/=-]+)$/i.exec(authorization) ?? []
    if (scheme === undefined || text === undefined || text.length > longestToken)
      throw refuse('token-invalid', 'no Bearer or DPoP token was sent')
    const isBound = scheme.toLowerCase() === 'dpop'
    const withScheme = (token: Token): Token => {
      // A token bound to a key is worth nothing without its proof, and a proof nothing without the binding (RFC 9449, 7.1).
      if (isBound === (token.keyThumbprint !== undefined)) return token
      throw refuse('token-invalid', isBound ? 'the token is bound to no key' : 'the token is bound to a key')
    }
    const known = verified.find(text)
    if (known && !isBound) return admit(withScheme(known))
    return Promise.resolve(known ?? verifyToken(text, options, refuse))
      .then((token) => {
        verified.keep(text, token)
        return withScheme(token)
      })
      .then((token) => (isBound ? requireProof(token, text, proof) : token))
      .then(admit)
  }
}

const faults: Record<NoStanding, string> = {
  'agreement-not-in-force': 'the school has no agreement in force with this app',
  'account-closed': 'the account of the person is closed',
}

async function verifyToken(
  text: string,
  { keyOf, publicUrl, clock }: BearerOptions,
  refuse: (code: ProblemCode, fault?: string) => Error,
): Promise<Token> {
  const options: JWTVerifyOptions = {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: `${publicUrl}/oauth`,
    audience: `${publicUrl}/v1`,
    clockTolerance: clockToleranceSeconds,
    currentDate: clock.now(),
    requiredClaims: ['exp', 'iat', 'jti', 'client_id', 'school'],
  }
  const { payload } = await jwtVerify(text, (header) => ownKey(header, keyOf), options).catch(
    (error: unknown) => {
      if (error instanceof errors.JWTExpired) throw refuse('token-expired', 'the token has expired')
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        throw refuse('token-invalid', 'the token is not valid')
      throw error
    },
  )
  return tokenFrom(payload)
}

/** Only keys of ours, found by `kid`: whatever key a token brings along (jwk, jku, x5u) is never looked at. */
async function ownKey({ kid }: ProtectedHeaderParameters, keyOf: BearerOptions['keyOf']): Promise<CryptoKey> {
  const key = typeof kid === 'string' ? await keyOf(kid) : undefined
  if (!key) throw new errors.JWKSNoMatchingKey()
  return key
}

function tokenFrom({ client_id, school, scope, jti, exp, sub, auth_time, amr, cnf }: JWTPayload): Token {
  const clientId = String(client_id)
  // RFC 9068, 2.2: where no person is involved the subject is the client itself; else it is `<school>.<account>`.
  const accountId = sub === undefined || sub === clientId ? undefined : sub.slice(sub.indexOf('.') + 1)
  return {
    clientId,
    schoolId: String(school),
    scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
    id: jti as string,
    expiresAt: exp as number,
    accountId,
    authTime: typeof auth_time === 'number' ? auth_time : 0,
    means: new Set(Array.isArray(amr) ? amr.map(String) : []),
    keyThumbprint: thumbprintIn(cnf),
  }
}

/** RFC 7800 knows other bindings; one that we cannot check binds to a key that nobody has. */
function thumbprintIn(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined
  const { jkt } = (cnf ?? {}) as { jkt?: unknown }
  return typeof jkt === 'string' ? jkt : 'unknown'
}
