import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import type { Verify } from '../foundation/http/guard.ts'
import { problem } from '../foundation/http/problems.ts'
import { answerAsAsked } from './aliases.ts'
import { answerFailures, answerFault, limitFailures } from './failures.ts'
import { reloadEveryMs, type SigningKeys } from './keys.ts'
import { announceWhatIs, resourceMetadata } from './metadata.ts'
import { answerForOwnTokens, type OwnTokensOptions } from './own-tokens.ts'
import { findAccount } from './people/accounts.ts'
import { makeProvider, type ProviderOptions } from './provider.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { subjectOf } from './subject.ts'

export interface OauthDeps extends ProviderOptions, Omit<OwnTokensOptions, 'keyOf'> {
  keys: SigningKeys
  /** Who a request to the API is from. */
  verify: Verify
}

type Answer = ReturnType<Provider['callback']>

interface Kept {
  provider: Provider
  answer: Answer
}

const hidden = { schema: { hide: true } }
/** RFC 8414, 3.1: for an issuer with a path, the well-known part stands before that path. */
const serverMetadata = '/.well-known/oauth-authorization-server'

/** Mounts the authorization server under /oauth and its metadata at the root. */
export function oauthRoutes(deps: OauthDeps): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const current = keptProvider(deps, app)
    const timer = setInterval(
      () => void deps.keys.reload().catch((error) => app.log.error({ err: error }, 'signing keys')),
      reloadEveryMs,
    )
    timer.unref()
    app.addHook('onClose', async () => clearInterval(timer))
    const resource = resourceMetadata(deps.publicUrl)
    app.get('/.well-known/oauth-protected-resource', hidden, async () => resource)
    app.get('/.well-known/oauth-protected-resource/v1', hidden, async () => resource)
    app.get('/oauth/userinfo', hidden, userInfo(deps))
    await app.register(signInRoutes(() => current().provider, deps, forwardedTo(deps.publicUrl)))
    await app.register(async (oauth) => {
      // The server reads the request itself: Fastify must leave the body alone.
      oauth.removeAllContentTypeParsers()
      oauth.addContentTypeParser('*', (_request, _payload, done) => done(null))
      const hand = handTo(() => current().answer, deps.publicUrl)
      oauth.all('/oauth/*', hidden, (request, reply) => {
        const url = request.raw.url ?? ''
        // A spelling such as /%6fauth/token reaches this route as well; the server knows it not.
        hand(request, reply, url.startsWith('/oauth/') ? url.slice('/oauth'.length) : '/')
      })
      oauth.get(`${serverMetadata}/oauth`, hidden, (request, reply) => hand(request, reply, serverMetadata))
    })
  }
}

/** Who signed in (OpenID Connect Core 1.0, 5.3): with the access token of the API, since that is the only one there is. */
function userInfo({ verify, db }: OauthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { authorization, dpop } = request.headers
    const who = await verify(authorization, { jwt: dpop, method: 'GET', path: '/oauth/userinfo' })
    const account = who.person && (await findAccount(db, who.schoolId, who.person.accountId))
    if (!account) throw problem('person-required')
    const { name, schoolId } = account
    return reply.header('cache-control', 'no-store').send({ sub: subjectOf(account), name, school: schoolId })
  }
}

/** URLs come from PUBLIC_URL, and what a caller says of its own address counts for nothing. */
function forwardedTo(publicUrl: string) {
  const { protocol, host } = new URL(publicUrl)
  return ({ raw, ip }: FastifyRequest): void => {
    Object.assign(raw.headers, {
      host,
      'x-forwarded-proto': protocol.slice(0, -1),
      'x-forwarded-host': host,
      'x-forwarded-for': ip,
    })
  }
}

/** Gives a request to the server as if it stood at its own root. */
function handTo(current: () => Answer, publicUrl: string) {
  const forward = forwardedTo(publicUrl)
  return (request: FastifyRequest, reply: FastifyReply, url: string): void => {
    const answer = current()
    const { raw } = request
    if (isOwnPage(request)) delete raw.headers.origin
    forward(request)
    Object.assign(raw, { originalUrl: `/oauth${url}`, url })
    reply.hijack()
    reply.raw.setHeader('x-correlation-id', request.id)
    void answer(raw, reply.raw)
  }
}

/** A page of this very server, such as /docs, asks without CORS; which client may be used from elsewhere is the client's own matter. */
function isOwnPage({ headers: { origin }, host }: FastifyRequest): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
}

/** One server for one set of keys: another set makes another server, and requests under way end on the old one. */
function keptProvider(deps: OauthDeps, { log }: FastifyInstance): () => Kept {
  const limit = limitFailures()
  let kept: (Kept & { key: string }) | undefined
  return () => {
    const { key, jwks } = deps.keys.signing()
    if (kept?.key === key) return kept
    const provider = makeProvider(deps, jwks)
    provider.on('server_error', (ctx, error) => answerFault(ctx, error, log))
    provider.use(answerFailures(log))
    provider.use(limit)
    provider.use(answerAsAsked(deps.aliases))
    provider.use(announceWhatIs(deps.publicUrl))
    provider.use(answerForOwnTokens({ ...deps, keyOf: (kid) => deps.keys.keyOf(kid) }))
    kept = { key, provider, answer: provider.callback() }
    return kept
  }
}
