import type { FastifyInstance } from 'fastify'
import type Provider from 'oidc-provider'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { scopeMeanings } from '../foundation/access/scopes.ts'
import type { SigningKeys } from './keys.ts'
import { reloadEveryMs } from './keys.ts'
import { answerForOwnTokens, type OwnTokensOptions } from './own-tokens.ts'
import { makeProvider, type ProviderOptions } from './provider.ts'

export interface OauthDeps extends ProviderOptions, Omit<OwnTokensOptions, 'keyOf'> {
  keys: SigningKeys
}

/** Failed authentications a minute and address before the endpoint answers 429. */
const mostFailures = 100

/** Mounts the authorization server under /oauth and its metadata at the root. */
export function oauthRoutes(deps: OauthDeps): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const current = keptProvider(deps)
    const timer = setInterval(
      () => void deps.keys.reload().catch((error) => app.log.error({ err: error }, 'signing keys')),
      reloadEveryMs,
    )
    timer.unref()
    app.addHook('onClose', async () => clearInterval(timer))
    mountMetadata(app, deps)
    await app.register(async (oauth) => {
      // The server reads the request itself: Fastify must leave the body alone.
      oauth.removeAllContentTypeParsers()
      oauth.addContentTypeParser('*', (_request, _payload, done) => done(null))
      oauth.all('/oauth/*', { schema: { hide: true } }, (request, reply) => {
        const { raw } = request
        reply.hijack()
        const { protocol, host } = new URL(deps.publicUrl)
        Object.assign(raw.headers, {
          'x-forwarded-proto': protocol.slice(0, -1),
          'x-forwarded-host': host,
          host,
        })
        Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice('/oauth'.length) })
        reply.raw.setHeader('x-correlation-id', request.id)
        void current()(raw, reply.raw)
      })
    })
  }
}

/** One server for one set of keys: another set makes another server, and requests under way end on the old one. */
function keptProvider(deps: OauthDeps): () => ReturnType<Provider['callback']> {
  const failures = new RateLimiterMemory({ points: mostFailures, duration: 60 })
  let kept: { key: string; answer: ReturnType<Provider['callback']> } | undefined
  return () => {
    const { key, jwks } = deps.keys.signing()
    if (kept?.key === key) return kept.answer
    const provider = makeProvider(deps, jwks)
    provider.use(async (ctx, next) => {
      await next()
      if (ctx.status === 401) await failures.consume(ctx.ip).catch(() => tooManyFailures(ctx))
    })
    provider.use(answerForOwnTokens({ ...deps, keyOf: (kid) => deps.keys.keyOf(kid) }))
    kept = { key, answer: provider.callback() }
    return kept.answer
  }
}

function tooManyFailures(ctx: {
  status: number
  body: unknown
  set(name: string, value: string): void
}): void {
  ctx.status = 429
  ctx.set('retry-after', '60')
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'too many failed authentications; wait a minute',
  }
}

/** RFC 8414 for a server with a path, and RFC 9728 for the API: a client finds everything from a bare 401. */
function mountMetadata(app: FastifyInstance, { publicUrl }: OauthDeps): void {
  const issuer = `${publicUrl}/oauth`
  const server = {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    scopes_supported: [...scopeMeanings.keys()],
  }
  const resource = {
    resource: `${publicUrl}/v1`,
    authorization_servers: [issuer],
    scopes_supported: server.scopes_supported,
    bearer_methods_supported: ['header'],
    resource_documentation: `${publicUrl}/docs`,
  }
  const hidden = { schema: { hide: true } }
  app.get('/.well-known/oauth-authorization-server/oauth', hidden, async () => server)
  app.get('/.well-known/oauth-protected-resource', hidden, async () => resource)
  app.get('/.well-known/oauth-protected-resource/v1', hidden, async () => resource)
}
