import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'

/** Wrong tries in a quarter of an hour before one has to wait. */
const perAccountAndAddress = { points: 8, duration: 900 }
const perAddress = { points: 60, duration: 900 }

/**
 * Slows guessing down by where it comes from: wrong tries from one address never keep anybody out elsewhere, so nobody
 * can lock others out.
 */
export function signInThrottle() {
  const pairs = new RateLimiterMemory({ keyPrefix: 'pair', ...perAccountAndAddress })
  const addresses = new RateLimiterMemory({ keyPrefix: 'address', ...perAddress })
  const waitOf = (used: RateLimiterRes | null, points: number) =>
    used && used.consumedPoints >= points ? Math.ceil(used.msBeforeNext / 1000) : 0
  return {
    /** Seconds to wait; 0 when one may try. */
    async wait(login: string, address: string): Promise<number> {
      const [pair, all] = await Promise.all([pairs.get(`${login} ${address}`), addresses.get(address)])
      return Math.max(waitOf(pair, perAccountAndAddress.points), waitOf(all, perAddress.points))
    },
    async failed(login: string, address: string): Promise<void> {
      await Promise.all([pairs.penalty(`${login} ${address}`), addresses.penalty(address)])
    },
    async succeeded(login: string, address: string): Promise<void> {
      await pairs.delete(`${login} ${address}`)
    },
  }
}

export type SignInThrottle = ReturnType<typeof signInThrottle>
