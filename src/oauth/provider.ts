import { createHmac } from 'node:crypto'
import Provider, { type Client, type Configuration, errors, interactionPolicy } from 'oidc-provider'
import type { Pool } from 'pg'
import type { AuditLog } from '../foundation/access/audit.ts'
import { recentSeconds, strongContext } from '../foundation/access/principal.ts'
import type { LoadStanding } from '../foundation/access/standing.ts'
import type { Database } from '../foundation/db/transaction.ts'
import type { Clock } from '../foundation/time/clock.ts'
import { noteOnce, StoredPayloads, StoredRefreshTokens } from './adapter.ts'
import type { Aliases } from './aliases.ts'
import { isSecret } from './clients.ts'
import type { SigningKeys } from './keys.ts'
import { type Account, findAccount } from './people/accounts.ts'
import { RegisteredClients } from './registered-clients.ts'
import { resourceServer, schoolFor } from './resource-server.ts'
import { rotateAlike } from './rotation.ts'
import { deviceFlow, renderError, rpInitiatedLogout } from './server-pages.ts'
import { partsOfSubject } from './subject.ts'

export interface ProviderOptions {
  pool: Pool
  clock: Clock
  publicUrl: string
  tokenTtlSeconds: number
  allScopes: readonly string[]
  /** Names that other protocols give to scopes; for apps that act for the school. */
  aliases: Aliases
  /** What a school lets an app do right now. */
  standing: LoadStanding
  /** Where people are found; its clock is the school's. */
  db: Database
  /** Whose data an app would see, in words, and until when the school's agreement lasts. */
  aboutAccess: (
    at: { schoolId: string; clientId: string },
    person: Pick<Account, 'personId' | 'kind'>,
  ) => Promise<{ about: string; until: string }>
  /** Takes note of sign-ins and consents. */
  audit: AuditLog
  /** Of this installation: signs cookies, names successors of refresh tokens. */
  secret: string
}

/** Seconds by which a client's clock may differ. */
const clockToleranceSeconds = 15
/** As in FAPI and OpenID Connect practice: an hour is plenty. */
const longestAssertionSeconds = 3600 + clockToleranceSeconds
const dayInSeconds = 24 * 3600

/** The authorization server with one set of signing keys. A change of keys makes a new one (routes.ts). */
export function makeProvider(
  options: ProviderOptions,
  jwks: ReturnType<SigningKeys['signing']>['jwks'],
): Provider {
  const provider = new Provider(`${options.publicUrl}/oauth`, configuration(options, jwks))
  // URLs come from PUBLIC_URL, which routes.ts puts into the forwarded headers.
  provider.proxy = true
  compareHashes(provider)
  rotateAlike(provider, options.secret)
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
  const { clock, allScopes, aliases, secret } = options
  return {
    adapter: (model) => adapterFor(model, options),
    jwks: { keys } as NonNullable<Configuration['jwks']>,
    clockTolerance: clockToleranceSeconds,
    scopes: ['openid', 'profile', 'offline_access', ...allScopes, ...aliases.keys()],
    claims: { openid: ['sub', 'school'], profile: ['name'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    acrValues: [strongContext],
    // A secret has no place in a page from elsewhere.
    clientBasedCORS: () => false,
    extraClientMetadata: { properties: ['school_id'] },
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => requireShortLife(Number(exp), clock),
    findAccount: (_ctx, subject) => accountOf(options, subject),
    interactions: { url: (_ctx, { uid }) => `/oauth/interaction/${uid}`, policy: policy() },
    cookies: {
      names: { session: 'mis_session', interaction: 'mis_interaction', resume: 'mis_resume' },
      keys: [createHmac('sha256', secret).update('cookies').digest('base64url')],
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    ...tokens(options),
    routes: {
      authorization: '/authorize',
      introspection: '/introspect',
      revocation: '/revoke',
      token: '/token',
      jwks: '/jwks',
      userinfo: '/userinfo',
      pushed_authorization_request: '/par',
      device_authorization: '/device_authorization',
      code_verification: '/device',
      end_session: '/sign-out',
    },
    features: features(options),
    renderError,
  }
}

function adapterFor(model: string, { pool, clock, secret, aliases }: ProviderOptions) {
  if (model === 'Client') return new RegisteredClients(pool, clock, aliases)
  if (model === 'RefreshToken') return new StoredRefreshTokens(pool, clock, secret)
  return new StoredPayloads(pool, clock, model)
}

function features(options: ProviderOptions): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    rpInitiatedLogout,
    userinfo: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow,
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, requireNonce: () => false },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => `${options.publicUrl}/v1`,
      getResourceServerInfo: (ctx, resource, client) => resourceServer(ctx, resource, client, options),
      useGrantedResource: () => true,
    },
  }
}

/** How long things live, and what an access token says besides. */
function tokens({ tokenTtlSeconds }: ProviderOptions): Configuration {
  return {
    ttl: {
      ClientCredentials: tokenTtlSeconds,
      AccessToken: tokenTtlSeconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: 3600,
      Interaction: 1800,
      Session: 12 * 3600,
      Grant: 365 * dayInSeconds,
      RefreshToken: 90 * dayInSeconds,
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    extraTokenClaims(ctx, token) {
      if (!('accountId' in token)) return { school: schoolFor(ctx, ctx.oidc.client as Client) }
      const { AuthorizationCode, RefreshToken, DeviceCode } = ctx.oidc.entities
      const { authTime, amr, acr } = AuthorizationCode ?? RefreshToken ?? DeviceCode ?? {}
      return { school: partsOfSubject(token.accountId)?.schoolId, auth_time: authTime, amr, acr }
    },
  }
}

/** Only who may sign in right now is found: a refresh token of a suspended account is worth nothing. */
async function accountOf({ db }: ProviderOptions, subject: string) {
  const parts = partsOfSubject(subject)
  const account = parts && (await findAccount(db, parts.schoolId, parts.accountId))
  if (account?.status !== 'active') return undefined
  return {
    accountId: subject,
    claims: async () => ({ sub: subject, name: account.name, school: account.schoolId }),
  }
}

/** Besides the usual: an app that needs a recent second factor (RFC 9470) sends its person through sign-in again. */
function policy() {
  const { base, Check } = interactionPolicy
  const prompts = base()
  prompts.get('login')?.checks.add(
    new Check('step_up', 'a recent second factor is needed', ({ oidc }) => {
      const asked = String(oidc.params?.acr_values ?? '').split(' ')
      if (!asked.includes(strongContext) || oidc.result?.login) return Check.NO_NEED_TO_PROMPT
      const isStrong = oidc.session?.acr === strongContext && !oidc.session.past(recentSeconds)
      return isStrong ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
  return prompts
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
