import { InvalidArgumentError } from 'commander'
import { isUuid } from '../foundation/db/uuid.ts'

/** The arguments of every command's `--json` option. */
export const asJson = ['--json', 'one JSON document on standard output'] as const

export function schoolId(text: string): string {
  if (isUuid(text)) return text
  throw new InvalidArgumentError('A school id is a UUID; `mis schools list` shows them.')
}

/** As long as a school's name may be in the contract (src/records/schools/schema.ts). */
const longestName = 200

export function schoolName(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL cannot store a NUL, and a terminal obeys the others
  if (text.trim() !== '' && text.length <= longestName && !/[\u0000-\u001f\u007f]/.test(text)) return text
  throw new InvalidArgumentError(`A name has 1 to ${longestName} characters and no control characters.`)
}
