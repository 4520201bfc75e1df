import { type CryptoKey, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Pool } from 'pg'
import { announceRevocation, type Revocations } from '../foundation/access/revocations.ts'
import type { Clock } from '../foundation/time/clock.ts'

export interface OwnTokensOptions {
  pool: Pool
  clock: Clock
  publicUrl: string
  keyOf: (kid: string) => Promise<CryptoKey | undefined>
  revocations: Pick<Revocations, 'isRevoked' | 'isFresh'>
}

/**
 * Introspection (RFC 7662) and revocation (RFC 7009) of our JWT access tokens. The server refuses structured tokens
 * there, but only after it has authenticated the client: its refusal is replaced by the real answer.
 */
export function answerForOwnTokens(options: OwnTokensOptions) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    const { route, client, params } = ctx.oidc ?? {}
    const refused = (ctx.body as { error?: string } | undefined)?.error === 'unsupported_token_type'
    if (!refused || !client || (route !== 'introspection' && route !== 'revocation')) return
    const claims = await claimsOf(String(params?.token), options)
    // A client learns and revokes nothing but what was issued to it.
    const own = claims?.client_id === client.clientId ? claims : undefined
    ctx.status = 200
    if (route === 'introspection') ctx.body = introspected(own, options)
    else {
      if (own) await revoke(own, options)
      ctx.body = ''
    }
  }
}

async function claimsOf(
  token: string,
  { keyOf, publicUrl, clock }: OwnTokensOptions,
): Promise<JWTPayload | undefined> {
  const key = async ({ kid = '' }: { kid?: string }) => {
    const found = await keyOf(kid)
    if (!found) throw new joseErrors.JWKSNoMatchingKey()
    return found
  }
  const expected = {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: `${publicUrl}/oauth`,
    currentDate: clock.now(),
  }
  return jwtVerify(token, key, expected).then(
    ({ payload }) => payload,
    (error: unknown) => {
      // A database that fails must not look like a token that is none of ours: a revocation would be acknowledged in vain.
      if (error instanceof joseErrors.JOSEError || error instanceof TypeError) return undefined
      throw error
    },
  )
}

function introspected(claims: JWTPayload | undefined, { revocations }: OwnTokensOptions): object {
  if (!claims) return { active: false }
  if (!revocations.isFresh()) throw new errors.TemporarilyUnavailable('revocations cannot be checked')
  const who = { clientId: String(claims.client_id), tokenId: String(claims.jti) }
  return revocations.isRevoked(who) ? { active: false } : { active: true, token_type: 'Bearer', ...claims }
}

async function revoke({ jti, exp = 0 }: JWTPayload, { pool, clock }: OwnTokensOptions): Promise<void> {
  await announceRevocation(pool, {
    kind: 'token',
    key: String(jti),
    at: clock.now(),
    until: new Date((exp + 60) * 1000),
  })
}
