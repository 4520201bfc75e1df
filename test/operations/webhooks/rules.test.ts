import fc from 'fast-check'
import t from 'tap'
import { pauseAfter, verdictOf } from '../../../src/operations/webhooks/rules.ts'

const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

t.test('a message is tried for about three days, and then given up', async (t) => {
  fc.assert(
    fc.property(fc.array(unit, { minLength: 20, maxLength: 20 }), (random) => {
      let hours = 0
      let attempts = 1
      for (let pause = pauseAfter(attempts, random[0] ?? 0); pause !== undefined; ) {
        hours += pause / 3_600_000
        attempts++
        pause = pauseAfter(attempts, random[attempts] ?? 0)
      }
      return attempts === 13 && hours > 0.8 * 71.7 && hours < 1.2 * 71.8
    }),
  )
  t.equal(pauseAfter(13, 0.5), undefined)
})

t.test('pauses grow, and no two endpoints have the same', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 11 }), unit, (attempt, random) => {
      const [now, later] = [pauseAfter(attempt, random), pauseAfter(attempt + 1, random)]
      return (now as number) < (later as number)
    }),
  )
  t.not(pauseAfter(3, 0.1), pauseAfter(3, 0.9))
})

t.test('only 2xx delivers, and only 410 ends', async (t) => {
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 100, max: 599 })), (status) => {
      const is2xx = status !== null && status >= 200 && status < 300
      return verdictOf(status) === (is2xx ? 'delivered' : status === 410 ? 'disable' : 'retry')
    }),
  )
  t.pass()
})
