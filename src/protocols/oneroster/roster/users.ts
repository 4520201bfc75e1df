import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { gradeOf } from './classes.ts'
import {
  newest,
  removed,
  school,
  today,
  turned,
  withheldAt,
  withheldContacts,
  withheldIds,
} from './common.ts'
import { guardians, isGuardianLink, lostGuardians } from './guardians.ts'
import { userFields } from './user-fields.ts'

/** Whether a person is one, as far as the caller may know. */
const kinds = ({ may }: Sight) => ({
  pupil: may('pupils:read') ? sql`u.id is not null` : sql`false`,
  staff: may('staff:read') ? sql`s.id is not null` : sql`false`,
  guardian: may('contacts:read') ? sql`c.id is not null` : sql`false`,
})

const has = (day: SQL): SQL => sql`coalesce(${day} > ${today}, true)`

/** The parts of a person that are shown only where their scope is granted. */
function personal(sight: Sight) {
  const { pupil, staff, guardian } = kinds(sight)
  const ownContacts = sight.may('pupils.contacts:read') ? pupil : sql`false`
  return {
    email: sql`case when ${staff} or ${guardian} or ${ownContacts} then p.email end`,
    phone: sql`case when ${guardian} or ${ownContacts} then p.phone end`,
    upn: sight.may('pupils.identifiers:read') ? sql`u.upn` : sql`null::text`,
    uln: sight.may('pupils.identifiers:read') ? sql`u.uln` : sql`null::text`,
  }
}

/** A code of staff may read like a pupil's admission number, and two users of one name stop some consumers altogether. */
const identifier = sql`coalesce(u.admission_number,
  case when exists (select from pupils o where o.school_id = s.school_id and lower(o.admission_number) = lower(s.code)) then 'staff-' || s.code else s.code end,
  p.id::text)`

/** Consumers of 1.1 make it a username: lower case, and of the characters that every one of them takes. */
const plainIdentifier = sql`regexp_replace(lower(${identifier}), '[^a-z0-9._@-]', '-', 'g')`

/** JSON is put together from its parts: a fifth of the time that building objects in SQL takes. */
const jsonList = (...parts: SQL[]): SQL => sql`'[' || concat_ws(',', ${sql.join(parts, sql`, `)}) || ']'`
const userId = (type: string, value: SQL): SQL =>
  sql`${sql.raw(`'{"type":"${type}","identifier":'`)} || to_json(${value})::text || '}'`
const orgRef = sql`'"org":{"href":"{base}/orgs/' || p.school_id || '","sourcedId":"' || p.school_id || '","type":"org"}'`

/** The roles of a person in their order; the first is the primary one. */
function rolesOf(sight: Sight) {
  const { pupil, staff, guardian } = kinds(sight)
  const names = sql`array_remove(array[case when ${pupil} then 'student' end,
    case when ${staff} then case s.kind when 'teaching' then 'teacher' else 'aide' end end, case when ${guardian} then 'guardian' end], null)`
  const role = (test: SQL, isFirst: SQL, name: SQL) =>
    sql`case when ${test} then '{"roleType":"' || case when ${isFirst} then 'primary' else 'secondary' end || '","role":"' || ${name} || '",' || ${orgRef} || '}' end`
  const json = jsonList(
    role(pupil, sql`true`, sql`'student'`),
    role(staff, sql`not (${pupil})`, sql`case s.kind when 'teaching' then 'teacher' else 'aide' end`),
    role(guardian, sql`not (${pupil}) and not (${staff})`, sql`'guardian'`),
  )
  return { names, json }
}

function people(sight: Sight): SQL {
  const { pupil, staff, guardian } = kinds(sight)
  const { email, phone, upn, uln } = personal(sight)
  const roles = rolesOf(sight)
  const isActive = sql`(${pupil} and ${has(sql`u.left_on`)}) or (${staff} and ${has(sql`s.employed_until`)}) or (${guardian} and c.has_child)`
  const isOld = sight.version === 'v1p1'
  return sql`
    select p.id as record_id, p.id::text as sourced_id, case when ${isActive} then 'active' else 'tobedeleted' end as status,
      ${newest(sql`p.updated_at`, sql`u.updated_at`, sql`s.updated_at`, sql`c.updated_at`, sql`a.updated_at`, turned(sql`u.left_on`), turned(sql`s.employed_until`))} as date_last_modified,
      case when ${pupil} then p.id end as subject, coalesce(${email}, ${plainIdentifier}) as username, (${isActive}) as is_enabled,
      ${isOld ? sql`coalesce(p.preferred_given_name, p.legal_given_name)` : sql`p.legal_given_name`} as given_name,
      ${isOld ? sql`coalesce(p.preferred_family_name, p.legal_family_name)` : sql`p.legal_family_name`} as family_name,
      p.legal_middle_names as middle_name, p.preferred_given_name, p.preferred_family_name,
      ${isOld ? plainIdentifier : identifier} as identifier, ${email} as email, ${phone} as phone,
      ${jsonList(userId('admissionNumber', sql`u.admission_number`), userId('UPN', upn), userId('ULN', uln), userId('staffCode', sql`s.code`))} as user_ids,
      array_remove(array[u.admission_number, ${upn}, ${uln}, s.code], null) as user_id_identifiers,
      ${roles.names} as role_names, (${roles.names})[1] as role, ${roles.json} as roles, p.school_id::text as org, array[p.school_id::text] as orgs,
      coalesce(a.ids, '{}') || coalesce(c.ids, '{}') as agents,
      case when ${pupil} then array[${gradeOf(sql`u.year_group`)}] else '{}'::text[] end as grades,
      ${pupil} as is_student, ${staff} and s.kind = 'teaching' as is_teacher
    from people p
    left join pupils u on u.school_id = p.school_id and u.id = p.id
    left join staff s on s.school_id = p.school_id and s.id = p.id
    left join (${guardians(sight)}) c on c.id = p.id
    left join (${agentsOf(sight)}) a on a.id = p.id
    where p.school_id = ${school} and (${pupil} or ${staff} or ${guardian})`
}

/** The guardians of each pupil, first to call first; a link that was removed makes the pupil new as well. */
const agentsOf = ({ may }: Sight): SQL =>
  may('contacts:read') && may('pupils:read')
    ? sql`
      select coalesce(l.id, x.id) as id, l.ids, greatest(l.updated_at, x.changed_at) as updated_at
      from (select l.pupil_id as id, array_agg(l.contact_id::text order by l.priority, l.contact_id) filter (where ${isGuardianLink}) as ids,
              max(l.updated_at) as updated_at
            from pupil_contacts l where l.school_id = ${school} group by l.pupil_id) l
      full join (select x.pupil_ids[1] as id, max(x.changed_at) as changed_at from ${removed(['pupil-contacts'], sql`pupil_contacts`)} x group by 1) x
        on x.id = l.id`
    : sql`select null::uuid as id, null::text[] as ids, null::timestamptz as updated_at where false`

/** Somebody who is there no more, or no more for this app: an id, and in the place of a name nothing that tells one. */
const gone = (id: SQL, at: SQL, role: SQL, isStudent: SQL, isTeacher: SQL): SQL => sql`
  ${id}, ${id}::text, 'tobedeleted', ${newest(at)}, null::uuid, ${id}::text, false, 'Removed', 'Removed', null::text, null::text, null::text,
  ${id}::text, null::text, null::text, '[]', '{}'::text[], array[${role}], ${role},
  '[{"roleType":"primary","role":"' || ${role} || '","org":{"href":"{base}/orgs/' || ${school} || '","sourcedId":"' || ${school} || '","type":"org"}}]',
  ${school}::text, array[${school}::text], '{}'::text[], '{}'::text[], ${isStudent}, ${isTeacher}`

const roleOfRemoved = sql`case x.resource when 'pupils' then 'student' when 'staff' then 'teacher' else 'guardian' end`

const removedPeople = ({ may }: Sight): SQL => {
  const named = (['pupils', 'staff', 'contacts'] as const).filter((name) => may(`${name}:read`))
  return sql`
    select ${gone(sql`x.record_id`, sql`x.changed_at`, roleOfRemoved, sql`x.resource = 'pupils'`, sql`x.resource = 'staff'`)}
    from ${removed(named, sql`people`)} x where x.record_id not in (select ${withheldIds})`
}

const isContact = sql`w.id = any(${withheldContacts})`

/** Withheld after the app had seen the school: told once more, so that it forgets them. */
const withheldPeople = ({ may }: Sight): SQL => sql`
  select ${gone(sql`w.id`, withheldAt, sql`case when ${isContact} then 'guardian' else 'student' end`, sql`not ${isContact}`, sql`false`)}
  from ${withheldIds} as w (id) where ${withheldAt} is not null
    and case when ${isContact} then ${sql.raw(String(may('contacts:read')))} else ${sql.raw(String(may('pupils:read')))} end`

const lost = sql`select ${gone(sql`c.id`, sql`c.lost_at`, sql`'guardian'`, sql`false`, sql`false`)} from (${lostGuardians}) c`

/** Pupils, staff, and contacts with parental responsibility whom no court order keeps away. */
export const users: OneRosterResource = {
  many: 'users',
  one: 'user',
  about: 'Pupils, staff, and contacts with parental responsibility.',
  needs: ['pupils:read', 'staff:read', 'contacts:read'],
  isPersonal: true,
  fields: userFields,
  rows: (sight) =>
    sql.join(
      [
        people(sight),
        removedPeople(sight),
        withheldPeople(sight),
        ...(sight.may('contacts:read') ? [lost] : []),
      ],
      sql` union all `,
    ),
}
