import { errors, type KoaContextWithOIDC } from 'oidc-provider'

/** Names that other protocols give to scopes -> scopes of ours of which one must be granted for it. */
export type Aliases = ReadonlyMap<string, readonly string[]>

/** Names of other protocols that may be asked for with these scopes: one of those that a name needs is among them. */
export function aliasesFor(aliases: Aliases, scopes: readonly string[]): string[] {
  return [...aliases]
    .filter(([, needed]) => needed.some((scope) => scopes.includes(scope)))
    .map(([name]) => name)
}

/** Names that are addresses are one with http and https: clients of both spellings are in use. */
function wholeName(name: string, aliases: Aliases): string {
  const secure = name.replace(/^http:/, 'https:')
  return aliases.has(secure) ? secure : name
}

/**
 * What an app that acts for the school asks for: the names of other protocols in one spelling, those of them that it may
 * not have left out. Their clients ask with a fixed list (RFC 6749, 3.3 lets us answer with less and say so), while a
 * school grants no more than it must. Whatever else is asked stays: more than is granted of ours is refused elsewhere.
 */
export function scopesAsked(ctx: KoaContextWithOIDC, allowed: readonly string[], aliases: Aliases): string[] {
  const asked = askedIn(ctx).map((name) => wholeName(name, aliases))
  const left = asked.filter((name) => allowed.includes(name) || !aliases.has(name))
  const [refused] = asked
  if (left.length === 0 && refused !== undefined)
    throw new errors.InvalidScope('the client may have none of these scopes', refused)
  return left
}

/**
 * Some clients know no scopes, or have theirs built into the address of the token endpoint. A scope is no secret, so unlike
 * everything else it may stand there (RFC 6749, 2.3.1 forbids it for credentials). What the body says counts first.
 */
function askedIn({ oidc, query }: KoaContextWithOIDC): string[] {
  const inBody = oidc.body?.scope
  const text = inBody === undefined || inBody === '' ? query.scope : inBody
  if (text === undefined) return []
  if (typeof text !== 'string') throw new errors.InvalidRequest('scope is given once')
  return text.split(' ').filter(Boolean)
}

/** The answer names each scope in the spelling that was asked: clients compare. The token itself has one spelling only. */
export function answerAsAsked(aliases: Aliases) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    const answer = ctx.body as { scope?: string } | undefined
    const isOwn = ctx.oidc?.params?.grant_type === 'client_credentials'
    if (ctx.oidc?.route !== 'token' || !isOwn || ctx.status !== 200 || !answer?.scope) return
    const asked = askedIn(ctx)
    const spellings = (name: string) => asked.filter((each) => wholeName(each, aliases) === name)
    const named = answer.scope
      .split(' ')
      .flatMap((name) => (aliases.has(name) ? [...new Set(spellings(name))] : [name]))
    ctx.body = { ...answer, scope: named.join(' ') }
  }
}
