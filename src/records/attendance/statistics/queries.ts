import { sql } from 'drizzle-orm'
import { type Compiled, compile } from '../../../foundation/db/compiled.ts'
import { type PupilDimensionName, pupilDimensions } from './dimensions.ts'

const value = (name: string) => sql.placeholder(name)
const from = sql`${value('from')}::date`
const until = sql`${value('until')}::date`

const statements = new Map<string, Compiled>()

/**
 * One pass over the packed years: a row for each pupil with the marks of the range as one text, and the values of the
 * dimensions asked for. Counting happens in packing.ts: a school's year is 740,000 characters and takes 3 ms.
 */
export function readTable(dimensions: readonly PupilDimensionName[]): Compiled {
  const key = dimensions.join(' ')
  const known = statements.get(key)
  if (known) return known
  const sources = dimensions.map((name) => sql`, ${pupilDimensions[name].source}`)
  const person = dimensions.includes('sex')
    ? sql`join people e on e.school_id = p.school_id and e.id = p.id`
    : sql``
  const made = compile(
    sql`select a.pupil_id, greatest(a.starts_on, ${from}),
          substr(a.marks, greatest(${from} - a.starts_on, 0) * 2 + 1, (${until} - greatest(a.starts_on, ${from})) * 2)${sql.join(sources)}
        from attendance_years a
        join pupils p on p.school_id = a.school_id and p.id = a.pupil_id
        ${person}
        where a.school_id = ${value('school')} and a.starts_on < ${until} and a.starts_on + length(a.marks) / 2 > ${from}
          and (${value('pupil')}::uuid is null or a.pupil_id = ${value('pupil')}::uuid)
          and (${value('yearGroup')}::smallint is null or p.year_group = ${value('yearGroup')}::smallint)
          and (${value('group')}::uuid is null or a.pupil_id in (
            select m.pupil_id from memberships m where m.school_id = a.school_id and m.group_id = ${value('group')}::uuid
              and m.valid_from <= ${value('groupOn')}::date and (m.valid_until is null or m.valid_until > ${value('groupOn')}::date)))`,
  )
  statements.set(key, made)
  return made
}

/** What was written after an instant to session marks of a range, oldest first. */
export const readLaterEntries = compile(
  sql`select e.pupil_id, e.date, e.session, e.was, e.becomes, a.acted_at
      from attendance_acts a
      join mark_entries e on e.school_id = a.school_id and e.act_id = a.id and e.lesson_register_id is null
        and e.date >= ${from} and e.date < ${until}
      where a.school_id = ${value('school')} and a.acted_at > ${value('asOf')}::timestamptz
      order by a.acted_at, a.id`,
)

/** Sessions of pupils in which nothing stood at an instant: every register and lesson that speaks of them was taken later. */
export const readLaterFirsts = compile(
  sql`select x.pupil_id, x.date, x.session, min(x.acted_at)
      from (
        select m.pupil_id, r.date, r.session, a.acted_at
        from registers r
        join attendance_acts a on a.school_id = r.school_id and a.register_id = r.id and a.kind = 'taken'
        join memberships m on m.school_id = r.school_id and m.group_id = r.group_id and m.pupil_id is not null
          and m.valid_from <= r.date and (m.valid_until is null or m.valid_until > r.date)
        where r.school_id = ${value('school')} and r.kind = 'session' and r.date >= ${from} and r.date < ${until}
        union all
        select u.pupil_id, r.date, r.session, a.acted_at
        from registers r
        join attendance_acts a on a.school_id = r.school_id and a.register_id = r.id and a.kind = 'derived',
          unnest(r.lesson_pupil_ids) as u (pupil_id)
        where r.school_id = ${value('school')} and r.kind = 'lesson' and r.date >= ${from} and r.date < ${until}
      ) as x
      group by x.pupil_id, x.date, x.session
      having min(x.acted_at) > ${value('asOf')}::timestamptz`,
)
