import Provider, { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Pool } from 'pg'
import type { LoadStanding } from '../foundation/access/standing.ts'
import type { Clock } from '../foundation/time/clock.ts'
import { noteOnce, StoredPayloads } from './adapter.ts'
import { isSecret } from './clients.ts'
import type { SigningKeys } from './keys.ts'
import { RegisteredClients } from './registered-clients.ts'

export interface ProviderOptions {
  pool: Pool
  clock: Clock
  publicUrl: string
  tokenTtlSeconds: number
  allScopes: readonly string[]
  /** What a school lets an app do right now. */
  standing: LoadStanding
}

/** Seconds by which a client's clock may differ. */
const clockToleranceSeconds = 15
/** As in FAPI and OpenID Connect practice: an hour is plenty. */
const longestAssertionSeconds = 3600 + clockToleranceSeconds

/** The authorization server with one set of signing keys. A change of keys makes a new one (routes.ts). */
export function makeProvider(
  options: ProviderOptions,
  jwks: ReturnType<SigningKeys['signing']>['jwks'],
): Provider {
  const provider = new Provider(`${options.publicUrl}/oauth`, configuration(options, jwks))
  // URLs come from PUBLIC_URL, which routes.ts puts into the forwarded headers.
  provider.proxy = true
  compareHashes(provider)
  provider.ReplayDetection.unique = (iss, jti, exp) =>
    noteOnce(options.pool, options.clock, { iss, jti, exp })
  return provider
}

/** An assertion is remembered until it ends, so its end must be near (RFC 7523, 3, rule 4 lets us choose). */
function requireShortLife(exp: number, clock: Clock): void {
  const seconds = exp - clock.now().getTime() / 1000
  if (!(seconds <= longestAssertionSeconds))
    throw new errors.InvalidClientAuth('the assertion lives too long')
}

function configuration(options: ProviderOptions, keys: unknown[]): Configuration {
  const { pool, clock, publicUrl, allScopes, tokenTtlSeconds } = options
  return {
    adapter: (model) =>
      model === 'Client' ? new RegisteredClients(pool, clock) : new StoredPayloads(pool, clock, model),
    jwks: { keys } as NonNullable<Configuration['jwks']>,
    clockTolerance: clockToleranceSeconds,
    scopes: [...allScopes],
    responseTypes: [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    // A secret has no place in a page from elsewhere.
    clientBasedCORS: () => false,
    extraClientMetadata: { properties: ['school_id'] },
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => requireShortLife(Number(exp), clock),
    extraTokenClaims: ({ oidc }) => ({ school: oidc.client?.school_id }),
    routes: { introspection: '/introspect', revocation: '/revoke', token: '/token', jwks: '/jwks' },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `${publicUrl}/v1`,
        getResourceServerInfo: (ctx, resource, client) => resourceServer(ctx, resource, client, options),
        useGrantedResource: () => true,
      },
    },
    ttl: { ClientCredentials: tokenTtlSeconds },
    renderError: (ctx, out) => {
      ctx.type = 'json'
      ctx.body = out
    },
  }
}

/** One resource: the API. An unknown or ungranted scope is an error, never silently dropped; none asked means all granted. */
async function resourceServer(
  ctx: KoaContextWithOIDC,
  resource: string,
  client: Client,
  { publicUrl, tokenTtlSeconds: ttl, standing }: ProviderOptions,
) {
  if (resource !== `${publicUrl}/v1`) throw new errors.InvalidTarget()
  const found = await standing({
    schoolId: client.school_id as string,
    clientId: client.clientId,
    accountId: undefined,
  })
  if (typeof found === 'string')
    throw new errors.UnauthorizedClient('the school has no agreement in force with this app')
  const granted = (client.scope ?? '').split(' ').filter((scope) => found.scopes.has(scope))
  const params = ctx.oidc.params as Record<string, unknown>
  if (params.scope === undefined) params.scope = granted.join(' ')
  for (const scope of ctx.oidc.requestParamScopes)
    if (!granted.includes(scope)) throw new errors.InvalidScope('the client may not have this scope', scope)
  return {
    scope: granted.join(' '),
    audience: resource,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: ttl,
    jwt: { sign: { alg: 'ES256' as const } },
  }
}

/** Secrets are stored as hashes, and only the registered way of sending one is accepted (RFC 6749, 2.3.1). */
function compareHashes(provider: Provider): void {
  provider.Client.prototype.compareClientSecret = async function (this: Client, candidate: string) {
    const isBasic = Provider.ctx?.headers.authorization !== undefined
    if (isBasic !== (this.clientAuthMethod === 'client_secret_basic')) return false
    const hashes = (this.clientSecret ?? '').split(' ').map((hex) => Buffer.from(hex, 'hex'))
    return isSecret(
      candidate,
      hashes.filter(({ length }) => length === 32),
    )
  }
}
