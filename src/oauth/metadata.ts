import type { KoaContextWithOIDC } from 'oidc-provider'
import { allScopes } from '../foundation/access/scopes.ts'

/** What speaks of people and browsers, and is announced only once a response type exists. */
const interactive = [
  'authorization_endpoint',
  'authorization_response_iss_parameter_supported',
  'claims_parameter_supported',
  'claims_supported',
  'code_challenge_methods_supported',
  'id_token_signing_alg_values_supported',
  'request_uri_parameter_supported',
  'response_modes_supported',
  'subject_types_supported',
]

/** The server's metadata (RFC 8414, 2) without what it does not offer. */
export function announceWhatIs(publicUrl: string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    const body = ctx.body as Record<string, unknown> | undefined
    if (ctx.oidc?.route !== 'discovery' || !body || ctx.status !== 200) return
    const isInteractive = (body.response_types_supported as string[]).length > 0
    const kept = Object.entries(body).filter(([name]) => isInteractive || !interactive.includes(name))
    ctx.body = {
      ...Object.fromEntries(kept),
      scopes_supported: allScopes,
      service_documentation: `${publicUrl}/docs`,
    }
  }
}

/** The API's metadata (RFC 9728, 2): where a bare 401 leads. */
export function resourceMetadata(publicUrl: string): object {
  return {
    resource: `${publicUrl}/v1`,
    authorization_servers: [`${publicUrl}/oauth`],
    scopes_supported: allScopes,
    bearer_methods_supported: ['header'],
    resource_documentation: `${publicUrl}/docs`,
  }
}
