import type { KoaContextWithOIDC } from 'oidc-provider'
import { proofAlgorithms } from '../foundation/access/dpop.ts'
import { allScopes } from '../foundation/access/scopes.ts'

/** The server's metadata (RFC 8414, 2) with what it does not know of itself. */
export function announceWhatIs(publicUrl: string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    if (ctx.oidc?.route !== 'discovery' || ctx.status !== 200) return
    ctx.body = { ...(ctx.body as object), service_documentation: `${publicUrl}/docs` }
  }
}

/** The API's metadata (RFC 9728, 2): where a bare 401 leads. */
export function resourceMetadata(publicUrl: string): object {
  return {
    resource: `${publicUrl}/v1`,
    authorization_servers: [`${publicUrl}/oauth`],
    scopes_supported: allScopes,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: proofAlgorithms,
    resource_documentation: `${publicUrl}/docs`,
  }
}
