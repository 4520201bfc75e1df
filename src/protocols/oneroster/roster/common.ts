import { type SQL, sql } from 'drizzle-orm'
import type { Field } from '../resource.ts'

export const school = sql`${sql.placeholder('school')}::uuid`
export const today = sql`${sql.placeholder('today')}::date`
const agreement = sql`${sql.placeholder('agreement')}::uuid`

/** Every object has these, first. */
export const common: readonly Field[] = [
  {
    name: 'sourcedId',
    kind: 'exact',
    column: 'sourced_id',
    isRequired: true,
    isGiven: true,
    about: 'The id of the object: opaque, and the same for ever.',
  },
  {
    name: 'status',
    kind: 'exact',
    column: 'status',
    isRequired: true,
    isGiven: true,
    words: ['active', 'tobedeleted'],
    about: 'Whether a copy keeps it: tobedeleted is the past.',
  },
  {
    name: 'dateLastModified',
    kind: 'instant',
    column: 'date_last_modified',
    isRequired: true,
    isGiven: true,
    about: 'When it last changed as this app sees it; never before the app came to see it.',
  },
]

/** Where the hrefs of references lead, and the type that is written beside them. */
export const refersTo = {
  org: { path: 'orgs', type: 'org', service: 'rostering' },
  session: { path: 'academicSessions', type: 'academicSession', service: 'rostering' },
  course: { path: 'courses', type: 'course', service: 'rostering' },
  class: { path: 'classes', type: 'class', service: 'rostering' },
  user: { path: 'users', type: 'user', service: 'rostering' },
} as const

/**
 * When the school last changed what this app may see. Nothing is older for the app than that: a client that asks for what
 * changed since its last visit gets everything again that came, or came back, with the agreement.
 */
const accessChanged = sql`(select max(acted_at) from agreement_acts where school_id = ${school} and agreement_id = ${agreement}
  and act in ('approved', 'resumed', 'pupils-withheld'))`

/** The newest of these instants, never older than the app's access; null ones do not count. */
export const newest = (...instants: SQL[]): SQL =>
  sql`greatest(${sql.join([...instants, accessChanged], sql`, `)})`

/** The midnight in England at which a day that is past began: it changes a record without a write. */
export const turned = (day: SQL): SQL =>
  sql`case when ${day} <= ${today} then ${day}::timestamp at time zone 'Europe/London' end`

/** `active`, or from a day on (where there is one) `tobedeleted`. */
export const statusUntil = (day: SQL): SQL =>
  sql`case when ${day} <= ${today} then 'tobedeleted' else 'active' end`

/** An id that is made of others: always the same, and telling nothing. */
export const madeId = (kind: string, ...ids: SQL[]): SQL =>
  sql`md5(${sql.join([sql.raw(`'${kind}'`), ...ids.map((id) => sql`${id}::text`)], sql` || ' ' || `)})::uuid`

/** The course of classes that have no subject, since each class must have a course. */
export const placeholderCourse = madeId('course', school)

/** Removed records, as the change log knows them for as long as it is kept. */
export const removed = (resources: readonly string[], table: SQL): SQL =>
  sql`(select distinct on (x.record_id) x.record_id, x.resource, x.changed_at, x.pupil_ids, x.group_id, x.staff_id
    from changes x where x.school_id = ${school} and x.action = 'removed'
      and x.resource in (${sql.raw(resources.map((name) => `'${name}'`).join(', '))})
      and not exists (select from ${table} t where t.school_id = x.school_id and t.id = x.record_id)
    order by x.record_id, x.number desc)`

/** Pupils and contacts who are withheld from the app, in a transaction that is narrowed for it. */
export const withheldIds = sql`unnest(nullif(current_setting('app.withheld', true), '')::uuid[])`

/** The contacts among them, as an array. */
export const withheldContacts = sql`coalesce(nullif(current_setting('app.withheld_contacts', true), '')::uuid[], '{}')`

/** The last time the school withheld somebody from an app that had seen the school before; null when it never did. */
export const withheldAt = sql`(select max(w.acted_at) from agreement_acts w where w.school_id = ${school} and w.agreement_id = ${agreement}
  and w.act = 'pupils-withheld' and exists (select from agreement_acts a where a.school_id = ${school}
    and a.agreement_id = ${agreement} and a.act = 'approved' and a.acted_at < w.acted_at))`
