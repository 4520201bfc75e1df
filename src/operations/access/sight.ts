import { sql } from 'drizzle-orm'
import type { Narrowed } from '../../foundation/access/reach.ts'
import { compile } from '../../foundation/db/compiled.ts'
import type { Query } from '../../foundation/db/transaction.ts'
import { type Clock, today } from '../../foundation/time/clock.ts'

const school = sql.placeholder('school')
const person = sql`${sql.placeholder('person')}::uuid`
const day = sql`${sql.placeholder('today')}::date`
const clauses = sql`${sql.placeholder('clauses')}::jsonb`
const agreement = sql`${sql.placeholder('agreement')}::uuid`

const isNow = (alias: string) =>
  sql
    .raw(`${alias}.valid_from <= `)
    .append(day)
    .append(sql.raw(` and (${alias}.valid_until is null or ${alias}.valid_until > `))
    .append(day)
    .append(sql`)`)
/** Whether any clause speaks of a rule: a branch that is not asked for costs nothing. */
const isAsked = (rule: string) => sql`${clauses}::text like ${sql.raw(`'%"${rule}%'`)}`

/** Pupils who are with somebody in a group today: met through a membership of the group, or through its timetable. */
const inGroupsOf = (rule: string, groups: ReturnType<typeof sql>) => sql`
  select ${sql.raw(`'${rule}'`)}, m.pupil_id from memberships m
  where ${isAsked(rule)} and m.school_id = ${school} and m.pupil_id is not null and ${isNow('m')} and m.group_id in (${groups})`

const related = sql`
  ${inGroupsOf(
    'taught',
    sql`select s.group_id from memberships s
        where s.school_id = ${school} and s.staff_id = ${person} and s.role in ('teacher', 'assistant') and ${isNow('s')}
        union select t.group_id from timetable_entries t
        where t.school_id = ${school} and t.staff_id = ${person} and ${isNow('t')}`,
  )}
  union all ${inGroupsOf(
    'tutored',
    sql`select s.group_id from memberships s
        where s.school_id = ${school} and s.staff_id = ${person} and s.role = 'tutor' and ${isNow('s')}`,
  )}
  union all
  select 'year:' || p.year_group, p.id from pupils p
  where ${isAsked('year:')} and p.school_id = ${school} and (p.left_on is null or p.left_on > ${day})
  union all
  select 'children', c.pupil_id from pupil_contacts c
  where ${isAsked('children')} and c.school_id = ${school} and c.contact_id = ${person}
    and c.has_parental_responsibility and not c.is_court_order_restricted
  union all
  select 'self', ${person} where ${isAsked('self')}`

const withheld = sql`select w.pupil_id from withheld_pupils w where w.school_id = ${school} and w.agreement_id = ${agreement}`

/** Asks for every rule that there is. */
export const everyRule = JSON.stringify(['taught', 'tutored', 'year:', 'children', 'self'])

/** By which rules a person is related to one pupil today. */
export const relatedTo = compile(sql`
  with related (rule, pupil_id) as (${related})
  select distinct rule from related where pupil_id = ${sql.placeholder('pupil')}::uuid order by rule`)

/** Ids as PostgreSQL writes an array of them. */
const asArray = (ids: ReturnType<typeof sql>) =>
  sql`select '{' || coalesce(string_agg(id::text, ','), '') || '}' from (${ids}) as ids (id)`

/**
 * The pupils whom every clause reaches, without the withheld ones; with them the contacts of those pupils and the person.
 * Runs before anything is narrowed, so that it sees what it needs.
 */
const setPupils = compile(sql`
  with related (rule, pupil_id) as (${related}),
    reached as (
      select pupil_id from related group by pupil_id
      having not exists (select from jsonb_array_elements(${clauses}) as clause where not clause ?| array_agg(rule))
      except ${withheld}
    )
  select set_config('app.pupils', (${asArray(sql`
    select pupil_id from reached
    union select c.contact_id from pupil_contacts c where c.school_id = ${school} and c.pupil_id in (select pupil_id from reached)
    union select ${person}`)}), true),
    set_config('app.person', ${person}::text, true),
    set_config('app.family_at', ${sql.placeholder('familyAt')}, true)`)

const contactsOfWithheld = sql`select c.contact_id from pupil_contacts c where c.school_id = ${school}
  group by c.contact_id having bool_and(c.pupil_id in (${withheld}))`

/**
 * Withheld pupils, with the contacts who are linked to no other pupil. Those besides by themselves, for copies that are
 * told to forget them; first, since whoever is withheld is out of sight as soon as the other setting is made.
 */
const setWithheld = compile(sql`
  select set_config('app.withheld_contacts', (${asArray(contactsOfWithheld)}), true),
    set_config('app.withheld', (${asArray(sql`${withheld} union ${contactsOfWithheld}`)}), true)`)

/** How a narrowed transaction begins: relations are read within it, so they are those of this moment. */
export function narrow({ personId, clauses, agreementId, isFamily }: Narrowed, clock: Clock): Query {
  if (personId === undefined) return { query: setWithheld, values: { agreement: agreementId } }
  const values = {
    person: personId,
    today: today(clock),
    clauses: JSON.stringify(clauses),
    agreement: agreementId,
    // Row-level security compares it with the time of publication (drizzle/0007).
    familyAt: isFamily ? clock.now().toISOString() : '',
  }
  return { query: setPupils, values }
}
