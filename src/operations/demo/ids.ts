import { dayNumber } from '../../foundation/time/days.ts'
import { type Random, randomFrom } from './random.ts'

const msPerDay = 86_400_000
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Ids in the shape of UUID version 7 (RFC 9562 section 5.7): they rise from midnight of a day, a millisecond each. */
export function idsFrom(seed: number, label: string, day: string): () => string {
  const random = randomFrom(seed, `ids/${label}`)
  let ms = dayNumber(day) * msPerDay
  return () => {
    const id = versionSeven(ms, random)
    ms += 1
    return id
  }
}

function versionSeven(ms: number, random: Random): string {
  const time = ms.toString(16).padStart(12, '0')
  const [a, b, c] = [random.bits(), random.bits(), random.bits()]
  // Version 7 in four bits, variant 10 in two, the rest by chance.
  const version = hex[0x70 | (a & 0x0f)] ?? ''
  const variant = hex[0x80 | ((a >>> 8) & 0x3f)] ?? ''
  const head = `${time.slice(0, 8)}-${time.slice(8)}-${version}${byteOf(a, 16)}-${variant}${byteOf(a, 24)}`
  return `${head}-${byteOf(b, 0)}${byteOf(b, 8)}${byteOf(b, 16)}${byteOf(b, 24)}${byteOf(c, 0)}${byteOf(c, 8)}`
}

function byteOf(bits: number, shift: number): string {
  return hex[(bits >>> shift) & 0xff] ?? ''
}
