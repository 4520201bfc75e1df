import { problem } from './problems.ts'

/**
 * Strong validators (RFC 9110, 8.8.3). `"7-Ab3"`: the record's version, then the representation (fields, relations).
 * `"7.120-Ab3"`: other records are included, so the school's change number is part of it. If-Match compares the version only.
 */
export function entityTag(version: string | number, representation: string, revision?: string): string {
  return `"${version}${revision === undefined ? '' : `.${revision}`}-${representation}"`
}

/** Whether If-None-Match names the tag (weak comparison, RFC 9110, 13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')))
}

/** The versions that If-Match accepts; 'any' for `*`. 428 without the header, 400 when it is no list of our tags. */
export function requiredVersions(ifMatch: string | undefined): ReadonlySet<number> | 'any' {
  if (ifMatch === undefined) throw problem('version-required')
  if (ifMatch.trim() === '*') return 'any'
  const versions = new Set<number>()
  for (const each of ifMatch.split(',')) {
    const match = /^(W\/)?"(\d{1,15})(?:\.\d+)?-[\w-]+"$/.exec(each.trim())
    if (!match)
      throw problem('header-invalid', {
        detail: 'If-Match holds no ETag of this server, such as "7-k3Jd9a".',
      })
    // A weak tag never matches in If-Match (RFC 9110, 13.1.1).
    if (!match[1]) versions.add(Number(match[2]))
  }
  return versions
}

/** Throws 412 unless the stored version is one that the caller has read. */
export function requireMatch(required: ReadonlySet<number> | 'any', version: number): void {
  if (required !== 'any' && !required.has(version)) throw problem('version-changed')
}
