import t from 'tap'
import { idsFrom } from '../../../src/operations/demo/ids.ts'
import { randomFrom } from '../../../src/operations/demo/random.ts'

t.test('the same seed and label give the same numbers, another of either gives others', async (t) => {
  const numbers = (seed: number, label: string) => {
    const random = randomFrom(seed, label)
    return Array.from({ length: 5 }, () => random.bits())
  }
  t.same(numbers(1, 'pupils'), numbers(1, 'pupils'))
  t.notSame(numbers(1, 'pupils'), numbers(2, 'pupils'))
  t.notSame(numbers(1, 'pupils'), numbers(1, 'staff'))
})

t.test('chance is even: means, deviations and shares come out as they should', async (t) => {
  const random = randomFrom(7, 'evenness')
  const count = 100_000
  const mean = (draw: () => number) => Array.from({ length: count }, draw).reduce((a, b) => a + b, 0) / count
  t.ok(Math.abs(mean(() => random.next()) - 0.5) < 0.005)
  t.ok(Math.abs(mean(() => random.between(1, 6)) - 3.5) < 0.03)
  t.ok(Math.abs(mean(() => random.normal())) < 0.015)
  t.ok(Math.abs(mean(() => random.normal() ** 2) - 1) < 0.03)
  t.ok(Math.abs(mean(() => (random.chance(0.2) ? 1 : 0)) - 0.2) < 0.006)
  const heavy = () =>
    random.weighted([
      [1, 3],
      [0, 1],
    ])
  t.ok(Math.abs(mean(heavy) - 0.75) < 0.006)
})

t.test('a shuffled list has the same members in another order and leaves the first as it was', async (t) => {
  const list = Array.from({ length: 50 }, (_, place) => place)
  const mixed = randomFrom(1, 'shuffle').shuffled(list)
  t.notSame(mixed, list)
  t.same(
    [...mixed].sort((a, b) => a - b),
    list,
  )
  t.equal(list[0], 0)
})

t.test('ids have the shape of UUID version 7, rise, and differ', async (t) => {
  const id = idsFrom(1, 'anything', '2026-09-01')
  const ids = Array.from({ length: 5_000 }, id)
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  t.ok(ids.every((one) => shape.test(one)))
  t.same([...ids].sort(), ids)
  t.equal(new Set(ids).size, ids.length)
  t.equal(Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16), Date.UTC(2026, 8, 1))
})
