import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { problem } from '../foundation/http/problems.ts'

/** Members of a JWK that only its owner may know (RFC 7518, 6.2.2, 6.3.2 and 6.4.1). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const mostKeys = 10
/** Bits of an RSA key (RFC 7518, 3.3). */
const shortestRsa = 2048

/** Whether a client can sign in with these keys, asked when it is registered: later it would only be refused. */
export function requirePublicKeys({ keys }: { keys: object[] }): void {
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > mostKeys)
    throw problem('rule-broken', { detail: `A key set has 1 to ${mostKeys} keys.` })
  for (const [at, key] of keys.entries()) {
    const fault = faultOf(key as JsonWebKey)
    if (fault) throw problem('rule-broken', { detail: `Key ${at + 1} ${fault}.` })
  }
}

function faultOf(key: JsonWebKey): string | undefined {
  if (typeof key !== 'object' || key === null) return 'is not a JSON Web Key'
  if (secretMembers.some((member) => member in key))
    return 'is or holds a private key: send the public half only, and make a new pair, since this one was shown'
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' })
    if (asymmetricKeyType === 'rsa')
      return (asymmetricKeyDetails?.modulusLength ?? 0) < shortestRsa
        ? `is shorter than ${shortestRsa} bits`
        : undefined
    if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined
    return asymmetricKeyType === 'ed25519' ? undefined : 'is none of RSA, EC P-256 and Ed25519'
  } catch {
    return 'is not a JSON Web Key'
  }
}
