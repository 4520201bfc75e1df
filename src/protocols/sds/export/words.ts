import { type SQL, sql } from 'drizzle-orm'
import type { Encode } from '../../../operations/exports/cells.ts'

/** Microsoft takes no line break within a cell. */
export const plain: Encode = (text) => text.replace(/\s*[\r\n]+\s*/g, ' ')

/** Words of its list of roles. OneRoster's aide is any member of staff who is no teacher; in a class, an assistant of one. */
const word =
  (aide: string): Encode =>
  (role) =>
    role === 'aide' ? aide : role

export const roleAtSchool = word('staff')
export const roleInClass = word('teacherAssistant')

/** Its grades are those of CEDS, with two digits. Year 14 has no word there, so nothing is said of it. */
const early: Readonly<Record<string, string>> = { R: 'KG', N2: 'PK', N1: 'PR', '14': '' }

export const gradeAs: Encode = (grade) => early[grade] ?? grade.padStart(2, '0')

/** Telephone numbers are E.164; one that cannot be made so is left out. */
export const phoneAs: Encode = (text) => {
  const digits = text
    .replace(/[\s().-]/g, '')
    .replace(/^00/, '+')
    .replace(/^0/, '+44')
  return /^\+[1-9]\d{5,14}$/.test(digits) ? digits : ''
}

/** OneRoster's sessions end on the day after their last one, Microsoft's on it. */
export const lastDay = (end: SQL): SQL => sql`${end} - 1`
