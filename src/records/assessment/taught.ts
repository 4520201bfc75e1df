import { sql } from 'drizzle-orm'

/** `r` is a result, `m` the membership of a teaching group of its subject: which of several the result belongs to. */

/** The day in England on which the result was recorded. */
export const recordedOn = sql`(r.recorded_at at time zone 'Europe/London')::date`

/** Days between the result and the membership; none where it was recorded within. */
const daysApart = sql`greatest(m.valid_from - ${recordedOn}, ${recordedOn} - m.valid_until + 1, 0)`

/**
 * The likeliest first: where the pupil was taught the subject when it was recorded, else where it was taught nearest to
 * then, such as before the summer in which examinations are marked; of several the one joined first. What day it is today
 * plays no part, so a result stays with its class.
 */
export const likeliest = sql`${daysApart}, m.valid_from, m.group_id`
