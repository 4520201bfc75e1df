/** Pure decisions about results: which values an aspect takes, what they are worth, and when they may be written. */

export interface Aspect {
  /** grade, integer, decimal, age or comment. */
  type: string
  /** Least number; of an age: months. */
  minimum: number | null
  /** Greatest number; of an age: months; of a comment: characters. */
  maximum: number | null
  /** Digits after the point of a decimal aspect. */
  decimals: number | null
}

export interface Grade {
  grade: string
  value: number
  /** 1 is best. */
  rank: number
}

export interface GradeSetVersion {
  validFrom: string
  grades: readonly Grade[]
}

/** Digits after the point where the aspect does not say: marks are seldom finer than a hundredth. */
const usualDecimals = 2
/** Characters of a comment where the aspect does not say: about a page. */
const usualCommentLength = 4000
/** Grades named in a sentence; longer sets are left to the list of grades. */
const gradesNamed = 20

/** What is wrong with a value and what would be right, or undefined. The version is needed for grades only. */
export function faultOfResult(
  aspect: Aspect,
  version: GradeSetVersion | undefined,
  value: string,
): string | undefined {
  switch (aspect.type) {
    case 'grade':
      return faultOfGrade(version, value)
    case 'integer':
      return /^(0|-?[1-9]\d{0,8})$/.test(value)
        ? faultOfRange(aspect, Number(value), String)
        : 'The value must be a whole number of at most 9 digits, such as 42.'
    case 'decimal':
      return faultOfDecimal(aspect, value)
    case 'age':
      return /^\d{1,2}:(0\d|1[01])$/.test(value)
        ? faultOfRange(aspect, monthsOfAge(value), ageOfMonths)
        : 'The value must be an age in years and months, such as 7:03; months are 00 to 11.'
    case 'comment':
      return faultOfComment(aspect, value)
    default:
      return 'The aspect has no known type.'
  }
}

function faultOfGrade(version: GradeSetVersion | undefined, value: string): string | undefined {
  if (!version) return 'The grade set has no version in force on this day.'
  const grades = version.grades.map((one) => one.grade)
  if (grades.includes(value)) return undefined
  const meant = grades.find((grade) => grade.toLowerCase() === value.trim().toLowerCase())
  if (meant !== undefined) return `The grade is written ${meant}.`
  return grades.length > gradesNamed
    ? 'The value is not a grade of the version in force.'
    : `The value must be one of the grades ${grades.join(', ')}.`
}

function faultOfDecimal(aspect: Aspect, value: string): string | undefined {
  const decimals = aspect.decimals ?? usualDecimals
  // Nine digits before and six after the point stay exact in a double.
  const [, fraction = ''] = /^-?(?:0|[1-9]\d{0,8})(?:\.(\d{1,6}))?$/.exec(value) ?? [undefined, 'none']
  if (fraction === 'none') return 'The value must be a number with a point, such as 12.5.'
  if (fraction.length > decimals) return `The value may have at most ${decimals} digits after the point.`
  return faultOfRange(aspect, Number(value), String)
}

function faultOfRange(aspect: Aspect, number: number, say: (number: number) => string): string | undefined {
  if (aspect.minimum !== null && number < aspect.minimum)
    return `The value must be at least ${say(aspect.minimum)}.`
  if (aspect.maximum !== null && number > aspect.maximum)
    return `The value must be at most ${say(aspect.maximum)}.`
  return undefined
}

function faultOfComment(aspect: Aspect, value: string): string | undefined {
  const longest = aspect.maximum ?? usualCommentLength
  if (value.trim() === '') return 'A comment must not be empty.'
  return value.length > longest ? `A comment may have at most ${longest} characters.` : undefined
}

function monthsOfAge(value: string): number {
  const [years = '', months = ''] = value.split(':')
  return Number(years) * 12 + Number(months)
}

function ageOfMonths(months: number): string {
  return `${Math.floor(months / 12)}:${String(months % 12).padStart(2, '0')}`
}

/**
 * What a value without fault is worth for sorting and figures: a grade's value, the number, an age in months.
 * A comment is worth null.
 */
export function numericValueOf(
  aspect: Aspect,
  version: GradeSetVersion | undefined,
  value: string,
): number | null {
  switch (aspect.type) {
    case 'grade':
      return version?.grades.find((one) => one.grade === value)?.value ?? null
    case 'integer':
    case 'decimal':
      return Number(value)
    case 'age':
      return monthsOfAge(value)
    default:
      return null
  }
}

/** The version of a grade set in force on a day: the latest that has begun. */
export function versionOn<V extends { validFrom: string }>(
  versions: readonly V[],
  date: string,
): V | undefined {
  let inForce: V | undefined
  for (const version of versions)
    if (version.validFrom <= date && (!inForce || version.validFrom > inForce.validFrom)) inForce = version
  return inForce
}

/** What is wrong with the grades of a new version, or undefined. */
export function faultOfGrades(grades: readonly Grade[]): string | undefined {
  if (grades.length === 0) return 'A grade set version needs at least one grade.'
  if (new Set(grades.map((one) => one.grade.toLowerCase())).size < grades.length)
    return 'Grades of one version must differ, in more than capitals.'
  if (grades.some((one) => one.grade.trim() === '' || one.grade !== one.grade.trim()))
    return 'A grade must not be empty or have spaces around it.'
  if (grades.some((one) => !Number.isInteger(one.rank) || one.rank < 1))
    return 'A rank must be a whole number from 1, the best.'
  return undefined
}

export interface ResultSet {
  /** First and last day on which results may be written. */
  opensOn: string
  closesOn: string
  lockedAt: string | null
}

/** Why a result of this set may not be written on a day, or undefined when it may. */
export function faultOfWriting(set: ResultSet, date: string): string | undefined {
  if (set.lockedAt !== null) return 'The result set is locked.'
  if (date < set.opensOn) return `The result set opens on ${set.opensOn}.`
  if (date > set.closesOn) return `The result set closed after ${set.closesOn}.`
  return undefined
}
