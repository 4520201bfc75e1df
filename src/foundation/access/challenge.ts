import { proofAlgorithms } from './dpop.ts'

/** The challenge to a request whose proof of possession does not hold (RFC 9449, 7.1). */
export function proofChallenge(publicUrl: string): string {
  return `DPoP error="invalid_dpop_proof", algs="${proofAlgorithms.join(' ')}", ${metadataOf(publicUrl)}`
}

const metadataOf = (publicUrl: string) =>
  `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource"`

/** `WWW-Authenticate` of a 401: leads to the metadata of this resource (RFC 9728, 5.1), and says what was wrong (RFC 6750, 3). */
export function challenge(publicUrl: string, fault?: string): string {
  const metadata = metadataOf(publicUrl)
  return fault === undefined
    ? `Bearer ${metadata}`
    : `Bearer error="invalid_token", error_description="${fault}", ${metadata}`
}
