import { createHmac } from 'node:crypto'
import Provider from 'oidc-provider'

/**
 * Refresh tokens are used once. But an answer may be lost on its way to a phone, so for half a minute the used one is
 * taken again and gives the very same successor. Once that successor has been used, the old one is a sign of theft and
 * ends the grant (RFC 9700, 4.14.2).
 */
export const graceSeconds = 30

export const successorOf = (secret: string, token: string): string =>
  createHmac('sha256', secret).update(`successor of ${token}`).digest('base64url')

/** Makes the name of a rotated token follow from the one before, so that two answers hold the same. */
export function rotateAlike(provider: Provider, secret: string): void {
  const { prototype } = provider.RefreshToken as unknown as { prototype: { generateTokenId(): string } }
  const generate = prototype.generateTokenId
  prototype.generateTokenId = function (this: object): string {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken
    return rotated ? successorOf(secret, rotated.jti) : generate.call(this)
  }
}
