import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../time/clock.ts'

/** What a request brings along to prove that it holds the key of its token. */
export interface Proof {
  /** The DPoP header. */
  jwt: string | string[] | undefined
  method: string
  /** The path of the request, without its query. */
  path: string
}

export const proofAlgorithms = ['ES256', 'PS256', 'EdDSA']

/** Seconds by which a proof may be old or early (RFC 9449, 11.1). */
const longestAgeSeconds = 60
const longestProof = 4_000
const mostRemembered = 100_000

/** Checks proofs of possession (RFC 9449, 4.3). Each is good once; what was used is remembered for as long as it could be used again. */
export function proofChecker(publicUrl: string, clock: Clock) {
  const used = new Map<string, number>()
  const isNew = (id: string, seconds: number): boolean => {
    for (const [key, until] of used) {
      if (until > seconds && used.size < mostRemembered) break
      used.delete(key)
    }
    if (used.has(id)) return false
    used.set(id, seconds + 2 * longestAgeSeconds)
    return true
  }

  /** The thumbprint of the key that made the proof; undefined for a proof that proves nothing. */
  return async ({ jwt, method, path }: Proof, token: string): Promise<string | undefined> => {
    if (typeof jwt !== 'string' || jwt.length > longestProof) return undefined
    const now = clock.now()
    const seconds = now.getTime() / 1000
    const checked = await jwtVerify(jwt, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: proofAlgorithms,
      currentDate: now,
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
      throw error
    })
    if (!checked?.protectedHeader.jwk) return undefined
    const thumbprint = await calculateJwkThumbprint(checked.protectedHeader.jwk)
    const isFor = isAbout(checked.payload, { method, url: `${publicUrl}${path}`, token, seconds })
    return isFor && isNew(`${thumbprint} ${checked.payload.jti}`, seconds) ? thumbprint : undefined
  }
}

function isAbout(
  { htm, htu, ath, iat, jti }: JWTPayload,
  { method, url, token, seconds }: { method: string; url: string; token: string; seconds: number },
): boolean {
  return (
    htm === method &&
    typeof htu === 'string' &&
    htu.replace(/[?#].*$/, '') === url &&
    ath === createHash('sha256').update(token).digest('base64url') &&
    typeof iat === 'number' &&
    Math.abs(seconds - iat) <= longestAgeSeconds &&
    typeof jti === 'string' &&
    jti.length > 0 &&
    jti.length <= 200
  )
}
