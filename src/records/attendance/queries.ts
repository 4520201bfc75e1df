import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { group } from '../groups/queries.ts'
import { groups } from '../groups/table.ts'
import { Register, RegisterFilter } from './schema.ts'
import { registers } from './table.ts'

export const register = resource({
  path: '/registers',
  one: 'Register',
  phrase: 'a register',
  scope: 'attendance',
  row: Register,
  filter: RegisterFilter,
  view: {
    table: registers,
    fields: {
      id: registers.id,
      updatedAt: registers.updatedAt,
      kind: registers.kind,
      date: registers.date,
      session: registers.session,
      groupId: registers.groupId,
      lessonId: sql`${registers.entryId}::text || '.' || to_char(coalesce(${registers.lessonOn}, ${registers.date}), 'YYYYMMDD')`,
      takenAt: registers.takenAt,
      takenBy: registers.takenBy,
    },
    filters: {
      from: (day) => sql`${registers.date} >= ${day}::date`,
      until: (day) => sql`${registers.date} < ${day}::date`,
      isTaken: (taken) => sql`(${registers.takenAt} is not null) = ${taken}::boolean`,
    },
    sorts: { date: registers.date },
  },
})

relate(register, 'group', {
  target: group,
  isMany: false,
  on: sql`${groups.id} = ${registers.groupId}`,
  description: 'The group whose register it is.',
})

const school = sql.placeholder('school')
const id = sql.placeholder('id')

const registerColumns = sql`r.id, r.version, r.kind, r.date, r.session, r.taken_at, y.id, y.starts_on, y.ends_on,
  (select min(c.name) from closures c where c.school_id = r.school_id and r.date between c.starts_on and c.ends_on
     and c.sessions in ('both', r.session)),
  r.entry_id, to_json(r.lesson_pupil_ids), r.lesson_marks`
const withYear = sql`from registers r
  left join academic_years y on y.school_id = r.school_id and r.date between y.starts_on and y.ends_on
  where r.school_id = ${school} and r.id = ${id}`

/** The register, its academic year, and its packed marks where it is one of a lesson. */
export const readRegister = compile(sql`select ${registerColumns} ${withYear}`)
/** The same, locked until the transaction ends: writers of one register queue here. */
export const lockRegister = compile(sql`select ${registerColumns} ${withYear} for update of r`)

/** Pupils of the group on the day who had not left the school by then, and whether their enrolment is yet to begin. */
export const readExpected = compile(
  sql`select m.pupil_id, p.enrolled_on > r.date from registers r
      join memberships m on m.school_id = r.school_id and m.group_id = r.group_id and m.pupil_id is not null
        and m.valid_from <= r.date and (m.valid_until is null or m.valid_until > r.date)
      join pupils p on p.school_id = m.school_id and p.id = m.pupil_id and (p.left_on is null or p.left_on > r.date)
      where r.school_id = ${school} and r.id = ${id} order by m.pupil_id`,
)

/** What the rules of some codes ask of a pupil on a day: one row for each pair. */
export const readPupilFacts = compile(
  sql`select x.pupil, x.date, e.birth_date, p.year_group,
        (select n.status from enrolments n where n.school_id = p.school_id and n.pupil_id = p.id
           and n.valid_from <= x.date and (n.valid_until is null or n.valid_until > x.date)),
        (select t.attends from part_time_timetables t where t.school_id = p.school_id and t.pupil_id = p.id
           and t.valid_from <= x.date and t.valid_until > x.date)
      from (select distinct * from unnest(${sql.placeholder('pupils')}::uuid[], ${sql.placeholder('dates')}::date[]) as u (pupil, date)) as x
      join pupils p on p.school_id = ${school} and p.id = x.pupil
      join people e on e.school_id = p.school_id and e.id = p.id`,
)

/** Those of some pupils whom the transaction reaches: a lesson's marks stand in the register's own row. */
export const readReached = compile(
  sql`select p.id from pupils p where p.school_id = ${school} and p.id = any(${sql.placeholder('pupils')}::uuid[])`,
)

/** The year rows of the register's pupils, locked in one order so that two registers cannot wait for each other. */
export const lockYears = compile(
  sql`select a.pupil_id, a.starts_on, a.marks, a.present, a.educational, a.authorised, a.unauthorised, a.not_possible, a.late
      from attendance_years a
      where a.school_id = ${school}
        and a.academic_year_id = (select y.id ${withYear})
        and a.pupil_id = any(${sql.placeholder('pupils')}::uuid[])
      order by a.pupil_id for update`,
)

export const readYears = compile(
  sql`select a.pupil_id, a.starts_on, a.marks from attendance_years a
      where a.school_id = ${school} and a.academic_year_id = (select y.id ${withYear})
        and a.pupil_id = any(${sql.placeholder('pupils')}::uuid[])`,
)

export const startYears = compile(
  sql`insert into attendance_years (school_id, academic_year_id, pupil_id, starts_on, marks)
      select ${school}, ${sql.placeholder('year')}, pupil, ${sql.placeholder('startsOn')}::date, ${sql.placeholder('empty')}
      from unnest(${sql.placeholder('pupils')}::uuid[]) as pupil
      on conflict do nothing`,
)

const list = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`

export const writeYears = compile(
  sql`update attendance_years a
      set marks = x.marks, present = x.present, educational = x.educational, authorised = x.authorised,
          unauthorised = x.unauthorised, not_possible = x.not_possible, late = x.late
      from unnest(${list('pupils', 'uuid')}, ${list('marks', 'text')}, ${list('present', 'smallint')},
                  ${list('educational', 'smallint')}, ${list('authorised', 'smallint')}, ${list('unauthorised', 'smallint')},
                  ${list('notPossible', 'smallint')}, ${list('late', 'smallint')})
           as x (pupil_id, marks, present, educational, authorised, unauthorised, not_possible, late)
      where a.school_id = ${school} and a.academic_year_id = ${sql.placeholder('year')} and a.pupil_id = x.pupil_id`,
)

/** Marks of a lesson go into the register's own row; those of a session leave it as it is. */
export const writeRegister = compile(
  sql`update registers
      set version = version + 1, updated_at = ${sql.placeholder('at')}::timestamptz,
          taken_at = case when ${sql.placeholder('isTaken')} then coalesce(taken_at, ${sql.placeholder('at')}::timestamptz) else taken_at end,
          taken_by = case when ${sql.placeholder('isTaken')} then coalesce(taken_by, ${sql.placeholder('actor')}) else taken_by end,
          lesson_pupil_ids = ${sql.placeholder('lessonPupils')}::uuid[], lesson_marks = ${sql.placeholder('lessonMarks')}
      where school_id = ${school} and id = ${id}`,
)

export const findRegister = compile(
  sql`select id from registers where school_id = ${school} and date = ${sql.placeholder('date')}::date
        and session = ${sql.placeholder('session')} and group_id = ${sql.placeholder('group')}::uuid
        and entry_id is not distinct from ${sql.placeholder('entry')}::uuid
        and lesson_on is not distinct from ${sql.placeholder('lessonOn')}::date`,
)

/** The packed years of one pupil that touch a range of days. */
export const readPupilYears = compile(
  sql`select starts_on, marks from attendance_years
      where school_id = ${school} and pupil_id = ${sql.placeholder('pupil')}::uuid and starts_on < ${sql.placeholder('until')}::date
      order by starts_on`,
)

/** Counters of a page of pupils: the school's year table without reading a mark, but for those that lie ahead. */
export const readSummaries = compile(
  sql`select pupil_id, nullif(rtrim(substr(marks, greatest(${sql.placeholder('today')}::date + 1 - starts_on, 0) * 2 + 1), '.'), ''),
        present, educational, authorised, unauthorised, not_possible, late
      from attendance_years a
      where a.school_id = ${school}
        and a.academic_year_id = coalesce(${sql.placeholder('year')}::uuid,
          (select y.id from academic_years y where y.school_id = ${school} and ${sql.placeholder('today')}::date between y.starts_on and y.ends_on))
        and (${sql.placeholder('group')}::uuid is null or exists (
          select from memberships m where m.school_id = a.school_id and m.group_id = ${sql.placeholder('group')}::uuid and m.pupil_id = a.pupil_id
            and m.valid_from <= ${sql.placeholder('today')}::date and (m.valid_until is null or m.valid_until > ${sql.placeholder('today')}::date)))
        and a.pupil_id > ${sql.placeholder('after')}::uuid
      order by a.pupil_id limit ${sql.placeholder('limit')}`,
)
