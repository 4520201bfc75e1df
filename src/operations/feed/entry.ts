import type { LogEntry } from './log.ts'
import type { Scanned } from './records.ts'

/** An entry of the feed: one of the log, or what enters and leaves because access has changed. */
export interface FeedEntry {
  /** Its number in the school's log; null for `entered` and `left`, which are the caller's own. */
  number: number | null
  at: string | null
  resource: string
  /** null for `left` of many records. */
  recordId: string | null
  action: LogEntry['action'] | 'entered' | 'left'
  fields: readonly string[] | null
  pupilIds: readonly string[] | null
  /** The record as it now is; null where it is gone; undefined where it was not asked for. */
  record?: Scanned | null | undefined
}

export const leftEntry = (resource: string, what: Partial<FeedEntry> = {}): FeedEntry => ({
  number: null,
  at: null,
  resource,
  recordId: null,
  action: 'left',
  fields: null,
  pupilIds: null,
  ...what,
})

export const enteredEntry = (resource: string, record: Scanned): FeedEntry => ({
  ...leftEntry(resource),
  action: 'entered',
  recordId: record.id,
  pupilIds: record.pupilIds.length > 0 ? record.pupilIds : null,
  record,
})

/** As JSON; the record stands there as the encoder wrote it. */
export function entryJson({ record, ...entry }: FeedEntry, hasRecords: boolean): string {
  const json = JSON.stringify(entry)
  if (!hasRecords) return json
  return `${json.slice(0, -1)},"record":${record ? record.json : 'null'}}`
}
