import t from 'tap'
import { VerifiedTokens } from '../../../src/foundation/access/bearer-cache.ts'

const who = (id: string) => ({
  clientId: 'app',
  schoolId: 'school',
  scopes: new Set<string>(),
  id,
  expiresAt: 0,
  accountId: undefined,
  authTime: 0,
  means: new Set<string>(),
  keyThumbprint: undefined,
})

t.test(
  'a token in use stays while thousands pass by, and the cache never grows beyond its size',
  async (t) => {
    const kept = new VerifiedTokens(100)
    kept.keep('used', who('used'))
    let largest = 0
    for (let at = 0; at < 5_000; at += 1) {
      kept.keep(`passing ${at}`, who(`${at}`))
      if (at % 20 === 0) t.equal(kept.find('used')?.id, 'used')
      largest = Math.max(largest, kept.size)
    }
    t.ok(largest <= 100, `${largest}`)
    t.equal(kept.find('passing 0'), undefined)
    t.equal(kept.find('passing 4999')?.id, '4999')
  },
)
