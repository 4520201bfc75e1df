import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const from = sql`${value('from')}::date`
const until = sql`${value('until')}::date`

const named = sql`p.id, e.legal_given_name, e.legal_family_name, p.year_group`
const person = sql`join people e on e.school_id = p.school_id and e.id = p.id`

/** Enrolments that begin in a range; the most junior class at the time of asking. */
export const readNewPupils = compile(
  sql`select ${named}, n.valid_from, n.status,
        p.year_group = (select min(o.year_group) from pupils o where o.school_id = p.school_id
          and o.enrolled_on <= n.valid_from and (o.left_on is null or o.left_on > n.valid_from))
          and n.valid_from <= (select min(t.starts_on) from academic_years y join terms t on t.school_id = y.school_id and t.academic_year_id = y.id
            where y.school_id = p.school_id and n.valid_from between y.starts_on and y.ends_on)
      from enrolments n
      join pupils p on p.school_id = n.school_id and p.id = n.pupil_id
      ${person}
      where n.school_id = ${school} and n.valid_from >= ${from} and n.valid_from < ${until}
      order by n.valid_from, p.id`,
)

/** Enrolments that end in a range. */
export const readDeletions = compile(
  sql`select ${named}, n.valid_until, n.leaving_reason, n.destination
      from enrolments n
      join pupils p on p.school_id = n.school_id and p.id = n.pupil_id
      ${person}
      where n.school_id = ${school} and n.valid_until >= ${from} and n.valid_until < ${until}
      order by n.valid_until, p.id`,
)

/** Names for a list of pupils. */
export const readNamed = compile(
  sql`select ${named} from pupils p ${person}
      where p.school_id = ${school} and p.id = any(${value('pupils')}::uuid[])`,
)

/**
 * The Department's daily attendance data, pupil by pupil: reception to year 13, with the marks of the range as one text.
 */
export const readExtract = compile(
  sql`select p.id, s.urn, left(s.laestab, 3), p.upn, e.legal_family_name, e.legal_given_name, e.sex, e.birth_date, p.ethnicity,
        p.year_group, p.sen_status, p.is_free_school_meals, p.is_in_care, p.enrolment_status, p.enrolled_on, p.left_on,
        greatest(a.starts_on, ${from}),
        substr(a.marks, greatest(${from} - a.starts_on, 0) * 2 + 1, (${until} - greatest(a.starts_on, ${from})) * 2)
      from attendance_years a
      join pupils p on p.school_id = a.school_id and p.id = a.pupil_id
      ${person}
      join schools s on s.school_id = p.school_id
      where a.school_id = ${school} and a.starts_on < ${until} and a.starts_on + length(a.marks) / 2 > ${from}
        and p.year_group between 0 and 13
      order by p.id, a.starts_on`,
)
