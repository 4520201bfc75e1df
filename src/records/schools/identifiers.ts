/**
 * What is wrong with a LAESTAB (local authority and establishment number), or undefined.
 * Written as seven digits: three of the local authority, four of the establishment.
 */
export function faultOfLaestab(text: string): string | undefined {
  if (/^[1-9]\d{6}$/.test(text)) return undefined
  if (plainLaestab(text) !== text)
    return faultOfLaestab(plainLaestab(text)) ?? 'LAESTAB is written without a separator, such as 8014000.'
  return 'LAESTAB must be 7 digits: 3 for the local authority and 4 for the establishment, such as 8014000.'
}

/** Official lists print 801/4000 or 801-4000; stored is 8014000. */
export function plainLaestab(text: string): string {
  return text.trim().replace(/^(\d{3})[/ -](\d{4})$/, '$1$2')
}

/** What is wrong with a URN, the number under which the national register of schools knows a school. */
export function faultOfUrn(urn: number): string | undefined {
  if (Number.isInteger(urn) && urn >= 100_000 && urn <= 999_999) return undefined
  return 'URN must be a whole number of 6 digits, such as 123456.'
}
