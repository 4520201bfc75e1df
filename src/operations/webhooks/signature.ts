import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A key of an endpoint: HMAC-SHA256 with a shared secret, or ed25519, whose public half the receiver holds. */
export interface SigningKey {
  kind: 'hmac' | 'ed25519'
  /** `whsec_` and base64 of 32 bytes; or a private key (PKCS 8, PEM). */
  secret: string
  /** `whpk_` and base64 of the raw public key, for ed25519. */
  publicKey: string | null
  createdAt: string
  /** From then on it signs no more: the receiver has had time to change. */
  endsAt: string | null
}

const secretBytes = 32
/** An ed25519 key in SPKI (DER) ends with its 32 raw bytes. */
const rawKeyBytes = 32

export function newKey(kind: SigningKey['kind'], createdAt: string): SigningKey {
  if (kind === 'hmac') {
    const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`
    return { kind, secret, publicKey: null, createdAt, endsAt: null }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-rawKeyBytes)
  return {
    kind,
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: `whpk_${raw.toString('base64')}`,
    createdAt,
    endsAt: null,
  }
}

/** Headers of a message (Standard Webhooks 1.0): one signature a key, over id, seconds and body. */
export function signedHeaders(
  { id, body, seconds }: { id: string; body: string; seconds: number },
  keys: readonly Pick<SigningKey, 'kind' | 'secret'>[],
): Record<string, string> {
  const content = `${id}.${seconds}.${body}`
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': keys.map((key) => signatureBy(key, content)).join(' '),
  }
}

function signatureBy({ kind, secret }: Pick<SigningKey, 'kind' | 'secret'>, content: string): string {
  if (kind === 'ed25519')
    return `v1a,${sign(null, Buffer.from(content), createPrivateKey(secret)).toString('base64')}`
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}
