import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, jsonb, pgTable, text, time, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, keyOf, record, schoolId } from '../../foundation/db/columns.ts'

/** Which facts a school lets whom be told. A kind without a row is told to nobody. */
export const dropletRules = pgTable(
  'droplet_rules',
  {
    schoolId: schoolId(),
    kind: text('kind').notNull(),
    audience: text('audience').notNull(),
    updatedAt: instant('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
  },
  (t) => [keyOf('droplet_rules', t.schoolId, t.kind, t.audience)],
)

/** How a school tells people, and how far its log has been looked through. */
export const dropletSettings = pgTable(
  'droplet_settings',
  {
    schoolId: schoolId(),
    /** Whether people are told by e-mail as well. */
    sendsEmail: boolean('sends_email').notNull(),
    /** Local times between which nobody is written to. */
    quietFrom: time('quiet_from'),
    quietUntil: time('quiet_until'),
    /** Local time of one letter a day; null writes at once. */
    digestAt: time('digest_at'),
    /** Up to this number of the log facts have been looked for. */
    number: bigint('number', { mode: 'number' }).notNull(),
  },
  (t) => [
    keyOf('droplet_settings', t.schoolId),
    check('droplet_settings__quiet', sql`(${t.quietFrom} is null) = (${t.quietUntil} is null)`),
  ],
)

/** A small fact about a pupil for one person. */
export const droplets = pgTable(
  'droplets',
  {
    ...record(),
    /** attendance, assessment or timetable: the scope that it needs. */
    topic: text('topic').notNull(),
    kind: text('kind').notNull(),
    audience: text('audience').notNull(),
    /** Whom it is for. */
    personId: uuid('person_id').notNull(),
    /** Whom it is about. */
    pupilId: uuid('pupil_id').notNull(),
    /** The record behind it. */
    resource: text('resource').notNull(),
    recordId: uuid('record_id').notNull(),
    facts: jsonb('facts').notNull(),
    happenedAt: instant('happened_at').notNull(),
    /** From then on it may be seen. */
    visibleAt: instant('visible_at').notNull(),
    /** When it is to be written about; null where it is not. */
    mailAt: instant('mail_at'),
    /** When it was, or when it was found that it may not be. */
    mailedAt: instant('mailed_at'),
  },
  (t) => [
    keyOf('droplets', t.schoolId, t.id),
    unique('droplets__fact').on(t.schoolId, t.kind, t.personId, t.pupilId, t.recordId),
    index('droplets__record').on(t.schoolId, t.recordId),
    index('droplets__mail').on(t.schoolId, t.mailAt).where(sql`mailed_at is null and mail_at is not null`),
  ],
)
