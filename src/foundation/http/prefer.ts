import { problem } from './problems.ts'

/** What a caller prefers of a write (RFC 7240). */
export interface Preferences {
  /** `tx=rollback`: do everything, keep nothing. */
  rollback: boolean
  /** `max-affected=N`: refuse when more records would change. */
  maxAffected: number | undefined
}

/** Reads Prefer; unknown preferences are ignored, as RFC 7240 asks, unless `handling=strict` is among them. */
export function readPreferences(header: string | string[] | undefined): Preferences {
  const parts = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter(Boolean)
  const preferences: Preferences = { rollback: false, maxAffected: undefined }
  const unknown = parts.filter((part) => !take(preferences, part))
  if (unknown.length > 0 && parts.includes('handling=strict'))
    throw problem('header-invalid', {
      detail: `Prefer holds what is not known here: ${unknown.join(', ').slice(0, 100)}.`,
    })
  return preferences
}

function take(preferences: Preferences, part: string): boolean {
  const most = /^max-affected=(\d{1,9})$/.exec(part)
  if (most) preferences.maxAffected = Number(most[1])
  if (part === 'tx=rollback') preferences.rollback = true
  return most !== null || ['tx=rollback', 'tx=commit', 'handling=strict', 'handling=lenient'].includes(part)
}

/** `Preference-Applied`, or undefined when nothing was preferred. */
export function appliedPreferences({ rollback, maxAffected }: Preferences): string | undefined {
  const applied = [rollback && 'tx=rollback', maxAffected !== undefined && `max-affected=${maxAffected}`]
  return applied.filter(Boolean).join(', ') || undefined
}
