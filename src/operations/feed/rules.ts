import type { LogEntry } from './log.ts'
import { type Sight, sees, subjectsSeen } from './sight.ts'

/** Resources whose own ids are subjects: a contact is reached through the pupils. */
export const subjectResources: ReadonlySet<string> = new Set(['pupils', 'contacts'])

/** What a caller may know of an entry; undefined where that is nothing but its number. */
export function seenOf(sight: Sight, entry: LogEntry): LogEntry | undefined {
  const subjects = subjectsSeen(sight, entry.resource)
  if (!subjects) return undefined
  if (subjectResources.has(entry.resource) && !sees(subjects, entry.recordId)) return undefined
  const pupilIds = entry.pupilIds?.filter((id) => sees(subjects, id)) ?? null
  if (pupilIds?.length === 0) return undefined
  if (entry.action !== 'changed') return { ...entry, pupilIds, fields: null }
  // An import knows that a record is different, not where.
  if (!entry.fields?.length) return { ...entry, pupilIds, fields: null }
  const granted = new Set(sight.resources[entry.resource]?.fields)
  const fields = entry.fields.filter((name) => granted.has(name) || !isField(name, entry.resource))
  return fields.length === 0 ? undefined : { ...entry, pupilIds, fields }
}

/** What a register says beside its own fields: its marks, which are read from it. */
const isField = (name: string, resource: string) => !(resource === 'registers' && name === 'marks')

/** Numbers of a page: those that are told, and the ranges of those that the caller may not see. Together they leave no gap. */
export function unseenRanges(after: number, until: number, told: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  let from = after + 1
  for (const number of told) {
    if (number > from) ranges.push([from, number - 1])
    from = number + 1
  }
  if (from <= until) ranges.push([from, until])
  return ranges
}
