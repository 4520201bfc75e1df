import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const date = sql`${value('date')}::date`
const groups = sql`any(${value('groups')}::uuid[])`
const isOn = (alias: string) =>
  sql`${sql.raw(alias)}.valid_from <= ${date} and (${sql.raw(alias)}.valid_until is null or ${sql.raw(alias)}.valid_until > ${date})`

/** What a member of staff is: their roles, the groups whose tutor they are. */
export const readStaffMember = compile(
  sql`select
        (select coalesce(json_agg(distinct r.role), '[]') from role_assignments r where r.school_id = ${school} and r.person_id = ${value('person')}::uuid and ${isOn('r')}),
        (select coalesce(json_agg(distinct m.group_id), '[]') from memberships m
           where m.school_id = ${school} and m.staff_id = ${value('person')}::uuid and m.role = 'tutor' and ${isOn('m')})`,
)

/** Names of what lessons refer to, as one row of JSON objects by id. */
export const readLabels = compile(
  sql`select
        (select coalesce(json_object_agg(id, code), '{}') from groups where school_id = ${school} and id = ${groups}),
        (select coalesce(json_object_agg(id, code), '{}') from rooms where school_id = ${school} and id = any(${value('rooms')}::uuid[])),
        (select coalesce(json_object_agg(id, name), '{}') from subjects where school_id = ${school} and id = any(${value('subjects')}::uuid[])),
        (select coalesce(json_object_agg(s.id, concat_ws(' ', e.title, e.legal_family_name)), '{}') from staff s
           join people e on e.school_id = s.school_id and e.id = s.id where s.school_id = ${school} and s.id = any(${value('staff')}::uuid[]))`,
)

/** Pupils of some groups on a day, with the two session marks of it. */
export const readClasses = compile(
  sql`select m.group_id, p.id, coalesce(e.preferred_given_name, e.legal_given_name), coalesce(e.preferred_family_name, e.legal_family_name),
        (select substr(a.marks, (${date} - a.starts_on) * 2 + 1, 2) from attendance_years a
           where a.school_id = p.school_id and a.pupil_id = p.id and a.starts_on <= ${date} and ${date} - a.starts_on < length(a.marks) / 2),
        p.sen_status, p.sen_notes
      from memberships m
      join pupils p on p.school_id = m.school_id and p.id = m.pupil_id and (p.left_on is null or p.left_on > ${date})
      join people e on e.school_id = p.school_id and e.id = p.id
      where m.school_id = ${school} and m.group_id = ${groups} and ${isOn('m')}
      order by 4, 3, p.id`,
)

/** Registers of a day of some groups. */
export const readRegisters = compile(
  sql`select r.id, r.group_id, r.kind, r.session, r.entry_id::text || '.' || to_char(coalesce(r.lesson_on, r.date), 'YYYYMMDD'),
        r.taken_at is not null, to_json(r.lesson_pupil_ids), r.lesson_marks
      from registers r where r.school_id = ${school} and r.date = ${date} and r.group_id = ${groups}`,
)

/** The latest result and the latest target of each pupil of a group in a subject. */
export const readSubjectResults = compile(
  sql`select distinct on (r.pupil_id, r.type = 'T') r.pupil_id, r.type, a.name, r.value, r.recorded_at
      from memberships m
      join results r on r.school_id = m.school_id and r.pupil_id = m.pupil_id and r.recorded_at <= ${value('at')}::timestamptz
      join aspects a on a.school_id = r.school_id and a.id = r.aspect_id and a.subject_id = ${value('subject')}::uuid
      where m.school_id = ${school} and m.group_id = ${value('group')}::uuid and ${isOn('m')}
      order by r.pupil_id, r.type = 'T', r.recorded_at desc, r.id`,
)

/** Points of behaviour in a class on the last day on which there were any. */
export const readClassBehaviour = compile(
  sql`select b.pupil_id, sum(b.points)
      from behaviour_events b
      where b.school_id = ${school} and b.group_id = ${value('group')}::uuid
        and b.occurred_on = (select max(l.occurred_on) from behaviour_events l
          where l.school_id = b.school_id and l.group_id = b.group_id and l.occurred_on <= ${date})
      group by b.pupil_id`,
)

/** Everybody whom the transaction reaches, with their groups of the day and its session marks: a family's children. */
export const readChildren = compile(
  sql`select p.id, coalesce(e.preferred_given_name, e.legal_given_name), coalesce(e.preferred_family_name, e.legal_family_name),
        (select substr(a.marks, (${date} - a.starts_on) * 2 + 1, 2) from attendance_years a
           where a.school_id = p.school_id and a.pupil_id = p.id and a.starts_on <= ${date} and ${date} - a.starts_on < length(a.marks) / 2),
        (select coalesce(json_agg(m.group_id), '[]') from memberships m where m.school_id = p.school_id and m.pupil_id = p.id and ${isOn('m')})
      from pupils p
      join people e on e.school_id = p.school_id and e.id = p.id
      where p.school_id = ${school} and (p.left_on is null or p.left_on > ${date})
      order by e.birth_date, p.id limit 50`,
)

/** Entries of the groups of those whom the transaction reaches, as `readEntries` of the timetable gives them. */
export const readChildrenEntries = compile(
  sql`select coalesce(json_agg(json_build_object('id', e.id, 'groupId', e.group_id, 'staffId', e.staff_id, 'roomId', e.room_id,
        'subjectId', e.subject_id, 'periodId', e.period_id, 'week', e.week, 'validFrom', e.valid_from, 'validUntil', e.valid_until,
        'weekday', p.weekday, 'startsAt', to_char(p.starts_at, 'HH24:MI'), 'endsAt', to_char(p.ends_at, 'HH24:MI'), 'session', p.session)), '[]')
      from timetable_entries e join periods p on p.school_id = e.school_id and p.id = e.period_id
      where e.school_id = ${school} and e.group_id in (
        select m.group_id from memberships m where m.school_id = ${school} and m.pupil_id is not null and ${isOn('m')})`,
)

/** Results of the last days of those whom the transaction reaches. */
export const readRecentResults = compile(
  sql`select r.pupil_id, a.name, r.type, r.value, r.recorded_at
      from results r join aspects a on a.school_id = r.school_id and a.id = r.aspect_id
      where r.school_id = ${school} and r.recorded_at <= ${value('at')}::timestamptz and r.recorded_at > ${value('at')}::timestamptz - interval '14 days'
      order by r.recorded_at desc, r.id limit 50`,
)

/** Achievements and incidents of the last days of those whom the transaction reaches. */
export const readRecentBehaviour = compile(
  sql`select b.pupil_id, b.kind, b.type, b.points, b.occurred_on
      from behaviour_events b
      where b.school_id = ${school} and b.occurred_on <= ${date} and b.occurred_on > ${date} - 7
      order by b.occurred_on desc, b.id limit 50`,
)
