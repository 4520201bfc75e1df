import { boolean, date, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import { pupils } from '../../records/pupils/table.ts'
import type { WrittenTerms } from './rules.ts'

/** What a school has agreed with an app: one row for the two of them; its terms are in the versions. */
export const agreements = pgTable(
  'agreements',
  {
    ...record(),
    appId: text('app_id').notNull(),
    /** draft, in-review, in-force, suspended or ended. `expiring` and the end by date are read from the clock. */
    state: text('state').notNull(),
    /** The version that is being prepared or reviewed. */
    draftVersion: integer('draft_version'),
    /** The version that opens the school's data; it stays while a newer one is prepared. */
    versionInForce: integer('version_in_force'),
    /** Of the version in force: granted scopes and last day. Kept here so that one row decides. */
    scopes: text('scopes').array().notNull(),
    expiresOn: date('expires_on'),
    hasWithheld: boolean('has_withheld').notNull().default(false),
    endedAt: instant('ended_at'),
    endReason: text('end_reason'),
    /** When the app confirmed that it has deleted the school's data, and in which words. */
    deletedAt: instant('deleted_at'),
    deletionStatement: text('deletion_statement'),
  },
  (t) => [keyOf('agreements', t.schoolId, t.id), unique('agreements__app_id').on(t.schoolId, t.appId)],
)

/** The terms of an agreement and its due diligence. Only ever added to. */
export const agreementVersions = pgTable(
  'agreement_versions',
  {
    schoolId: schoolId(),
    agreementId: uuid('agreement_id').notNull(),
    number: integer('number').notNull(),
    terms: jsonb('terms').$type<WrittenTerms>().notNull(),
    preparedAt: instant('prepared_at').notNull(),
    preparedBy: text('prepared_by').notNull(),
  },
  (t) => [
    keyOf('agreement_versions', t.schoolId, t.agreementId, t.number),
    reference('agreement_versions__agreement_id', [t.schoolId, t.agreementId], agreements),
  ],
)

/** What was done with an agreement, by whom and when. Only ever added to. */
export const agreementActs = pgTable(
  'agreement_acts',
  {
    schoolId: schoolId(),
    agreementId: uuid('agreement_id').notNull(),
    number: integer('number').notNull(),
    /** submitted, approved, refused, suspended, resumed, ended, deletion-attested, pupils-withheld. */
    act: text('act').notNull(),
    version: integer('version'),
    actedAt: instant('acted_at').notNull(),
    actedBy: text('acted_by').notNull(),
    note: text('note'),
  },
  (t) => [
    keyOf('agreement_acts', t.schoolId, t.agreementId, t.number),
    reference('agreement_acts__agreement_id', [t.schoolId, t.agreementId], agreements),
  ],
)

/** Pupils whom an app never sees, such as those whose whereabouts are protected. */
export const withheldPupils = pgTable(
  'withheld_pupils',
  {
    schoolId: schoolId(),
    agreementId: uuid('agreement_id').notNull(),
    pupilId: uuid('pupil_id').notNull(),
    reason: text('reason').notNull(),
    withheldAt: instant('withheld_at').notNull(),
    withheldBy: text('withheld_by').notNull(),
  },
  (t) => [
    keyOf('withheld_pupils', t.schoolId, t.agreementId, t.pupilId),
    reference('withheld_pupils__agreement_id', [t.schoolId, t.agreementId], agreements),
    reference('withheld_pupils__pupil_id', [t.schoolId, t.pupilId], pupils),
    index('withheld_pupils__pupil').on(t.schoolId, t.pupilId),
  ],
)
