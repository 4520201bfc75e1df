import { type SQL, sql } from 'drizzle-orm'

/** `r` is a result, `m` the membership of a teaching group of its subject: which of several the result belongs to. */

/** The day in England on which the result was recorded. */
export const recordedOn = sql`(r.recorded_at at time zone 'Europe/London')::date`

const isMember = (day: SQL): SQL =>
  sql`(m.valid_from <= ${day} and (m.valid_until is null or m.valid_until > ${day}))`

/** Where the pupil was taught the subject when it was recorded, else where it is taught today. */
export const wasTaught = (today: SQL): SQL => sql`(${isMember(recordedOn)} or ${isMember(today)})`

/** The likeliest first; of several the one joined first. */
export const likeliest = sql`${isMember(recordedOn)} desc, m.valid_from, m.group_id`
