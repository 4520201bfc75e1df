/** Letters of check letters and temporary UPNs in the order of their values 0 to 22: I, O and S are left out. */
const upnLetters = 'ABCDEFGHJKLMNPQRTUVWXYZ'
/** Check letters of a UCI in the order of their values 0 to 16. */
const uciLetters = 'ABCDEFGHKLMRTVWXY'

const permanentUpn = /^[A-HJ-NP-RT-Z]\d{12}$/
const temporaryUpn = /^[A-HJ-NP-RT-Z]\d{11}[A-HJ-NP-RT-Z]$/

/**
 * What is wrong with a unique pupil number and what would be right, or undefined. The sentence never repeats the
 * number: it is personal data and the sentence may reach a log.
 */
export function faultOfUpn(text: string): string | undefined {
  if (!permanentUpn.test(text) && !temporaryUpn.test(text)) return shapeFaultOfUpn(text)
  const letter = upnCheckLetter(text.slice(1))
  return text[0] === letter ? undefined : `UPN check letter should be ${letter}.`
}

function shapeFaultOfUpn(text: string): string {
  if (text.length !== 13) return `UPN must have 13 characters, not ${text.length}.`
  if (text !== text.toUpperCase()) return 'UPN letters must be capitals.'
  if (!/^[A-Z]/.test(text)) return 'UPN must begin with its check letter.'
  if (/[IOS]/.test(text)) return 'UPN letters are never I, O or S.'
  return 'UPN must be a letter and 12 digits, or for a temporary UPN a letter, 11 digits and a letter.'
}

/** Each digit times its place (2 to 13), summed, modulo 23; the last letter of a temporary UPN counts as its index. */
function upnCheckLetter(body: string): string {
  let sum = 0
  for (let i = 0; i < 12; i += 1) {
    const letterValue = upnLetters.indexOf(body.charAt(i))
    sum += (i + 2) * (letterValue >= 0 ? letterValue : Number(body.charAt(i)))
  }
  return upnLetters.charAt(sum % 23)
}

/** True for the shape of a temporary UPN: it ends with a letter. */
export function isTemporaryUpn(text: string): boolean {
  return temporaryUpn.test(text)
}

export interface UpnParts {
  /** Local authority number, 3 digits. */
  la: string
  /** Establishment number, 4 digits. */
  estab: string
  /** Calendar year of issue, such as 2026: its last two digits are kept. */
  year: number
  /** 0 to 999; for a temporary UPN 0 to 2,299. */
  serial: number
}

/** A permanent UPN. Throws RangeError when a part does not fit. */
export function makeUpn(parts: UpnParts): string {
  return withCheckLetter(`${upnStem(parts)}${paddedSerial(parts.serial, 999, 3)}`)
}

/** A temporary UPN: the serial is two digits and a letter, 00A to 99A, then 00B to 99Z (23 letters, 2,300 in all). */
export function makeTemporaryUpn(parts: UpnParts): string {
  paddedSerial(parts.serial, 2_299, 4)
  const digits = paddedSerial(parts.serial % 100, 99, 2)
  return withCheckLetter(`${upnStem(parts)}${digits}${upnLetters.charAt(Math.floor(parts.serial / 100))}`)
}

function withCheckLetter(body: string): string {
  return upnCheckLetter(body) + body
}

function upnStem({ la, estab, year }: UpnParts): string {
  if (!/^\d{3}$/.test(la)) throw new RangeError('A local authority number has 3 digits.')
  if (!/^\d{4}$/.test(estab)) throw new RangeError('An establishment number has 4 digits.')
  if (!Number.isInteger(year) || year < 1990 || year > 2089)
    throw new RangeError('A UPN year is a calendar year from 1990 to 2089.')
  return `${la}${estab}${String(year % 100).padStart(2, '0')}`
}

function paddedSerial(serial: number, highest: number, digits: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial > highest)
    throw new RangeError(`A serial of this kind is a whole number from 0 to ${highest}.`)
  return String(serial).padStart(digits, '0')
}

/** Calendar year in which a UPN was issued. Two digits from 90 are of the last century: UPNs began in the 1990s. */
export function yearOfUpn(upn: string): number {
  const year = Number(upn.slice(8, 10))
  return year >= 90 ? 1900 + year : 2000 + year
}

/** What is wrong with a unique learner number (10 digits, the last one a check digit), or undefined. */
export function faultOfUln(text: string): string | undefined {
  if (!/^\d{10}$/.test(text)) return 'ULN must be 10 digits.'
  if (text.startsWith('0')) return 'ULN must not begin with 0.'
  const digit = ulnCheckDigit(text.slice(0, 9))
  if (digit === undefined) return 'ULN cannot be right: no check digit fits its first nine digits.'
  return text.endsWith(digit) ? undefined : `ULN check digit should be ${digit}.`
}

/** A ULN from its first nine digits, or undefined for the one in eleven that have no check digit. */
export function makeUln(nineDigits: string): string | undefined {
  if (!/^[1-9]\d{8}$/.test(nineDigits)) throw new RangeError('A ULN is made from 9 digits, the first not 0.')
  const digit = ulnCheckDigit(nineDigits)
  return digit === undefined ? undefined : nineDigits + digit
}

/** Weights 10 to 2, modulo 11; the check digit is 10 less the remainder, and a remainder of 0 is invalid. */
function ulnCheckDigit(nineDigits: string): string | undefined {
  let sum = 0
  for (let i = 0; i < 9; i += 1) sum += (10 - i) * Number(nineDigits.charAt(i))
  const remainder = sum % 11
  return remainder === 0 ? undefined : String(10 - remainder)
}

/** What is wrong with a unique candidate identifier: centre (5), 0, year (2), candidate (4), check letter. */
export function faultOfUci(text: string): string | undefined {
  if (!/^\d{5}0\d{6}[A-Z]$/.test(text))
    return 'UCI must be 12 digits, the sixth of them 0, and a capital check letter.'
  const letter = uciCheckLetter(text.slice(0, 12))
  return text.endsWith(letter) ? undefined : `UCI check letter should be ${letter}.`
}

/** A UCI from its first twelve digits. */
export function makeUci(twelveDigits: string): string {
  if (!/^\d{5}0\d{6}$/.test(twelveDigits)) throw new RangeError('A UCI is made from 12 digits, the sixth 0.')
  return twelveDigits + uciCheckLetter(twelveDigits)
}

/** Weights 16 down to 5, modulo 17. */
function uciCheckLetter(twelveDigits: string): string {
  let sum = 0
  for (let i = 0; i < 12; i += 1) sum += (16 - i) * Number(twelveDigits.charAt(i))
  return uciLetters.charAt(sum % 17)
}
