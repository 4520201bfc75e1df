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
      lessonId: sql`${registers.entryId}::text || '.' || to_char(${registers.date}, 'YYYYMMDD')`,
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

const registerColumns = sql`r.version, r.kind, r.date, r.session, r.taken_at, y.id, y.starts_on, y.ends_on,
  to_json(r.lesson_pupil_ids), r.lesson_marks`
const withYear = sql`from registers r
  left join academic_years y on y.school_id = r.school_id and r.date between y.starts_on and y.ends_on
  where r.school_id = ${school} and r.id = ${id}`

/** The register, its academic year, and its packed marks where it is one of a lesson. */
export const readRegister = compile(sql`select ${registerColumns} ${withYear}`)
/** The same, locked until the transaction ends: writers of one register queue here. */
export const lockRegister = compile(sql`select ${registerColumns} ${withYear} for update of r`)

/** Pupils of the group on the day who had not left the school by then. */
export const readExpected = compile(
  sql`select m.pupil_id from registers r
      join memberships m on m.school_id = r.school_id and m.group_id = r.group_id and m.pupil_id is not null
        and m.valid_from <= r.date and (m.valid_until is null or m.valid_until > r.date)
      join pupils p on p.school_id = m.school_id and p.id = m.pupil_id and (p.left_on is null or p.left_on > r.date)
      where r.school_id = ${school} and r.id = ${id} order by m.pupil_id`,
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
          taken_at = coalesce(taken_at, ${sql.placeholder('at')}::timestamptz), taken_by = coalesce(taken_by, ${sql.placeholder('actor')}),
          lesson_pupil_ids = ${sql.placeholder('lessonPupils')}::uuid[], lesson_marks = ${sql.placeholder('lessonMarks')}
      where school_id = ${school} and id = ${id}`,
)

export const writeAmendments = compile(
  sql`insert into amendments (school_id, register_id, pupil_id, register_version, date, session, was, becomes, reason, amended_at, amended_by)
      select ${school}, ${id}, x.pupil, ${sql.placeholder('version')}::bigint, ${sql.placeholder('date')}::date, ${sql.placeholder('session')},
             x.was, x.becomes, ${sql.placeholder('reason')}, ${sql.placeholder('at')}::timestamptz, ${sql.placeholder('actor')}
      from unnest(${list('pupils', 'uuid')}, ${list('was', 'text')}, ${list('becomes', 'text')}) as x (pupil, was, becomes)`,
)

export const readDetails = compile(
  sql`select pupil_id, minutes_late, comment from mark_details where school_id = ${school} and register_id = ${id}`,
)
export const clearDetails = compile(
  sql`delete from mark_details where school_id = ${school} and register_id = ${id}`,
)
export const writeDetails = compile(
  sql`insert into mark_details (school_id, register_id, pupil_id, minutes_late, comment)
      select ${school}, ${id}, x.pupil, x.minutes, x.comment
      from unnest(${list('pupils', 'uuid')}, ${list('minutes', 'smallint')}, ${list('comments', 'text')}) as x (pupil, minutes, comment)`,
)

/** Changes of the marks of a register's day and session, whichever register they were made through. */
export const readAmendments = compile(
  sql`select a.register_id, a.pupil_id, a.date, a.session, a.was, a.becomes, a.reason, a.amended_at, a.amended_by
      from registers r
      join amendments a on a.school_id = r.school_id and a.date = r.date and a.session = r.session
        and (a.register_id = r.id or (r.kind = 'session' and a.register_id in (
          select o.id from registers o where o.school_id = r.school_id and o.date = r.date and o.session = r.session and o.kind = 'session')))
        and a.pupil_id = any(${sql.placeholder('pupils')}::uuid[])
      where r.school_id = ${school} and r.id = ${id}
      order by a.amended_at, a.register_version, a.pupil_id`,
)

export const findRegister = compile(
  sql`select id from registers where school_id = ${school} and date = ${sql.placeholder('date')}::date
        and session = ${sql.placeholder('session')} and group_id = ${sql.placeholder('group')}::uuid
        and entry_id is not distinct from ${sql.placeholder('entry')}::uuid`,
)

/** The packed years of one pupil that touch a range of days. */
export const readPupilYears = compile(
  sql`select starts_on, marks from attendance_years
      where school_id = ${school} and pupil_id = ${sql.placeholder('pupil')}::uuid and starts_on < ${sql.placeholder('until')}::date
      order by starts_on`,
)

/** Counters of a page of pupils: the school's year table without reading a mark. */
export const readSummaries = compile(
  sql`select pupil_id, present, educational, authorised, unauthorised, not_possible, late
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
