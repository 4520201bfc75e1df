import { integer, jsonb, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, schoolId } from '../../foundation/db/columns.ts'

/** Which record a row of somebody else's file became: the second import finds it again by the source's own id. */
export const sourceIds = pgTable(
  'source_ids',
  {
    schoolId: schoolId(),
    /** The system the file came from, such as "oneroster". */
    source: text('source').notNull(),
    /** The file within it, such as "users". */
    kind: text('kind').notNull(),
    sourceId: text('source_id').notNull(),
    recordId: uuid('record_id').notNull(),
  },
  (t) => [
    keyOf('source_ids', t.schoolId, t.source, t.kind, t.sourceId),
    unique('source_ids__record').on(t.schoolId, t.source, t.kind, t.recordId),
  ],
)

/** One run of an import, with its report. */
export const importJobs = pgTable(
  'import_jobs',
  {
    ...record(),
    format: text('format').notNull(),
    /** queued, running, done or refused. */
    status: text('status').notNull(),
    /** write, or dry-run. */
    mode: text('mode').notNull(),
    requestedBy: text('requested_by').notNull(),
    requestedAt: timestamp('requested_at', { withTimezone: true, mode: 'string', precision: 3 }).notNull(),
    finishedAt: timestamp('finished_at', { withTimezone: true, mode: 'string', precision: 3 }),
    bytes: integer('bytes').notNull(),
    report: jsonb('report'),
  },
  (t) => [keyOf('import_jobs', t.schoolId, t.id)],
)
