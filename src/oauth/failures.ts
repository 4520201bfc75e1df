import type { FastifyBaseLogger } from 'fastify'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { isExhausted, isTransient } from '../foundation/db/pool.ts'

type Next = () => Promise<void>

/** Failed authentications a minute, client and address before the answer is 429. */
const mostFailures = 30
/** Bytes of a request body; the server reads no more. */
const longestBody = 56 * 1024

/** Whatever goes wrong is answered in the words of RFC 6749, 5.2, as JSON that no cache keeps. */
export function answerFailures(log: FastifyBaseLogger) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    try {
      if ((ctx.request.length ?? 0) > longestBody) refuseLong(ctx)
      else await next()
    } catch (error) {
      answerFault(ctx, error, log)
    }
    const route = ctx.oidc?.route
    if (!route) answerUnknown(ctx)
    if (ctx.status >= 400 || (route !== 'jwks' && route !== 'discovery')) ctx.set('cache-control', 'no-store')
  }
}

/** A fault of ours: 503 when it will pass, and never a word of what it was. */
export function answerFault(ctx: KoaContextWithOIDC, error: unknown, log: FastifyBaseLogger): void {
  const willPass = error instanceof errors.TemporarilyUnavailable || isTransient(error) || isExhausted(error)
  log.error({ err: error, path: ctx.path }, 'authorization server failed')
  ctx.status = willPass ? 503 : 500
  if (willPass) ctx.set('retry-after', '2')
  ctx.body = {
    error: willPass ? 'temporarily_unavailable' : 'server_error',
    error_description: willPass ? 'try again in a moment' : 'the server failed',
  }
}

function refuseLong(ctx: KoaContextWithOIDC): void {
  ctx.status = 413
  ctx.body = { error: 'invalid_request', error_description: `a body has at most ${longestBody} bytes` }
}

function answerUnknown(ctx: KoaContextWithOIDC): void {
  if (ctx.status !== 404) return
  ctx.body = {
    error: 'invalid_request',
    error_description: 'there is no such address, or it does not know this method',
  }
  // A body would make it 200.
  ctx.status = 404
}

/**
 * Failures are counted by client and address. A right secret is never refused for others' wrong ones, so nobody can lock
 * a client out; with secrets of 256 bits there is nothing to guess either.
 */
export function limitFailures() {
  const failures = new RateLimiterMemory({ points: mostFailures, duration: 60 })
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next()
    if (ctx.status !== 401) return
    // All unknown clients of an address share one count.
    const key = `${ctx.oidc.client?.clientId ?? ''} ${ctx.ip}`
    await failures.consume(key).catch((refused: RateLimiterRes) => {
      ctx.status = 429
      ctx.remove('www-authenticate')
      ctx.set('retry-after', String(Math.ceil(refused.msBeforeNext / 1000)))
      ctx.body = {
        error: 'temporarily_unavailable',
        error_description: 'too many failed authentications; see Retry-After',
      }
    })
  }
}
