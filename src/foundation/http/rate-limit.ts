import type { FastifyReply } from 'fastify'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { problem } from './problems.ts'

/** Seconds in which the points of a client are spent. */
const windowSeconds = 60

/** Points left to a client, as the header and `GET /v1/token` tell it. */
export interface Allowance {
  limit: number
  remaining: number
  /** Seconds until the window starts anew. */
  resetSeconds: number
}

/** Limits by client, never by address: a whole school sits behind one. Reads cost 1, writes 5, bulk 20. */
export interface RateLimit {
  /** Spends points and writes the headers; throws 429. */
  spend(clientId: string, points: number, reply: FastifyReply): Promise<void>
  /** Gives back what an answer without content (304) did not cost. */
  refund(clientId: string, points: number): Promise<void>
  /** Undefined where there is no limit. */
  allowance(clientId: string): Promise<Allowance | undefined>
}

/** `points` a minute and client; 0 switches the limit off. */
export function rateLimit(points: number): RateLimit {
  if (points === 0) return { spend: async () => {}, refund: async () => {}, allowance: async () => undefined }
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds })
  return {
    async spend(clientId, cost, reply) {
      const state = await limiter.consume(clientId, cost).catch((refused: RateLimiterRes) => {
        throw exceeded(refused, points)
      })
      reply.headers(headersOf(state, points))
    },
    async refund(clientId, cost) {
      await limiter.reward(clientId, cost)
    },
    async allowance(clientId) {
      const state = await limiter.get(clientId)
      if (!state) return { limit: points, remaining: points, resetSeconds: windowSeconds }
      return {
        limit: points,
        remaining: Math.max(0, state.remainingPoints),
        resetSeconds: secondsLeft(state),
      }
    },
  }
}

const secondsLeft = (state: RateLimiterRes) => Math.ceil(state.msBeforeNext / 1000)

/** draft-ietf-httpapi-ratelimit-headers. */
function headersOf(state: RateLimiterRes, points: number): Record<string, string> {
  return {
    'ratelimit-policy': `"client";q=${points};w=${windowSeconds}`,
    ratelimit: `"client";r=${Math.max(0, state.remainingPoints)};t=${secondsLeft(state)}`,
  }
}

function exceeded(state: RateLimiterRes, points: number) {
  const headers = { ...headersOf(state, points), 'retry-after': String(secondsLeft(state)) }
  return problem('rate-limited', { detail: `At most ${points} points a minute and client.`, headers })
}
