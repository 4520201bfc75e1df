import { type SQL, sql } from 'drizzle-orm'
import type { OneRosterResource, Sight } from '../resource.ts'
import { isClass } from './classes.ts'
import {
  common,
  newest,
  refersTo,
  removed,
  school,
  statusUntil,
  today,
  turned,
  withheldIds,
} from './common.ts'

/** 1.2 knows no aides in classes, so it gets the extension that it provides for. */
const roleOf = ({ version }: Sight): SQL =>
  sql`case m.role when 'pupil' then 'student' when 'assistant' then ${sql.raw(version === 'v1p2' ? `'ext:aide'` : `'aide'`)} else 'teacher' end`

/** The first of those who teach a class today leads it. */
const isPrimary = sql`m.role in ('teacher', 'tutor') and not exists (select from memberships o
  where o.school_id = m.school_id and o.group_id = m.group_id and o.role in ('teacher', 'tutor')
    and (o.valid_until is null or o.valid_until > ${today}) and (o.valid_from, o.id) < (m.valid_from, m.id))`

/** Whoever leaves the school leaves its classes on the same day, whatever their memberships say. */
const until = sql`least(m.valid_until, p.left_on, w.employed_until)`

const members = (sight: Sight): SQL => sql`
  select m.id as record_id, m.id::text as sourced_id, ${statusUntil(until)} as status,
    ${newest(sql`m.updated_at`, turned(until), sql`case when ${until} is not null then greatest(p.updated_at, w.updated_at) end`)} as date_last_modified,
    m.pupil_id as subject, coalesce(m.pupil_id, m.staff_id)::text as "user", m.group_id::text as class, m.school_id::text as school,
    ${roleOf(sight)} as role, ${isPrimary} as is_primary, m.valid_from as begin_date, ${until} as end_date, m.role as membership_role
  from memberships m
  join groups g on g.school_id = m.school_id and g.id = m.group_id and ${isClass('g')}
  left join pupils p on p.school_id = m.school_id and p.id = m.pupil_id
  left join staff w on w.school_id = m.school_id and w.id = m.staff_id
  where m.school_id = ${school} and (${seen(sight)})`

const seen = ({ may }: Sight): SQL =>
  sql.raw(
    [
      may('pupils:read') ? 'm.pupil_id is not null' : 'false',
      may('staff:read') ? 'm.staff_id is not null' : 'false',
    ].join(' or '),
  )

/** A removed membership is told by whom and what it joined. */
const gone = ({ may }: Sight): SQL => sql`
  select x.record_id, x.record_id::text, 'tobedeleted', ${newest(sql`x.changed_at`)}, x.pupil_ids[1], coalesce(x.pupil_ids[1], x.staff_id)::text,
    x.group_id::text, ${school}::text, case when x.staff_id is null then 'student' else 'teacher' end, false, null::date, x.changed_at::date,
    case when x.staff_id is null then 'pupil' else 'teacher' end
  from ${removed(['memberships'], sql`memberships`)} x
  where x.group_id is not null and ((${sql.raw(may('pupils:read') ? 'x.pupil_ids[1] is not null' : 'false')}) or (${sql.raw(may('staff:read') ? 'x.staff_id is not null' : 'false')}))
    and not exists (select from groups g where g.school_id = ${school} and g.id = x.group_id and not ${isClass('g')})
    and (x.pupil_ids[1] is null or x.pupil_ids[1] not in (select ${withheldIds}))`

/** Memberships of classes. One that has ended stays, with its end and marked for deletion. */
export const enrollments: OneRosterResource = {
  many: 'enrollments',
  one: 'enrollment',
  about: 'Who is in which class: pupils, teachers and assistants.',
  needs: ['pupils:read', 'staff:read'],
  isPersonal: true,
  fields: [
    ...common,
    { name: 'user', kind: 'reference', column: 'user', to: refersTo.user, isRequired: true, about: 'Who.' },
    {
      name: 'class',
      kind: 'reference',
      column: 'class',
      to: refersTo.class,
      isRequired: true,
      about: 'In which class.',
    },
    {
      name: 'school',
      kind: 'reference',
      column: 'school',
      to: refersTo.org,
      isRequired: true,
      about: 'The school.',
    },
    {
      name: 'role',
      kind: 'exact',
      column: 'role',
      isRequired: true,
      words: { v1p1: ['student', 'teacher', 'aide'], v1p2: ['student', 'teacher', 'ext:aide'] },
      about: 'As what.',
    },
    {
      name: 'primary',
      kind: 'flag',
      column: 'is_primary',
      about: 'Whether this is the teacher who leads the class today.',
    },
    { name: 'beginDate', kind: 'day', column: 'begin_date', about: 'First day.' },
    { name: 'endDate', kind: 'day', column: 'end_date', about: 'The day after the last one.' },
  ],
  rows: (sight) =>
    sight.may('groups:read')
      ? sql`${members(sight)} union all ${gone(sight)}`
      : sql`${members(sight)} and false`,
}
