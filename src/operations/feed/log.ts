import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, systemActor, type TextRow, writeInSchool } from '../../foundation/db/transaction.ts'

/** One entry of the change log. */
export interface LogEntry {
  number: number
  at: string
  resource: string
  recordId: string
  action: 'created' | 'changed' | 'removed'
  fields: string[] | null
  pupilIds: string[] | null
}

const school = sql.placeholder('school')

/** Entries after a number, in the order of their commits. */
export const readEntries = compile(
  sql`select number, changed_at, resource, record_id, action, to_json(fields), to_json(pupil_ids)
      from changes where school_id = ${school} and number > ${sql.placeholder('after')}::bigint
      order by number limit ${sql.placeholder('limit')}::int`,
)

/** The first number that is kept: one past the head where nothing is. */
export const readOldest = compile(
  sql`select coalesce((select min(number) from changes where school_id = ${school}),
        (select number + 1 from change_counters where school_id = ${school}), 1)`,
)

export const entriesFrom = (rows: readonly TextRow[]): LogEntry[] => rows.map(entryFrom)

function entryFrom(row: TextRow): LogEntry {
  const [number, at, resource, recordId, action, fields, pupilIds] = row as string[]
  return {
    number: Number(number),
    at: new Date(at as string).toISOString(),
    resource: resource as string,
    recordId: recordId as string,
    action: action as LogEntry['action'],
    fields: fields ? JSON.parse(fields) : null,
    pupilIds: pupilIds ? JSON.parse(pupilIds) : null,
  }
}

const purge = compile(sql`select purge_changes(${sql.placeholder('before')}::timestamptz)`)

/** Forgets entries that are older than an instant, from the oldest on, as far as the database lets it (90 days at least). */
export async function purgeLog(db: Database, schoolId: string, before: string): Promise<void> {
  const most = 10_000
  for (;;) {
    const [row] = await writeInSchool(db, systemActor(schoolId, 'feed'), (tx) => tx.rows(purge, { before }))
    if (Number(row?.[0]) < most) return
  }
}
