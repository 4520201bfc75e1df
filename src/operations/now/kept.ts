import type { Principal } from '../../foundation/access/principal.ts'

/** An answer that was worked out a moment ago. */
export interface Kept {
  /** The school's change number before it was worked out: nothing has happened since while it stands. */
  revision: string
  /** As JSON, without the instant that was asked about. */
  json: string
  etag: string
  pupilIds: readonly string[]
}

/** Moments of one person that are kept. */
const mostMoments = 20

/** By the scopes of a caller: that set lives as long as the caller's standing, and goes with it. */
const answers = new WeakMap<ReadonlySet<string>, Map<string, Kept>>()

/** Whatever an answer depends on besides the records: the minute, the form, the second factor. */
export const keyOf = (who: Principal, minute: string, form: string | undefined) =>
  `${minute} ${form ?? 'full'} ${who.isStrong}`

export function keptFor(who: Principal, key: string, revision: string): Kept | undefined {
  const kept = answers.get(who.scopes)?.get(key)
  return kept?.revision === revision ? kept : undefined
}

export function keep(who: Principal, key: string, answer: Kept): void {
  const own = answers.get(who.scopes) ?? new Map<string, Kept>()
  if (own.size >= mostMoments) own.delete(own.keys().next().value as string)
  answers.set(who.scopes, own.set(key, answer))
}
