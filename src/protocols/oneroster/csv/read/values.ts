import { parse } from 'csv-parse/sync'
import { isDate } from '../../../../foundation/time/days.ts'

/** A value that cannot be read; the message is the reason. */
export class BadValue extends Error {}

/** `2026-11-22`, with or without a time behind it. Day-first dates are ambiguous, so they are refused. */
export function dayOf(text: string): string | null {
  if (text === '') return null
  const day = /^(\d{4}-\d{2}-\d{2})([T ].*)?$/.exec(text)?.[1]
  if (day === undefined)
    throw new BadValue(`"${text.slice(0, 30)}" is no date; dates are written YYYY-MM-DD.`)
  if (!isDate(day)) throw new BadValue(`"${day}" is no day of the calendar.`)
  return day
}

export function flagOf(text: string): boolean | null {
  if (text === '') return null
  if (/^(true|1)$/i.test(text)) return true
  if (/^(false|0)$/i.test(text)) return false
  throw new BadValue(`"${text.slice(0, 30)}" is neither true nor false.`)
}

/** Several values in one cell, separated by commas; one that holds a comma is quoted within it. */
export function listOf(text: string): string[] {
  const values = text.includes('"') ? quotedList(text) : text.split(',')
  return values.map((each) => each.trim()).filter(Boolean)
}

/** A quote that is never closed is taken for a letter. */
function quotedList(text: string): string[] {
  try {
    return parse(text, { relaxQuotes: true, relaxColumnCount: true, trim: true })[0] ?? []
  } catch {
    return text.split(',')
  }
}

/** `{type:id},{type:id}`; types in lower case. */
export function userIdsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/\{([^:{}]+):([^{}]*)\}/g)].map(([, type = '', id = '']) => [
      type.trim().toLowerCase(),
      id.trim(),
    ]),
  )
}

/** CEDS grade levels that have no number, as National Curriculum years. */
const namedGrades: Readonly<Record<string, number>> = {
  IT: -2,
  PR: -2,
  PK: -1,
  TK: 0,
  KG: 0,
  R: 0,
  N1: -2,
  N2: -1,
  N: -1,
}

/**
 * The year group of a grade: `7`, `07`, `Year 7`, `Y7`, `R`, or a CEDS code. A number is taken as the year it names;
 * undefined for what is none (`UG` ungraded, `Other`).
 */
export function yearOfGrade(text: string): number | undefined {
  const plain = text.trim().toUpperCase()
  if (plain in namedGrades) return namedGrades[plain]
  const year = Number(/^(?:YEAR\s*|Y)?(\d{1,2})$/.exec(plain)?.[1] ?? Number.NaN)
  return Number.isInteger(year) && year >= 0 && year <= 14 ? year : undefined
}
