import { type Category, findCode } from '../codes.ts'
import { blank, unpackCode } from '../packing.ts'

/** Where two sources speak of one session: who was seen was there, and a known reason stands before an unknown one. */
const ranks: Record<Category, number> = {
  present: 5,
  'approved-educational-activity': 4,
  authorised: 3,
  unauthorised: 2,
  'not-possible': 1,
}

function rankOf(character: string): number {
  const known = character === blank ? undefined : findCode(unpackCode(character) ?? '')
  return known ? ranks[known.category] : 0
}

/** Whether a packed mark stands before another of the same session. */
export const outranks = (one: string, other: string): boolean => rankOf(one) > rankOf(other)

/** Whether a mark was seen: present, or at an activity that counts as attendance. */
export const isAttended = (character: string): boolean => rankOf(character) >= 4

/** Whether a mark waits for a reason. */
export const isUnexplained = (character: string): boolean => ['N', 'O'].includes(character)
