import { type SQL, sql } from 'drizzle-orm'
import type { Sight } from '../resource.ts'
import { removed, school, today } from './common.ts'

/** Whom a VLE may show a child's work: who has parental responsibility and is not kept away by a court. */
export const isGuardianLink = sql`l.has_parental_responsibility and not l.is_court_order_restricted`

/** Contacts who are guardians, with the ids of their children and whether one of them is on the roll. */
export const guardians = ({ may }: Sight): SQL =>
  may('contacts:read')
    ? sql`
      select l.contact_id as id, ${may('pupils:read') ? sql`array_agg(l.pupil_id::text order by l.pupil_id)` : sql`'{}'::text[]`} as ids,
        bool_or(p.left_on is null or p.left_on > ${today}) as has_child,
        greatest(max(l.updated_at), max(case when p.left_on <= ${today} then p.left_on::timestamp at time zone 'Europe/London' end)) as updated_at
      from pupil_contacts l
      join pupils p on p.school_id = l.school_id and p.id = l.pupil_id
      where l.school_id = ${school} and ${isGuardianLink} group by l.contact_id`
    : sql`select null::uuid as id, null::text[] as ids, false as has_child, null::timestamptz as updated_at where false`

const ruling = sql`array['hasParentalResponsibility', 'isCourtOrderRestricted']`
const linksOf = sql`from pupil_contacts l where l.school_id = c.school_id and l.contact_id = c.id`
const lastRemoval = sql`(select max(x.changed_at) from ${removed(['pupil-contacts'], sql`pupil_contacts`)} x)`

/** Contacts who were guardians and are so no more: every link removed, or one of them ruled out since. */
export const lostGuardians = sql`
  select c.id, coalesce((select max(l.updated_at) ${linksOf}), ${lastRemoval}) as lost_at
  from contacts c
  where c.school_id = ${school}
    and not exists (select from staff s where s.school_id = c.school_id and s.id = c.id)
    and not exists (select ${linksOf} and ${isGuardianLink})
    and case when exists (select ${linksOf})
      then exists (select from pupil_contacts l join changes x on x.school_id = l.school_id and x.resource = 'pupil-contacts' and x.record_id = l.id
             and x.action = 'changed' and x.fields && ${ruling} where l.school_id = c.school_id and l.contact_id = c.id)
      else ${lastRemoval} is not null end`
