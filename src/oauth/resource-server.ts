import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Standing } from '../foundation/access/standing.ts'
import { isUuid } from '../foundation/db/uuid.ts'
import { aliasesFor, scopesAsked } from './aliases.ts'
import type { ProviderOptions } from './provider.ts'
import { partsOfSubject } from './subject.ts'

/** Scopes that speak of the sign-in itself, not of the API. */
const ofSignIn = new Set(['openid', 'profile', 'offline_access'])

/**
 * The one resource, the API, as a client may have it right now: what it is registered for, within the school's agreement
 * and the person's roles. Asking for more than it is registered for is an error, never silently less.
 */
export async function resourceServer(
  ctx: KoaContextWithOIDC,
  resource: string,
  client: Client,
  options: ProviderOptions,
) {
  const { publicUrl, tokenTtlSeconds } = options
  if (resource !== `${publicUrl}/v1`) throw new errors.InvalidTarget()
  const registered = (client.scope ?? '').split(' ').filter((scope) => !ofSignIn.has(scope))
  const standing = await standingOf(ctx, client, options)
  const granted = standing ? registered.filter((scope) => isWithin(standing, scope)) : registered
  const isOwn = ctx.oidc.params?.grant_type === 'client_credentials'
  const allowed = isOwn ? [...granted, ...aliasesFor(options.aliases, granted)] : granted
  if (isOwn) nameAll(ctx, granted, scopesAsked(ctx, allowed, options.aliases))
  requireGranted(ctx, client, standing?.person || !standing ? registered : allowed)
  return {
    scope: allowed.join(' '),
    audience: resource,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: tokenTtlSeconds,
    jwt: { sign: { alg: 'ES256' as const } },
  }
}

const isWithin = ({ scopes, person, rules }: Standing, scope: string) =>
  scopes.has(scope) && (!person || rules?.has(scope) === true)

/** For the client itself, or the person who is signed in; nothing is known before somebody is. */
async function standingOf(
  ctx: KoaContextWithOIDC,
  client: Client,
  { standing }: ProviderOptions,
): Promise<Standing | undefined> {
  const isOwn = ctx.oidc.params?.grant_type === 'client_credentials'
  const subject = ctx.oidc.entities.Account?.accountId ?? ctx.oidc.session?.accountId
  const parts = subject === undefined ? undefined : partsOfSubject(subject)
  if (!isOwn && !parts) return undefined
  const schoolId = isOwn ? schoolFor(ctx, client) : (parts?.schoolId as string)
  const found = await standing({
    schoolId,
    clientId: client.clientId,
    accountId: isOwn ? undefined : parts?.accountId,
  })
  if (typeof found !== 'string') return found
  const sentence =
    found === 'account-closed'
      ? 'the account is closed'
      : 'the school has no agreement in force with this app'
  throw isOwn ? new errors.UnauthorizedClient(sentence) : new errors.InvalidGrant(sentence)
}

/** An app of one school acts for that; one of many names the school in the request. */
export function schoolFor(ctx: KoaContextWithOIDC, client: Client): string {
  const own = client.school_id as string | undefined
  const asked = (ctx.oidc.body as { school?: unknown } | undefined)?.school
  if (asked !== undefined && (typeof asked !== 'string' || !isUuid(asked)))
    throw new errors.InvalidRequest('school is the id of a school')
  const school = asked ?? own
  if (school === undefined) throw new errors.InvalidRequest('name the school: school=<id>')
  if (own !== undefined && school !== own)
    throw new errors.UnauthorizedClient('the app belongs to another school')
  return school as string
}

/** An app that names no scope gets all of ours that it may have, and no name of another protocol. */
function nameAll(ctx: KoaContextWithOIDC, granted: readonly string[], asked: readonly string[]): void {
  const params = ctx.oidc.params as Record<string, unknown>
  params.scope = (asked.length === 0 ? granted : asked).join(' ')
}

function requireGranted(ctx: KoaContextWithOIDC, client: Client, allowed: readonly string[]): void {
  if (!ctx.oidc.params) return
  for (const scope of ctx.oidc.requestParamScopes)
    if (!allowed.includes(scope) && !(ofSignIn.has(scope) && client.scope?.split(' ').includes(scope)))
      throw new errors.InvalidScope('the client may not have this scope', scope)
}
