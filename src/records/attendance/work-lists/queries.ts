import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'

const school = sql.placeholder('school')
const date = sql`${sql.placeholder('date')}::date`

/** Registration groups of a day with their pupils' marks and their registers: one row for each group. */
export const readGroupsOfDay = compile(
  sql`select g.id,
        (select r.id from registers r where r.school_id = g.school_id and r.group_id = g.id and r.date = ${date} and r.kind = 'session' and r.session = 'AM'),
        (select r.id from registers r where r.school_id = g.school_id and r.group_id = g.id and r.date = ${date} and r.kind = 'session' and r.session = 'PM'),
        bool_or(coalesce(substr(a.marks, (${date} - a.starts_on) * 2 + 1, 1), '.') = '.'),
        bool_or(coalesce(substr(a.marks, (${date} - a.starts_on) * 2 + 2, 1), '.') = '.'),
        exists (select from registers r where r.school_id = g.school_id and r.group_id = g.id and r.date = ${date} and r.kind = 'session' and r.session = 'AM' and r.taken_at is not null),
        exists (select from registers r where r.school_id = g.school_id and r.group_id = g.id and r.date = ${date} and r.kind = 'session' and r.session = 'PM' and r.taken_at is not null),
        count(*)
      from groups g
      join memberships m on m.school_id = g.school_id and m.group_id = g.id and m.pupil_id is not null
        and m.valid_from <= ${date} and (m.valid_until is null or m.valid_until > ${date})
      join pupils p on p.school_id = m.school_id and p.id = m.pupil_id and (p.left_on is null or p.left_on > ${date})
      left join attendance_years a on a.school_id = p.school_id and a.pupil_id = p.id
        and a.starts_on <= ${date} and ${date} - a.starts_on < length(a.marks) / 2
      where g.school_id = ${school} and g.kind = 'registration'
      group by g.school_id, g.id
      order by g.id`,
)

/** Lesson registers of a day that were taken, as lesson ids. */
export const readTakenLessons = compile(
  sql`select r.entry_id::text || '.' || to_char(coalesce(r.lesson_on, r.date), 'YYYYMMDD'), r.id, r.taken_at is not null
      from registers r where r.school_id = ${school} and r.date = ${date} and r.kind = 'lesson'`,
)

/** Packed marks of everybody from a day on, for years that hold it; only rows with the character wanted, where there is one. */
export const readMarksSince = compile(
  sql`select a.pupil_id, greatest(a.starts_on, ${sql.placeholder('from')}::date),
        substr(a.marks, greatest(${sql.placeholder('from')}::date - a.starts_on, 0) * 2 + 1,
               (${sql.placeholder('until')}::date - greatest(a.starts_on, ${sql.placeholder('from')}::date)) * 2)
      from attendance_years a
      where a.school_id = ${school} and a.starts_on < ${sql.placeholder('until')}::date
        and a.starts_on + length(a.marks) / 2 > ${sql.placeholder('from')}::date
        and (${sql.placeholder('holds')}::text is null or position(${sql.placeholder('holds')}::text in a.marks) > 0)
      order by a.pupil_id, a.starts_on`,
)
