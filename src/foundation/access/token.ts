/** What an access token says, once its signature, issuer, audience and life were found sound. */
export interface Token {
  clientId: string
  schoolId: string
  scopes: ReadonlySet<string>
  /** `jti`. */
  id: string
  /** Epoch seconds. */
  expiresAt: number
  /** Whose grant it comes from; undefined where the app acts for the school. */
  accountId: string | undefined
  /** Epoch seconds of the sign-in, and the means (`amr`, RFC 8176). */
  authTime: number
  means: ReadonlySet<string>
  /** Thumbprint of the key to which it is bound (RFC 9449, 6.1). */
  keyThumbprint: string | undefined
}
