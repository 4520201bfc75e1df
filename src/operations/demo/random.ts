/**
 * Chance that can be repeated: the same seed and label give the same numbers on every machine. Each part of the
 * school draws from a stream of its own, so that a change in one part leaves the others as they were. Only integer
 * arithmetic, sums and products are used: logarithms may differ in the last digit between machines.
 */

export interface Random {
  /** A number from 0 up to but not including 1. */
  next(): number
  /** 32 random bits as a whole number from 0. */
  bits(): number
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number
  /** True in this share of cases. */
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** A value with its weight; weights need not add up to anything. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T
  shuffled<T>(list: readonly T[]): T[]
  /** Mean 0 and standard deviation 1, never beyond 6: the sum of twelve even numbers is close to the normal curve. */
  normal(): number
}

/** The element at a place that is known to exist. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index]
  if (found === undefined) throw new RangeError(`There is no element ${index} among ${list.length}.`)
  return found
}

/** The entry of a key that is known to exist. */
export function of<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const found = map.get(key)
  if (found === undefined) throw new RangeError(`There is no entry for ${String(key)}.`)
  return found
}

/** A stream of its own for every seed and label. */
export function randomFrom(seed: number, label: string): Random {
  const bits = smallFastCounter(`${seed}/${label}`)
  const next = () => bits() / 4_294_967_296
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    bits,
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => next() < share,
    pick: (list) => at(list, below(list.length)),
    weighted: (choices) => weightedChoice(choices, next()),
    shuffled(list) {
      const mixed = [...list]
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = below(last + 1)
        const kept = at(mixed, last)
        mixed[last] = at(mixed, other)
        mixed[other] = kept
      }
      return mixed
    },
    normal() {
      let sum = -6
      for (let i = 0; i < 12; i += 1) sum += next()
      return sum
    },
  }
}

function weightedChoice<T>(choices: readonly (readonly [T, number])[], share: number): T {
  let rest = share * choices.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of choices) {
    rest -= weight
    if (rest < 0) return value
  }
  return at(choices, choices.length - 1)[0]
}

/** The generator sfc32 of Chris Doty-Humphrey's PractRand: four words of state, passes its tests, a few operations. */
function smallFastCounter(text: string): () => number {
  let [a, b, c, counter] = [hash(text, 0x9e3779b9), hash(text, 0x243f6a88), hash(text, 0xb7e15162), 1]
  const bits = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The author runs twelve rounds before the first number, so that similar seeds part company.
  for (let i = 0; i < 12; i += 1) bits()
  return bits
}

/** 32 bits of a text by FNV-1a, begun at a given value. */
function hash(text: string, start: number): number {
  let value = start | 0
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value ^ (value >>> 15)
}
