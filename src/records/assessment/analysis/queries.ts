import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const inGroup = (pupil: ReturnType<typeof sql>) => sql`(${value('group')}::uuid is null or exists (
  select from memberships m where m.school_id = ${school} and m.group_id = ${value('group')}::uuid and m.pupil_id = ${pupil}
    and m.valid_from <= ${value('today')}::date and (m.valid_until is null or m.valid_until > ${value('today')}::date)))`

/** What pupils can be compared by. */
export const characteristics = {
  sex: sql`e.sex`,
  yearGroup: sql`p.year_group::text`,
  senStatus: sql`p.sen_status`,
  isFreeSchoolMeals: sql`p.is_free_school_meals::text`,
  isPupilPremium: sql`p.is_pupil_premium::text`,
  isInCare: sql`p.is_in_care::text`,
} as const

/** Values of an aspect in a set with their numbers, and the characteristic asked for. */
export const readValues = (by: keyof typeof characteristics | undefined) =>
  compile(sql`select r.pupil_id, r.value, r.numeric_value, ${by ? characteristics[by] : sql`null`}
    from results r
    join pupils p on p.school_id = r.school_id and p.id = r.pupil_id
    join people e on e.school_id = p.school_id and e.id = p.id
    where r.school_id = ${school} and r.aspect_id = ${value('aspect')}::uuid and r.result_set_id = ${value('set')}::uuid
      and r.type = ${value('type')} and ${inGroup(sql`r.pupil_id`)}
    order by r.pupil_id`)

/** Grades of an aspect's set, best first; none where it is no grade aspect. */
export const readGrades = compile(
  sql`select g->>'grade'
      from aspects a
      join lateral (select v.grades from grade_set_versions v where v.school_id = a.school_id and v.grade_set_id = a.grade_set_id
        order by v.valid_from desc limit 1) v on true,
      lateral jsonb_array_elements(v.grades) as g
      where a.school_id = ${school} and a.id = ${value('aspect')}::uuid
      order by (g->>'rank')::int`,
)

/** Every result of an aspect, by pupil and in order of the sets. */
export const readProgress = compile(
  sql`select r.pupil_id, s.id, s.name, s.closes_on, r.type, r.value, r.numeric_value
      from results r
      join result_sets s on s.school_id = r.school_id and s.id = r.result_set_id
      where r.school_id = ${school} and r.aspect_id = ${value('aspect')}::uuid
        and (${value('pupil')}::uuid is null or r.pupil_id = ${value('pupil')}::uuid) and ${inGroup(sql`r.pupil_id`)}
      order by r.pupil_id, s.closes_on, r.type`,
)

/** Pupils with both a baseline and an outcome. */
export const readPairs = compile(
  sql`select o.pupil_id, b.numeric_value, o.numeric_value
      from results o
      join results b on b.school_id = o.school_id and b.pupil_id = o.pupil_id and b.aspect_id = ${value('baselineAspect')}::uuid
        and b.result_set_id = ${value('baselineSet')}::uuid and b.type = 'R' and b.numeric_value is not null
      where o.school_id = ${school} and o.aspect_id = ${value('aspect')}::uuid and o.result_set_id = ${value('set')}::uuid
        and o.type = ${value('type')} and o.numeric_value is not null and ${inGroup(sql`o.pupil_id`)}
      order by o.pupil_id`,
)
